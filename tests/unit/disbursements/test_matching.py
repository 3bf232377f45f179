"""What a movement is to us: every case of status, direction, amount and history."""

from dataclasses import replace
from datetime import date

import pytest

from grantengine.disbursements.bank_statement import Direction, EntryStatus, StatementEntry
from grantengine.disbursements.lifecycle import Doubt, Outcome, PaymentStatus
from grantengine.disbursements.matching import (
    OurPayment,
    Verdict,
    explode,
    fingerprint,
    in_order,
    judge,
)
from grantengine.money import Money, eur

DEBIT = StatementEntry(
    number=1,
    entry_reference="000001",
    bank_reference="260918ARCH000001",
    booked_on=date(2026, 9, 18),
    value_on=date(2026, 9, 18),
    amount=eur("3500"),
    direction=Direction.DEBIT,
    status=EntryStatus.BOOKED,
    end_to_end_id="KOSU26001-0001",
    reference=None,
    message="",
    counterparty_name="Kyläkyyti ry",
    counterparty_account=None,
    bank_transaction_code=None,
    batch_id=None,
    transactions=1,
    is_reversal=False,
    is_returned=False,
    return_reason=None,
)
RETURN = replace(DEBIT, direction=Direction.CREDIT, is_returned=True, return_reason="AC04")
SENT = OurPayment("KOSU26001-0001", eur("3500"), PaymentStatus.SENT, was_confirmed=False)
PAID = replace(SENT, status=PaymentStatus.PAID, was_confirmed=True)
RETURNED = replace(SENT, status=PaymentStatus.RETURNED)


def verdict(entry, payment, *, own=True, told=False):
    return judge(entry, payment, is_own_account=own, was_told=told)


def unclear(doubt):
    return Verdict(Outcome.UNCLEAR, doubt)


@pytest.mark.parametrize(
    ("entry", "payment", "expected"),
    [
        (DEBIT, SENT, Verdict(Outcome.PAID)),
        (RETURN, PAID, Verdict(Outcome.RETURNED)),
        (RETURN, SENT, Verdict(Outcome.RETURNED)),
        (replace(RETURN, is_returned=False, is_reversal=True), PAID, Verdict(Outcome.RETURNED)),
        (DEBIT, PAID, unclear(Doubt.PAID_TWICE)),
        (DEBIT, RETURNED, Verdict(Outcome.KNOWN)),
        (DEBIT, replace(RETURNED, was_confirmed=True), unclear(Doubt.PAID_TWICE)),
        (RETURN, RETURNED, unclear(Doubt.RETURNED_TWICE)),
        (replace(DEBIT, amount=eur("3500.01")), SENT, unclear(Doubt.AMOUNT_DIFFERS)),
        (replace(DEBIT, amount=Money(350000, "SEK")), SENT, unclear(Doubt.AMOUNT_DIFFERS)),
        (replace(RETURN, amount=eur("3490")), PAID, unclear(Doubt.AMOUNT_DIFFERS)),
        (replace(DEBIT, direction=Direction.CREDIT), SENT, unclear(Doubt.WRONG_DIRECTION)),
        (replace(DEBIT, is_reversal=True), SENT, unclear(Doubt.WRONG_DIRECTION)),
        (DEBIT, replace(SENT, status=PaymentStatus.DRAFT), unclear(Doubt.NOT_SENT)),
        (RETURN, replace(SENT, status=PaymentStatus.DROPPED), unclear(Doubt.NOT_SENT)),
    ],
)
def test_a_movement_that_names_a_payment(entry, payment, expected):
    assert verdict(entry, payment) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (DEBIT, unclear(Doubt.UNKNOWN_ID)),
        (replace(DEBIT, end_to_end_id=None, batch_id="KOSU26001"), unclear(Doubt.UNKNOWN_ID)),
        (replace(DEBIT, end_to_end_id=None), Verdict(Outcome.FOREIGN)),
        (RETURN, unclear(Doubt.UNKNOWN_ID)),
        (replace(DEBIT, direction=Direction.CREDIT), Verdict(Outcome.FOREIGN)),
    ],
)
def test_a_movement_of_our_account_that_names_no_payment(entry, expected):
    assert verdict(entry, None) == expected


def test_nothing_of_ours_on_an_account_of_somebody_else_is_left_alone():
    assert verdict(DEBIT, None, own=False) == Verdict(Outcome.FOREIGN)


@pytest.mark.parametrize("status", [each for each in EntryStatus if each != EntryStatus.BOOKED])
@pytest.mark.parametrize("payment", [SENT, None])
def test_only_a_booked_movement_is_money(status, payment):
    assert verdict(replace(DEBIT, status=status), payment) == Verdict(Outcome.UNBOOKED)


def test_what_an_earlier_file_told_is_known():
    assert verdict(DEBIT, PAID, told=True) == Verdict(Outcome.KNOWN)


def test_a_whole_batch_is_taken_apart_only_if_its_sum_and_number_fit():
    other = replace(SENT, end_to_end_id="KOSU26001-0002", amount=eur("1"))
    whole = replace(DEBIT, end_to_end_id=None, amount=eur("3501"), transactions=2)

    parts = explode(whole, [SENT, other])

    assert [(each.end_to_end_id, each.amount) for each in parts] == [
        ("KOSU26001-0001", eur("3500")),
        ("KOSU26001-0002", eur("1")),
    ]
    for unfit in (
        replace(whole, amount=eur("3501.01")),
        replace(whole, amount=Money(350100, "SEK")),
        replace(whole, transactions=3),
    ):
        assert explode(unfit, [SENT, other]) == [unfit]


def test_a_movement_has_one_fingerprint_in_every_file():
    assert fingerprint("FI1", DEBIT) == fingerprint("FI1", replace(DEBIT, number=7, message="x"))
    assert fingerprint("FI1", DEBIT) != fingerprint("FI2", DEBIT)
    for other in (
        replace(DEBIT, amount=eur("1")),
        replace(DEBIT, booked_on=None),
        replace(DEBIT, bank_reference=None),
        RETURN,
    ):
        assert fingerprint("FI1", DEBIT) != fingerprint("FI1", other)


def test_debits_come_before_returns_whatever_the_order_of_the_file():
    second = replace(DEBIT, number=3)

    assert in_order([RETURN, DEBIT, second]) == [DEBIT, second, RETURN]
