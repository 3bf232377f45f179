"""Which rule an entry breaks, judged on accounts as somebody holds them; no database at all."""

from datetime import date

import pytest

from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountClosedError,
    BalanceTooLargeError,
    CrossingError,
    LedgerError,
    OverdraftError,
    UnknownAccountError,
)
from grantengine.ledger.refusals import Held, judge
from grantengine.money import LARGEST_CENTS, Money


def held(
    code,
    available_cents=1000,
    *,
    debit_normal=True,
    is_closed=False,
    net_cents=0,
    is_spread=False,
    **dimensions,
):
    told = {"book": "cash", "fund": "public", "currency": "EUR"} | dimensions
    return Held(
        id=1,
        code=code,
        debit_normal=debit_normal,
        available_cents=available_cents,
        is_closed=is_closed,
        net_cents=net_cents,
        is_spread=is_spread,
        **told,
    )


POT, JAR = held("cash:pot"), held("cash:jar", 0)
SOURCE = held("cash:source", None, debit_normal=False)
OWED = held("cash:owed", 300, debit_normal=False)


def moving(*lines, currency="EUR"):
    """Make an entry; each line is (debited account, credited account, cents)."""
    transfers = [Transfer(one.code, other.code, Money(c, currency)) for one, other, c in lines]
    return Entry("key", "moved", "tst_01", date(2026, 9, 16), transfers)


def judged(entry, *accounts):
    """Judge an entry; give the facts of the refusal, None when it may pass."""
    try:
        judge(entry, {account.code: account for account in accounts})
    except LedgerError as refusal:
        return type(refusal), refusal.details
    return None


def too_little(account, available_cents, wanted_cents):
    facts = {"available_cents": available_cents, "wanted_cents": wanted_cents}
    return OverdraftError, {"account": account.code} | facts


@pytest.mark.parametrize("cents", [1, 999, 1000])
def test_what_is_there_may_go_to_the_last_cent(cents):
    assert judged(moving((JAR, POT, cents)), JAR, POT) is None


def test_one_cent_more_may_not():
    assert judged(moving((JAR, POT, 1001)), JAR, POT) == too_little(POT, 1000, 1001)


@pytest.mark.parametrize("cents", [300, 301])
def test_what_is_owed_falls_when_it_is_debited(cents):
    refusal = too_little(OWED, 300, 301) if cents > 300 else None

    assert judged(moving((OWED, POT, cents)), OWED, POT) == refusal


def test_what_is_owed_rises_when_it_is_credited():
    assert judged(moving((JAR, OWED, 5000)), JAR, OWED) is None


def test_an_account_without_a_floor_falls_as_far_as_it_must():
    assert judged(moving((SOURCE, OWED, 10**12)), SOURCE, OWED) is None
    assert judged(moving((JAR, SOURCE, 10**12)), JAR, SOURCE) is None


def test_the_other_side_is_looked_at_though_the_first_has_no_floor():
    assert judged(moving((SOURCE, POT, 1001)), SOURCE, POT) == too_little(POT, 1000, 1001)


def test_what_a_line_brings_the_next_may_take():
    assert judged(moving((JAR, SOURCE, 500), (POT, JAR, 500)), JAR, POT, SOURCE) is None


def test_what_a_line_takes_the_next_does_not_find():
    entry = moving((JAR, POT, 700), (JAR, POT, 400))

    assert judged(entry, JAR, POT) == too_little(POT, 300, 400)


def test_what_comes_later_is_not_there_before():
    entry = moving((POT, JAR, 500), (JAR, SOURCE, 500))

    assert judged(entry, JAR, POT, SOURCE) == too_little(JAR, 0, 500)


def test_an_account_already_below_may_rise_and_not_fall():
    below = held("cash:below", -50)

    assert judged(moving((below, SOURCE, 10)), below, SOURCE) is None
    assert judged(moving((JAR, below, 10)), JAR, below) == too_little(below, -50, 10)


def test_accounts_that_are_not_there_are_named_first_of_all():
    shut = held("cash:shut", is_closed=True)

    assert judged(moving((shut, POT, 1), (JAR, POT, 1)), shut, POT) == (
        UnknownAccountError,
        {"account": JAR.code},
    )


def test_a_closed_account_is_named_though_there_is_too_little_too():
    shut = held("cash:shut", is_closed=True)

    assert judged(moving((shut, JAR, 1)), shut, JAR) == (
        AccountClosedError,
        {"account": shut.code},
    )


@pytest.mark.parametrize(
    ("dimension", "value"), [("book", "pledges"), ("fund", "private"), ("currency", "SEK")]
)
def test_two_accounts_that_differ_do_not_meet(dimension, value):
    other = held("cash:other", **{dimension: value})

    assert judged(moving((JAR, POT, 1), (other, POT, 9999)), JAR, POT, other) == (
        CrossingError,
        {"debit": other.code, "credit": POT.code, "dimension": dimension},
    )


def test_an_amount_is_in_the_currency_of_its_accounts():
    assert judged(moving((JAR, POT, 1), currency="SEK"), JAR, POT) == (
        CrossingError,
        {"debit": JAR.code, "credit": POT.code, "dimension": "currency"},
    )


@pytest.mark.parametrize(
    ("is_spread", "largest"), [(False, LARGEST_CENTS), (True, LARGEST_CENTS // 17)]
)
def test_an_account_holds_as_much_as_can_be_told_either_way(is_spread, largest):
    def all_but_one(code, cents):
        return held(code, None, net_cents=cents, is_spread=is_spread)

    full, owing = all_but_one("cash:full", largest - 1), all_but_one("cash:owing", 1 - largest)
    free = held("cash:free", None)

    assert judged(moving((full, owing, 1)), full, owing) is None
    for entry in (moving((full, free, 2)), moving((full, free, 1), (full, free, 1))):
        facts = {"account": full.code, "largest_cents": largest}
        assert judged(entry, full, free) == (BalanceTooLargeError, facts)
    facts = {"account": owing.code, "largest_cents": largest}
    assert judged(moving((free, owing, 2)), free, owing) == (BalanceTooLargeError, facts)
