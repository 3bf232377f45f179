"""The report: which line stands in which period, and that its sums are controlled."""

from datetime import date

import pytest

from grantengine.disbursements.reports import (
    LedgerSums,
    PaymentRecord,
    Source,
    disbursement_report,
    posting_lines,
    reconciliation_lines,
)
from grantengine.ledger.accounts import Fund
from grantengine.money import eur

SMALL = Source(Fund.PUBLIC, "small")
BACKERS = Source(Fund.PRIVATE)


def on(day):
    return date(2026, 10, day)


def record(number=1, *, source=SMALL, paid=None, returned=None, amount="100"):
    return PaymentRecord(
        source=source,
        case_number=f"KS/{number}/2026",
        instalment_number=1,
        experiment="Kyläkyyti",
        end_to_end_id=f"KOSU26001-{number:04d}",
        batch_key="KOSU26001",
        payee_name="Kyläkyyti ry",
        payee_iban="FI7118203000008391",
        paying_account="FI2112345600000785",
        ledger_account="82510000",
        budget_account="23.01.50",
        amount=eur(amount),
        verifier="Raija",
        verifier_email="raija@example.fi",
        approver="Teija",
        approver_email="teija@example.fi",
        due_on=on(5),
        released_on=on(5),
        paid_on=paid and on(paid),
        returned_on=returned and on(returned),
    )


def report(*records, first=10, last=20, **ledger):
    sums = {SMALL: LedgerSums(eur(ledger["paid"]), eur(ledger["waiting"]))} if ledger else {}
    return disbursement_report(records, sums, from_on=on(first), to_on=on(last))


@pytest.mark.parametrize(
    ("paid", "returned", "states"),
    [
        (None, None, ["in_payment"]),
        (21, None, ["in_payment"]),
        (10, None, ["paid"]),
        (20, None, ["paid"]),
        (9, None, []),
        (12, 15, ["paid", "returned"]),
        (12, 21, ["paid"]),
        (9, 10, ["returned"]),
        (9, 21, []),
        (7, 9, []),
        (None, 15, []),
        (None, 21, ["in_payment"]),
    ],
)
def test_a_payment_stands_in_the_period_by_what_happened_in_it(paid, returned, states):
    lines = report(record(paid=paid, returned=returned)).lines

    assert [line.state for line in lines] == states


def test_what_came_back_counts_negative():
    found = report(record(paid=12, returned=15, amount="99.99"))

    assert [str(line.amount) for line in found.lines] == ["99.99 EUR", "-99.99 EUR"]
    (small,) = found.sums
    assert (small.paid, small.returned, small.paid_net) == (eur("99.99"), eur("-99.99"), eur("0"))


def test_sums_agree_with_the_ledger_to_the_cent_or_say_so():
    records = [record(1, paid=12), record(2)]

    assert report(*records, paid="100", waiting="100").agrees
    assert not report(*records, paid="100.01", waiting="100").agrees
    assert not report(*records, paid="100", waiting="99.99").agrees
    assert not report(*records).agrees


def test_a_source_that_only_the_ledger_knows_is_shown_and_differs():
    found = report(paid="5", waiting="0")

    assert [each.source for each in found.sums] == [SMALL]
    assert (found.paid_net, found.agrees) == (eur("5"), False)


def test_public_sources_come_first_and_totals_are_the_ledgers():
    found = disbursement_report(
        [record(1, paid=12), record(2, source=BACKERS, paid=12, amount="7")],
        {SMALL: LedgerSums(eur("100"), eur("0")), BACKERS: LedgerSums(eur("7"), eur("0"))},
        from_on=on(1),
        to_on=on(31),
    )

    assert [each.source for each in found.sums] == [SMALL, BACKERS]
    assert (found.paid_net, found.in_payment, found.agrees) == (eur("107"), eur("0"), True)


def test_an_empty_report_agrees():
    assert report().agrees
    assert report().paid_net == eur("0")


def test_only_public_money_is_posted_and_reconciled():
    found = report(
        record(1, paid=12), record(2, source=BACKERS, paid=12), record(3, paid=12, returned=13)
    )

    assert [line.case_number for line in posting_lines(found)] == ["KS/1/2026", "KS/3/2026"]
    (line, _other) = reconciliation_lines(found)
    assert (line.long_reference, line.amount, line.verifier) == ("KS/1/2026_1", eur("100"), "Raija")
