"""Seals: a chain of roots over everything posted, that lags behind and never leaves anything out."""

from datetime import timedelta

import pytest

from grantengine.ledger import past, queries, seals, service
from grantengine.ledger.leaves import BEGINNING, leaf_hash, root_of
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    TODAY,
    a_filled_pot,
    an_entry,
    findings_of,
    post,
    reverse,
)

DAY = timedelta(days=1)


@pytest.fixture
def books(database):
    """Entries of one line and of two, with words that a hash may stumble on, and a reversal."""
    a_filled_pot(database, "100.00")
    strange = 'ä "quoted" \\ and,comma'
    post(database, an_entry(strange, (JAR.code, POT.code, "1.00"), kind=strange, about=strange))
    post(database, an_entry("two", *[(JAR.code, POT.code, "1.00")] * 2))
    reverse(database, post(database, an_entry("wrong", (JAR.code, POT.code, "5.00"))))
    return database


def seal(database):
    with database.transaction() as session:
        return seals.seal(session, now=NOON)


def all_seals(database):
    with database.reading() as session:
        return seals.seals(session)


def test_a_seal_covers_everything_posted_and_the_next_nothing(books):
    made = seal(books)

    assert (made.number, made.first_entry, made.last_entry, made.rows) == (1, 1, 5, 6)
    assert seal(books) is None
    assert all_seals(books) == [made]


def test_python_reckons_the_same_root_as_the_database(books):
    made = seal(books)

    with books.reading() as session:
        assert root_of(BEGINNING, map(leaf_hash, seals.leaves(session))) == made.root


def test_a_later_seal_follows_from_the_one_before(books):
    first = seal(books)
    post(books, an_entry("more", (JAR.code, POT.code, "1.00")))
    second = seal(books)

    with books.reading() as session:
        hashes = [leaf_hash(each) for each in seals.leaves(session, first=second.first_entry)]
    assert second.root == root_of(first.root, hashes)
    assert (second.first_entry, second.rows) == (6, 1)
    assert findings_of(books) == []


def test_nothing_is_sealed_of_an_empty_ledger(database):
    assert seal(database) is None


def test_a_seal_does_not_go_past_an_entry_that_is_not_committed(postgresql_database):
    database = postgresql_database
    a_filled_pot(database)

    with database.transaction() as session:
        service.post(session, an_entry("slow", (JAR.code, POT.code, "1.00")), now=NOON)
        assert seal(database) is None  # It may come before what was drawn: this keeps the number.
    made = seal(database)

    assert (made.first_entry, made.last_entry, made.rows) == (1, 2, 2)


def test_with_somebody_always_at_work_a_seal_goes_up_to_who_was_there_before(postgresql_database):
    database = postgresql_database
    a_filled_pot(database)

    first, second = database.transaction(), database.transaction()
    with first as session:
        service.post(session, an_entry("first", (JAR.code, POT.code, "1.00")), now=NOON)
        assert seal(database) is None
    with second as session:
        # Another transaction begins after the note was made; it does not hold up what is noted.
        service.post(session, an_entry("second", (JAR.code, POT.code, "1.00")), now=NOON)
        made = seal(database)
        assert (made.last_entry, made.rows) == (2, 2)
    assert seal(database).last_entry == 3


def test_what_is_sealed_is_added_up_by_day_and_tells_the_same_past(books):
    def told():
        with books.reading() as session:
            return [
                (
                    queries.trial_balance(session, on=day),
                    queries.balance_at(session, JAR.code, on=day),
                )
                for day in (TODAY - DAY, TODAY, TODAY + DAY)
            ]

    def add_up():
        with books.transaction() as session:
            return past.add_up(session, now=NOON)

    assert add_up() == 0
    post(books, an_entry("late", (JAR.code, POT.code, "0.50"), on=TODAY - DAY))
    before = told()
    seal(books)
    assert add_up() == 6
    assert told() == before
    post(books, an_entry("later", (JAR.code, POT.code, "0.25"), on=TODAY + DAY))
    later = told()
    seal(books)
    assert add_up() == 1
    assert told() == later != before
    assert findings_of(books) == []
