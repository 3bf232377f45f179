"""Transactions that meet at one account, under each isolation level that PostgreSQL has."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest

from grantengine.db import Database
from grantengine.faults import DatabaseBusyError
from grantengine.ledger import holds, service
from grantengine.ledger.errors import KeyReusedError, OverdraftError
from grantengine.ledger.holds import Hold
from grantengine.money import eur
from tests.support.databases import told_at_connecting
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    open_accounts,
)
from tests.support.threads import outcomes_of, run_together

THREADS = 6
OTHER_JAR = replace(JAR, code="cash:other-jar")
OTHER_SOURCE = replace(SOURCE, code="cash:other-source")
LEVELS = ("read committed", "repeatable read", "serializable")


@pytest.fixture
def repeats():
    """The reasons for which transactions were begun again."""
    return []


@pytest.fixture
def pot(request, postgresql_databases, repeats):
    """A pot of one euro in a database of the isolation level that the test names."""
    with postgresql_databases.fresh_url() as url:
        told = told_at_connecting(
            url,
            default_transaction_isolation=getattr(request, "param", LEVELS[0]),
            deadlock_timeout="20ms",
        )
        database = Database(told, on_repeat=repeats.append)
        a_filled_pot(database, "1.00")
        open_accounts(database, OTHER_JAR, OTHER_SOURCE)
        yield database
        database.dispose()


at_each_level = pytest.mark.parametrize("pot", LEVELS, indirect=True)


def posting(database, key, *lines):
    return lambda: database.run(
        lambda session: service.post(session, an_entry(key, *lines), now=NOON)
    )


def drained(database, take):
    """Let threads take seven cents each until nothing is left; say how often each did."""

    def drain(name):
        taken = 0
        while True:
            try:
                take(f"{name}:{taken}", (JAR.code, POT.code, "0.07"))
            except OverdraftError:
                return taken
            except DatabaseBusyError:
                continue  # Others were in the way ten times; under the same key it goes on.
            taken += 1

    return run_together(*[lambda name=name: drain(name) for name in range(THREADS)])


@at_each_level
def test_a_floor_holds_to_the_last_cent(pot, repeats):
    taken = drained(pot, lambda key, line: posting(pot, key, line)())

    assert sum(taken) == 14
    assert balance_of(pot, POT.code) == eur("0.02")
    assert set(repeats) <= {"serialization"}
    assert_in_balance(pot)


@at_each_level
def test_what_is_held_and_captured_holds_to_the_last_cent(pot, repeats):
    def hold_and_capture(session, key, line):
        held = holds.hold(session, Hold(an_entry(key, line), reason=key), now=NOON)
        holds.capture(session, held, amount=eur("0.07"), effective_on=TODAY, now=NOON)

    taken = drained(
        pot, lambda key, line: pot.run(lambda session: hold_and_capture(session, key, line))
    )

    assert sum(taken) == 14
    assert balance_of(pot, JAR.code) == eur("0.98")
    assert set(repeats) <= {"serialization"}
    assert_in_balance(pot)


@at_each_level
def test_one_key_posts_once_and_all_hear_of_the_same_entry(pot):
    ids = run_together(*[posting(pot, "once", (JAR.code, POT.code, "1.00"))] * THREADS)

    assert len(set(ids)) == 1
    assert balance_of(pot, JAR.code) == eur("1.00")


@at_each_level
def test_one_key_for_different_things_is_one_thing(pot):
    amounts = [f"0.0{number}" for number in range(1, THREADS + 1)]

    outcomes = outcomes_of(
        *[posting(pot, "one key", (JAR.code, POT.code, amount)) for amount in amounts]
    )

    assert [type(each) for each in outcomes].count(KeyReusedError) == THREADS - 1


@at_each_level
def test_one_key_on_different_accounts_is_one_thing(pot):
    lines = (JAR.code, SOURCE.code, "0.01"), (OTHER_JAR.code, OTHER_SOURCE.code, "0.01")

    outcomes = outcomes_of(*[posting(pot, "one key", line) for line in lines * 3])

    assert {type(each) for each in outcomes} == {str, KeyReusedError}
    assert_in_balance(pot)


@pytest.mark.parametrize("last", ["0.01", "9.00"], ids=["posted", "refused"])
def test_batches_in_opposite_orders_do_not_wait_for_each_other_for_ever(pot, repeats, last):
    lines = [
        (JAR.code, POT.code, "0.01"),
        (OTHER_JAR.code, OTHER_SOURCE.code, "0.02"),
        (POT.code, SOURCE.code, "0.01"),
        (OTHER_SOURCE.code, OTHER_JAR.code, last),
    ]

    def post_batches(name, order):
        for number in range(5):
            keys = [f"{name}:{number}:{position}" for position in range(len(lines))]
            batch = [an_entry(key, line) for key, line in zip(keys, lines[::order], strict=True)]
            with suppress(OverdraftError):
                pot.run(lambda session, batch=batch: service.post_many(session, batch, now=NOON))

    orders = [1, -1] * (THREADS // 2)
    run_together(*[lambda n=n, o=o: post_batches(n, o) for n, o in enumerate(orders)])

    assert repeats == []
    assert_in_balance(pot)


def test_entries_that_one_transaction_posts_in_another_order_are_all_posted(pot, repeats):
    both_have_posted = threading.Barrier(2)

    def post_two(name, first, second):
        attempts = []

        def work(session):
            service.post(session, an_entry(f"{name}:1", first), now=NOON)
            if not attempts:
                both_have_posted.wait(120)
            attempts.append(name)
            service.post(session, an_entry(f"{name}:2", second), now=NOON)

        return lambda: pot.run(work)

    lines = [(JAR.code, SOURCE.code, "0.01"), (OTHER_JAR.code, OTHER_SOURCE.code, "0.01")]
    run_together(post_two("a", *lines), post_two("b", *lines[::-1]))

    assert set(repeats) == {"deadlock"}
    assert_in_balance(pot)
