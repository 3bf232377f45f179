"""A lease has one holder at a time, and a dead holder loses it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from grantengine import leases
from tests.support.threads import run_together

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def hold(database, holder, *, now=NOON, name="schedule"):
    with database.transaction() as session:
        return leases.hold(session, name, holder=holder, now=now, duration=MINUTE)


def holder_of(database, name="schedule"):
    with database.reading() as session:
        return session.scalar(sa.select(leases.Lease.holder).where(leases.Lease.name == name))


def test_who_asks_first_holds_it_and_who_asks_second_does_not(database):
    assert hold(database, "host-a")
    assert not hold(database, "host-b")
    assert holder_of(database) == "host-a"


def test_the_holder_keeps_it_by_asking_again(database):
    hold(database, "host-a")

    assert hold(database, "host-a", now=NOON + MINUTE / 2)
    assert not hold(database, "host-b", now=NOON + MINUTE)


def test_a_holder_that_falls_silent_loses_it_when_it_expires(database):
    hold(database, "host-a")

    assert not hold(database, "host-b", now=NOON + MINUTE - timedelta(microseconds=1))
    assert hold(database, "host-b", now=NOON + MINUTE)
    assert not hold(database, "host-a", now=NOON + MINUTE)


def test_leases_of_different_names_do_not_meet(database):
    assert hold(database, "host-a", name="schedule")
    assert hold(database, "host-b", name="mail")


def test_of_many_that_ask_at_once_exactly_one_gets_it(database):
    hosts = [f"host-{number}" for number in range(8)]

    answers = run_together(*[lambda host=host: hold(database, host) for host in hosts])

    assert answers.count(True) == 1
    assert holder_of(database) == hosts[answers.index(True)]


def test_of_many_that_ask_for_an_expired_one_exactly_one_gets_it(database):
    hold(database, "dead")
    hosts = [f"host-{number}" for number in range(8)]

    later = NOON + MINUTE
    answers = run_together(*[lambda host=host: hold(database, host, now=later) for host in hosts])

    assert answers.count(True) == 1
