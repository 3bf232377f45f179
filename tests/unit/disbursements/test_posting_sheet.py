"""The posting sheet and the reconciliation report, and formulas kept from running."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from grantengine.disbursements.posting_accounts import RecipientType, posting_account
from grantengine.disbursements.posting_sheet import (
    PostingLine,
    ReconciliationLine,
    neutralise,
    posting_cells,
    posting_columns,
    reconciliation_cells,
    reconciliation_columns,
)
from grantengine.money import Money, eur
from tests.support.cases import case_path

LINE = PostingLine(
    case_number="KS/12/2026",
    instalment_number=1,
    payee_name="Kirjaston Ystävät ry",
    payee_iban="FI5415713000030016",
    paying_account="FI2112345600000785",
    due_on=date(2026, 9, 18),
    amount=eur("4000.05"),
    invoiced_on=date(2026, 9, 16),
    voucher_on=date(2026, 9, 16),
    ledger_account=posting_account(RecipientType.NON_PROFIT),
    posting_amount=eur("4000.05"),
    budget_account="29.10.30.20.11.2",
    verifier_email="asiatarkastaja@example.fi",
    approver_email="hyvaksyja@example.fi",
    posting_text='=HYPERLINK("http://example.com")',
)


def by_name(columns, cells):
    return dict(zip([column.name for column in columns], cells, strict=True))


def test_the_posting_sheet_has_its_31_columns_and_the_report_its_11():
    assert [column.fi for column in posting_columns()][:4] == [
        "Maksuerä",
        "Toimittajanumero",
        "Toimittajan nimi",
        "Pankkitili",
    ]
    assert len(posting_columns()) == 31
    assert len(reconciliation_columns()) == 11


def test_a_posting_line_fills_every_column():
    cells = by_name(posting_columns(), posting_cells(LINE))

    assert cells["instalment_number"] == 1
    assert cells["long_reference"] == "KS/12/2026_1"
    assert cells["amount"] == Decimal("4000.05")
    assert cells["currency"] == "EUR"
    assert cells["ledger_account"] == "82510000"
    assert cells["due_on"] == date(2026, 9, 18)
    assert cells["posting_text"] == '\'=HYPERLINK("http://example.com")'


def test_a_reconciliation_line_fills_every_column():
    line = ReconciliationLine(
        call_name="-pieni kokeilu",
        payee_name="Kirjaston Ystävät ry",
        budget_account="29.10.30",
        ledger_account="82510000",
        project="",
        operating_unit="1234",
        payee_iban="FI5415713000030016",
        long_reference="KS/12/2026_1",
        amount=Money(-125),
        verifier="A",
        approver="B",
    )
    cells = by_name(reconciliation_columns(), reconciliation_cells(line))

    assert cells["amount"] == Decimal("-1.25")
    assert cells["call_name"] == "'-pieni kokeilu"


@pytest.mark.parametrize(
    "text", ["=1+1", "+358401234567", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "  =1", "＝1", "-"]
)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text):
    assert neutralise(text) == f"'{text}"
    assert neutralise(neutralise(text)) == neutralise(text)


@pytest.mark.parametrize(
    "cell", ["", "Kokeilu", "1-2", "'=1", -1, 0, Decimal("-1.25"), date(2026, 9, 18)]
)
def test_numbers_dates_and_plain_texts_stay_as_they_are(cell):
    assert neutralise(cell) is cell


def test_no_published_payload_reaches_a_csv_as_a_formula():
    payloads = case_path("csv-injection/csv-payload.txt").read_text().splitlines()
    output = io.StringIO()
    csv.writer(output).writerows([neutralise(payload)] for payload in payloads)
    rows = [row[0] for row in csv.reader(io.StringIO(output.getvalue()))]

    assert len(rows) == 6
    assert not any(row.startswith(tuple("=+-@\t\r")) for row in rows)
    assert [row.removeprefix("'") for row in rows] == payloads


def test_every_kind_of_recipient_has_an_account_of_eight_digits():
    accounts = [posting_account(recipient) for recipient in RecipientType]

    assert len(set(accounts)) == len(accounts)
    assert all(len(account) == 8 and account.isdigit() for account in accounts)
