"""What another's transaction undid is begun again; a full or closed disk is named."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.faults import ATTEMPTS_MAX, DatabaseBusyError, DiskFullError, ReadOnlyError
from grantengine.leases import Lease
from tests.support.databases import told_at_connecting
from tests.support.ledger import NOON
from tests.support.threads import run_together

# What the server tells whoever it chose to fail; told by a statement, so that it is sure to come.
TOLD = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{}'; END $$"


@pytest.fixture
def repeats():
    """The reasons for which transactions were begun again."""
    return []


@pytest.fixture
def database_of(postgresql_databases, repeats):
    """A PostgreSQL database whose sessions begin with some settings."""
    with postgresql_databases.fresh_url() as url:
        opened = []

        def open_with(**settings):
            opened.append(Database(told_at_connecting(url, **settings), on_repeat=repeats.append))
            return opened[-1]

        yield open_with
        for each in opened:
            each.dispose()


def put(database, *names):
    with database.transaction() as session:
        session.add_all(Lease(name=name, holder="0", expires_at=NOON) for name in names)


def holders(database):
    with database.reading() as session:
        return dict(session.execute(sa.select(Lease.name, Lease.holder)).all())


def count_up(session, name):
    lease = session.get_one(Lease, name)
    lease.holder = str(int(lease.holder) + 1)
    session.flush()


def test_two_that_wait_for_each_other_both_get_done(database_of, repeats):
    database = database_of(deadlock_timeout="20ms")
    put(database, "bread", "milk")
    both_hold_one = threading.Barrier(2)

    def shop(first, second):
        visits = []

        def work(session):
            session.execute(sa.update(Lease).where(Lease.name == first).values(holder=second))
            if not visits:
                both_hold_one.wait(120)
            visits.append(first)
            session.execute(sa.update(Lease).where(Lease.name == second).values(holder=first))

        return lambda: database.run(work)

    run_together(shop("bread", "milk"), shop("milk", "bread"))

    assert set(repeats) == {"deadlock"}


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_whoever_read_what_another_changed_begins_again(database_of, repeats, isolation):
    database = database_of(default_transaction_isolation=isolation)
    put(database, "count")

    def count_to(times):
        for _ in range(times):
            database.run(lambda session: count_up(session, "count"))

    run_together(*[lambda: count_to(5)] * 4)

    assert holders(database) == {"count": "20"}
    assert set(repeats) <= {"serialization"}


@pytest.mark.parametrize(
    ("sqlstate", "reason"), [("40P01", "deadlock"), ("40001", "serialization")]
)
def test_the_second_attempt_finds_nothing_of_the_first(database_of, repeats, sqlstate, reason):
    database = database_of()
    attempts = []

    def work(session):
        session.add(Lease(name="once", holder="0", expires_at=NOON))
        session.flush()
        attempts.append(sqlstate)
        if len(attempts) == 1:
            session.execute(sa.text(TOLD.format(sqlstate)))
        return "done"

    assert database.run(work) == "done"
    assert (len(attempts), repeats) == (2, [reason])
    assert holders(database) == {"once": "0"}


def test_who_is_in_the_way_each_time_is_told_of_in_the_end(database_of, repeats):
    attempts = []

    def work(session):
        attempts.append("again")
        session.execute(sa.text(TOLD.format("40001")))

    with pytest.raises(DatabaseBusyError) as refusal:
        database_of().run(work)

    assert refusal.value.details == {"reason": "serialization"}
    assert len(attempts) == ATTEMPTS_MAX == len(repeats) + 1


def test_what_is_no_conflict_is_not_repeated(database_of, repeats):
    attempts = []

    def work(session):
        attempts.append("once")
        session.execute(sa.text("SELECT 1 / 0"))

    with pytest.raises(sa.exc.DataError):
        database_of().run(work)

    assert (attempts, repeats) == (["once"], [])


def test_a_lock_that_is_never_given_is_told_of(database_of, repeats):
    database = database_of(lock_timeout="20ms")
    put(database, "bread")

    with database.transaction() as session:
        session.execute(sa.text("LOCK TABLE leases"))
        with pytest.raises(DatabaseBusyError) as refusal:
            database.run(lambda other: count_up(other, "bread"))

    assert refusal.value.details == {"reason": "locked"}
    assert repeats == []


def test_a_writer_on_sqlite_that_waits_in_vain_is_told_of(sqlite_database):
    # Not for half a minute, as it would otherwise.
    sa.event.listen(sqlite_database.engine, "connect", do_not_wait)

    with sqlite_database.transaction() as session:
        session.execute(sa.text("SELECT 1"))
        with pytest.raises(DatabaseBusyError) as refusal:
            put(sqlite_database, "bread")

    assert refusal.value.details == {"reason": "locked"}


def test_a_disk_that_is_full_is_named_on_postgresql(database_of):
    with pytest.raises(DiskFullError), database_of().transaction() as session:
        session.execute(sa.text(TOLD.format("53100")))


def test_a_database_that_may_only_be_read_is_named_on_postgresql(database_of):
    with pytest.raises(ReadOnlyError):
        put(database_of(default_transaction_read_only="on"), "bread")


def do_not_wait(connection: sqlite3.Connection, _record):
    connection.execute("PRAGMA busy_timeout = 20")
