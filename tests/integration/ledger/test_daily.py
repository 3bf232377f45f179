"""What the ledger does each day by itself, by the calendar of Helsinki."""

from datetime import datetime, timedelta

import pytest

from grantengine.clock import HELSINKI, FixedClock
from grantengine.ledger import daily, holds, seals
from grantengine.ledger.holds import Hold, Outcome
from tests.support.ledger import JAR, NOON, POT, TODAY, a_filled_pot, an_entry, findings_of, post

HOUR = timedelta(hours=1)


@pytest.fixture
def pot(database):
    """A pot of EUR 100."""
    a_filled_pot(database, "100.00")
    return database


@pytest.fixture
def clock():
    """A clock at half past eleven in the evening, when it is another day in UTC for hours yet."""
    return FixedClock(datetime(2026, 9, 16, 23, 30, tzinfo=HELSINKI))


def move(database, key, *, now=NOON):
    return post(database, an_entry(key, (JAR.code, POT.code, "1.00")), now=now)


def sealed(database):
    with database.reading() as session:
        return [(each.first_entry, each.last_entry) for each in seals.seals(session)]


def test_each_day_is_sealed_once_whatever_is_posted_after(pot, clock):
    daily.seal_day(pot, clock)
    move(pot, "after the seal of the day")
    daily.seal_day(pot, clock)
    assert sealed(pot) == [(1, 1)]

    clock.advance(HOUR)
    daily.seal_day(pot, clock)

    assert sealed(pot) == [(1, 1), (2, 2)]
    assert findings_of(pot) == []


def test_what_takes_several_blocks_is_sealed_in_one_go(pot, clock, monkeypatch):
    monkeypatch.setattr(seals, "BLOCK", 2)
    for number in range(4):
        move(pot, f"moved {number}")

    daily.seal_day(pot, clock)

    assert sealed(pot) == [(1, 2), (3, 4), (5, 5)]


def test_a_day_without_entries_has_no_seal(database, clock):
    daily.seal_day(database, clock)

    assert sealed(database) == []


def test_a_hold_is_freed_when_its_last_day_is_over_in_helsinki(pot, clock):
    with pot.transaction() as session:
        entry = an_entry("held", (JAR.code, POT.code, "1.00"))
        held = holds.hold(session, Hold(entry, reason="held", expires_on=TODAY), now=NOON)

    daily.expire_holds(pot, clock)
    before_midnight = outcome_of(pot, held)
    clock.advance(HOUR)
    daily.expire_holds(pot, clock)

    assert (before_midnight, outcome_of(pot, held)) == (None, Outcome.EXPIRED)


def outcome_of(database, hold_id):
    with database.reading() as session:
        return holds.outcome_of(session, hold_id)
