"""Booking recipes: what a fact moves, for public and for private money."""

from datetime import date

import pytest

from grantengine.disbursements import bookings
from grantengine.disbursements.bookings import PaymentFacts
from grantengine.ledger.accounts import Fund
from grantengine.money import eur

FRIDAY = date(2026, 9, 18)
PUBLIC = PaymentFacts(
    payment_id="pay_1",
    instalment_id="ins_1",
    fund=Fund.PUBLIC,
    subject="grt_1",
    envelope="small",
    ledger_account="82510000",
    amount=eur("3500.05"),
)
PRIVATE = PaymentFacts(
    payment_id="pay_2",
    instalment_id="ins_2",
    fund=Fund.PRIVATE,
    subject="cmp_1",
    envelope="",
    ledger_account="",
    amount=eur("900"),
)


def moves(entry):
    return [(each.debit, each.credit, str(each.amount)) for each in entry.transfers]


def test_an_award_binds_available_money_to_its_grant():
    entry = bookings.awarded(grant_id="grt_1", envelope="small", amount=eur("5000"), on=FRIDAY)

    assert moves(entry) == [
        ("budget:small:available", "budget:small:committed:grt_1", "5000.00 EUR")
    ]
    assert (entry.key, entry.kind, entry.about) == ("awarded:grt_1", "awarded", "grt_1")
    assert entry.effective_on == FRIDAY


def test_a_release_of_public_money_moves_budget_and_cash():
    entry = bookings.payment_released(PUBLIC, on=FRIDAY)

    assert moves(entry) == [
        ("budget:small:committed:grt_1", "budget:small:in_payment:grt_1", "3500.05 EUR"),
        ("cash:in_transit", "cash:treasury", "3500.05 EUR"),
    ]


def test_a_confirmation_of_public_money_is_an_expense_by_account_and_envelope():
    entry = bookings.payment_confirmed(PUBLIC, on=FRIDAY)

    assert moves(entry) == [
        ("budget:small:in_payment:grt_1", "budget:small:paid:grt_1", "3500.05 EUR"),
        ("cash:grants:82510000:small", "cash:in_transit", "3500.05 EUR"),
    ]


def test_private_money_never_touches_the_budget():
    released = bookings.payment_released(PRIVATE, on=FRIDAY)
    confirmed = bookings.payment_confirmed(PRIVATE, on=FRIDAY)

    assert moves(released) == [("cash:held:cmp_1", "cash:payable:cmp_1", "900.00 EUR")]
    assert moves(confirmed) == [
        ("cash:payable:cmp_1", "cash:escrow", "900.00 EUR"),
        ("pledges:delivered:cmp_1", "pledges:kept:cmp_1", "900.00 EUR"),
    ]


@pytest.mark.parametrize("facts", [PUBLIC, PRIVATE])
@pytest.mark.parametrize("recipe", [bookings.payment_released, bookings.payment_confirmed])
def test_entries_are_about_the_instalment_and_keyed_by_the_attempt(facts, recipe):
    entry = recipe(facts, on=FRIDAY)

    assert entry.about == facts.instalment_id
    assert entry.key == f"{entry.kind}:{facts.payment_id}"
