"""Many entries in one call: all of them or none, with the rules of one."""

import pytest

from grantengine.ledger import journal, service
from grantengine.ledger.errors import KeyReusedError, OverdraftError, UnknownAccountError
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balances_of,
    post,
)
from tests.support.threads import outcomes_of, run_together


@pytest.fixture
def pot(database):
    """A pot of EUR 100."""
    a_filled_pot(database, "100.00")
    return database


def post_many(database, *entries):
    with database.transaction() as session:
        return service.post_many(session, entries, now=NOON)


def moving(key, euros, *more):
    return an_entry(key, (JAR.code, POT.code, euros), *more)


def test_many_entries_are_posted_in_their_order(pot):
    entries = [moving("a", "1.00"), moving("b", "2.00", (POT.code, JAR.code, "0.50"))]

    ids = post_many(pot, *entries)

    with pot.reading() as session:
        kept = [journal.entry(session, each) for each in ids]
    assert [each.key for each in kept] == ["a", "b"]
    assert [each.transfers for each in kept] == [each.transfers for each in entries]
    assert balances_of(pot, JAR.code) == {JAR.code: "2.50"}
    assert_in_balance(pot)


def test_no_entries_are_posted_without_ado(pot):
    assert post_many(pot) == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (moving("x", "99.00"), OverdraftError),
        (an_entry("x", ("cash:nowhere", POT.code, "1.00")), UnknownAccountError),
        (moving("a", "3.00"), KeyReusedError),
        (moving("filled", "3.00"), KeyReusedError),
    ],
)
def test_of_many_one_that_is_refused_is_named_by_its_row_and_none_is_posted(pot, wrong, error):
    with pytest.raises(error) as refusal:
        post_many(pot, moving("a", "1.00"), moving("b", "2.00"), wrong, moving("c", "1.00"))

    assert refusal.value.details["row"] == 3
    assert balances_of(pot, JAR.code) == {JAR.code: "0.00"}
    assert_in_balance(pot)


def test_a_refusal_tells_what_was_available_at_its_row(pot):
    with pytest.raises(OverdraftError) as refusal:
        post_many(pot, moving("a", "60.00"), moving("b", "41.00"), moving("c", "1.00"))

    assert refusal.value.details["available_cents"] == 4000


def test_a_refusal_leaves_the_transaction_usable(pot):
    with pot.transaction() as session:
        with pytest.raises(OverdraftError):
            service.post_many(session, [moving("a", "1.00"), moving("b", "100.00")], now=NOON)
        service.post_many(session, [moving("a", "1.00")], now=NOON)

    assert balances_of(pot, JAR.code) == {JAR.code: "1.00"}


def test_an_entry_twice_in_one_batch_or_posted_before_is_one(pot):
    before = post(pot, moving("a", "1.00"))

    first, second, third = post_many(
        pot, moving("a", "1.00"), moving("b", "1.00"), moving("b", "1.00")
    )

    assert (first, second) == (before, third)
    assert balances_of(pot, JAR.code) == {JAR.code: "2.00"}


def test_batches_at_once_do_not_wait_for_each_other_for_ever(pot):
    there = [moving(f"t{n}", "0.01") for n in range(30)]
    back = [an_entry(f"b{n}", (POT.code, JAR.code, "0.01")) for n in range(30)]
    post(pot, moving("start", "10.00"))

    run_together(*[lambda batch=batch: post_many(pot, *batch) for batch in (there, back) * 4])

    assert balances_of(pot, JAR.code) == {JAR.code: "10.00"}
    assert_in_balance(pot)


def test_of_batches_at_once_those_fit_that_fit(pot):
    outcomes = outcomes_of(
        *[
            lambda n=n: post_many(pot, moving(f"{n}a", "20.00"), moving(f"{n}b", "20.00"))
            for n in range(4)
        ]
    )

    assert len([each for each in outcomes if isinstance(each, list)]) == 2
    assert balances_of(pot, POT.code) == {POT.code: "20.00"}
    assert_in_balance(pot)
