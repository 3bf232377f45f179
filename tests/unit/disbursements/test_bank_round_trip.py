"""Our file to the bank of the tests and its statement back to us."""

from datetime import UTC, date, datetime

import pytest
from lxml import etree

from grantengine.disbursements.bank_statement import EntryStatus, balances_agree
from grantengine.disbursements.payment_file import (
    Payer,
    PaymentFile,
    PaymentInstruction,
    write_payment_file,
)
from grantengine.disbursements.statement_file import read_statements
from grantengine.money import eur, total
from tests.support.bank import batch_statement_for, statement_for
from tests.support.cases import case_path

FRIDAY = date(2026, 9, 18)
IDS = ["KS-12-2026-1", "KS-13-2026-1", "KS-14-2026-1"]
INSTRUCTIONS = [
    PaymentInstruction(
        IDS[0], "Kirjaston Ystävät ry", "FI5415713000030016", eur("4000.05"), "1009"
    ),
    PaymentInstruction(
        IDS[1], "Åkern rf", "FI7118203000008391", eur("0.01"), message="Ensimmäinen erä"
    ),
    PaymentInstruction(IDS[2], "Maja Öhman", "EE382200221020145685", eur("2500.00")),
]
FILE = write_payment_file(
    PaymentFile(
        message_id="PB-2026-0001",
        created_at=datetime(2026, 9, 16, 12, 0, tzinfo=UTC),
        execution_on=FRIDAY,
        payer=Payer("Valtioneuvoston kanslia", "FI2112345600000785"),
        instructions=INSTRUCTIONS,
    )
)


def read(content):
    (statement,) = read_statements(content)
    return statement


def test_a_bank_that_pays_all_debits_each_payment_by_its_id():
    statement = read(statement_for(FILE, booked_on=FRIDAY))

    assert [each.end_to_end_id for each in statement.entries] == IDS
    assert [each.amount for each in statement.entries] == [each.amount for each in INSTRUCTIONS]
    assert [each.counterparty_name for each in statement.entries] == [
        "Kirjaston Ystävät ry",
        "Åkern rf",
        "Maja Öhman",
    ]
    assert [each.reference for each in statement.entries] == ["1009", None, None]
    assert statement.entries[1].message == "Ensimmäinen erä"
    assert {each.booked_on for each in statement.entries} == {FRIDAY}
    assert {each.batch_id for each in statement.entries} == {"PB-2026-0001"}
    assert balances_agree(statement) is True


def test_a_refused_payment_never_reaches_the_statement():
    statement = read(statement_for(FILE, booked_on=FRIDAY, refused=[IDS[1]]))

    assert [each.end_to_end_id for each in statement.entries] == [IDS[0], IDS[2]]
    assert balances_agree(statement) is True


def test_a_returned_payment_is_debited_and_credited_back_with_its_reason():
    statement = read(statement_for(FILE, booked_on=FRIDAY, returned={IDS[2]: "AC04"}))
    back = statement.entries[-1]

    assert (back.end_to_end_id, back.is_returned, back.return_reason) == (IDS[2], True, "AC04")
    assert back.counterparty_name == "Maja Öhman"
    assert total(each.signed_amount for each in statement.entries) == eur("-4000.06")
    assert balances_agree(statement) is True


def test_a_pending_payment_is_there_but_not_booked():
    statement = read(statement_for(FILE, booked_on=FRIDAY, pending=[IDS[0]]))

    assert statement.entries[0].status is EntryStatus.PENDING
    assert statement.entries[0].booked_on is None
    assert [each.end_to_end_id for each in statement.booked_entries] == IDS[1:]
    assert balances_agree(statement) is True


def test_a_batch_booked_as_one_debit_is_exploded():
    statement = read(batch_statement_for(FILE, booked_on=FRIDAY))

    assert [each.end_to_end_id for each in statement.entries] == IDS
    assert balances_agree(statement) is True


def test_a_batch_booked_without_details_is_known_by_our_file_id():
    (entry,) = read(batch_statement_for(FILE, booked_on=FRIDAY, with_details=False)).entries

    assert (entry.batch_id, entry.transactions) == ("PB-2026-0001", 3)
    assert entry.amount == eur("6500.06")


@pytest.mark.parametrize(
    "content",
    [
        statement_for(FILE, booked_on=FRIDAY, returned={IDS[0]: "AC04"}, pending=[IDS[1]]),
        statement_for(FILE, booked_on=FRIDAY, refused=IDS, opening=eur("-1.00")),
        batch_statement_for(FILE, booked_on=FRIDAY),
        batch_statement_for(FILE, booked_on=FRIDAY, with_details=False),
    ],
)
def test_the_bank_of_the_tests_keeps_to_the_published_schema(content):
    schema = etree.XMLSchema(etree.parse(case_path("iso20022-xsd/camt.053.001.08.xsd")))

    schema.assertValid(etree.fromstring(content))
