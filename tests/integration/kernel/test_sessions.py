"""What goes straight to the driver is in the session's own transaction, whoever began it."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from grantengine import writing
from grantengine.db import Database
from grantengine.faults import DatabaseBusyError
from grantengine.leases import Lease
from tests.support.databases import rolled_back

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
LEASE = "INSERT INTO leases (name, holder, expires_at) VALUES ({}, 'nobody', '2026-09-16 12:00:00')"
ON_POSTGRESQL = f"{LEASE.format('%s')} RETURNING length(name)"
ON_SQLITE = LEASE.format("?")


def a_row(name):
    return Lease(name=name, holder="nobody", expires_at=NOON)


def straight(session, name):
    """Write straight to the driver."""
    if session.is_postgresql:
        assert session.fetch_number(ON_POSTGRESQL, (name,)) == len(name)
    else:
        session.execute_on_sqlite(ON_SQLITE, (name,))


def names_in(database):
    with database.reading() as session:
        return set(session.scalars(sa.select(Lease.name)))


def test_what_goes_straight_to_the_driver_is_there_afterwards(database):
    with database.transaction() as session:
        straight(session, "one")
        straight(session, "other")

    assert names_in(database) == {"one", "other"}


def test_what_goes_straight_to_the_driver_is_lost_with_its_block(database):
    with rolled_back(database) as session:
        straight(session, "one")

    assert names_in(database) == set()


@pytest.mark.parametrize("first", ["the driver", "the session"])
def test_the_session_joins_the_driver_and_the_driver_the_session(database, first):
    def write(session, other):
        straight(session, "straight")
        session.add(a_row("added"))
        straight(session, other)
        assert other in session.scalars(sa.select(Lease.name)).all()

    with database.transaction() as session:
        if first == "the session":
            session.add(a_row("first"))
            session.flush()
        write(session, "kept")
    with rolled_back(database) as session:
        if first == "the session":
            session.scalars(sa.select(Lease.name)).all()
        straight(session, "lost")

    kept = {"straight", "added", "kept"}
    assert names_in(database) - {"first"} == kept


def test_a_savepoint_undoes_what_went_straight_to_the_driver(database):
    with database.transaction() as session:
        straight(session, "before")
        savepoint = session.begin_nested()
        straight(session, "undone")
        savepoint.rollback()
        straight(session, "after")

    assert names_in(database) == {"before", "after"}


def test_rolling_back_undoes_what_the_driver_began(database):
    with database.transaction() as session:
        straight(session, "undone")
        session.rollback()
        straight(session, "after")

    assert names_in(database) == {"after"}


def wait(session, name):
    """Let a row wait for the commit."""
    row = {"name": name, "holder": "nobody", "expires_at": NOON}
    writing.append(session, writing.writer_of(Lease), row)


def straight_and_waiting(session, first, *waiting):
    straight(session, first)
    for name in waiting:
        wait(session, name)


def test_what_waits_for_the_commit_is_written_though_only_the_driver_was_used(
    database,
):
    with database.transaction() as session:
        straight(session, "straight")
        wait(session, "waiting")

    assert names_in(database) == {"straight", "waiting"}


def test_what_waits_for_the_commit_is_undone_with_what_the_driver_began(database):
    with database.transaction() as session:
        straight(session, "undone")
        wait(session, "undone too")
        session.rollback()
        straight(session, "after")

    assert names_in(database) == {"after"}


def test_what_the_driver_refuses_is_an_error_of_the_session(database):
    with database.transaction() as session:
        straight(session, "one")

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        straight(session, "one")


def test_a_commit_that_is_refused_is_an_error_of_the_session(postgresql_database):
    with postgresql_database.transaction() as session:
        session.execute(
            sa.text(
                "CREATE FUNCTION refuse_at_the_end() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"
            )
        )
        session.execute(
            sa.text(
                "CREATE CONSTRAINT TRIGGER refuse_at_the_end AFTER INSERT ON leases"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_at_the_end()"
            )
        )

    for waiting in ([], ["waiting"], ["waiting", "too"]):
        with pytest.raises(DatabaseBusyError), postgresql_database.transaction() as session:
            straight_and_waiting(session, "one", *waiting)

    assert names_in(postgresql_database) == set()


def fill(session):
    for number in range(1000):
        straight(session, f"{number:05000}")


def test_nothing_goes_on_in_a_transaction_that_a_full_disk_has_undone(sqlite_database):
    with sqlite_database.transaction() as session:
        session.execute_on_sqlite("PRAGMA cache_size = 1", ())
        session.execute_on_sqlite("PRAGMA max_page_count = 1", ())
        with pytest.raises(sa.exc.OperationalError, match="full"):
            fill(session)
        with pytest.raises(sa.exc.PendingRollbackError):
            straight(session, "after")
        session.rollback()

    assert names_in(sqlite_database) == set()


def test_what_is_refused_together_with_the_commit_undoes_the_transaction(database):
    with database.transaction() as session:
        straight(session, "one")

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        straight_and_waiting(session, "undone", "one")
    with database.transaction() as session:
        straight(session, "after")

    assert names_in(database) == {"one", "after"}


def test_what_the_session_changed_is_committed_beside_what_waits(database):
    with database.transaction() as session:
        straight(session, "straight")
        wait(session, "waiting")
        session.add(a_row("added"))

    assert names_in(database) == {"straight", "waiting", "added"}


def test_a_connection_that_is_lost_is_not_given_to_the_next_one(postgresql_database):
    with pytest.raises(sa.exc.DBAPIError), postgresql_database.transaction() as session:
        session.fetch_number("SELECT pg_terminate_backend(pg_backend_pid())", ())

    with postgresql_database.transaction() as session:
        straight(session, "after")
    assert names_in(postgresql_database) == {"after"}


def test_what_the_server_forgot_is_prepared_again(postgresql_database):
    for name in ("one", "other"):
        with postgresql_database.transaction() as session:
            session.fetch_number("SELECT 1", ())
            for _ in range(10):  # So often that the driver prepares it too.
                session.scalar(sa.text("SELECT 1"))
            session.begin_nested().rollback()
        with postgresql_database.transaction() as session:
            straight(session, name)

    assert names_in(postgresql_database) == {"one", "other"}


@pytest.mark.parametrize("opened", [Database.reading, rolled_back])
def test_what_was_prepared_outlives_a_rollback(postgresql_database, opened):
    with opened(postgresql_database) as session:
        for _ in range(10):  # So often that the driver prepares it.
            session.scalar(sa.text("SELECT 1"))

    with opened(postgresql_database) as session:
        assert session.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements")) == 1


def test_what_was_forgotten_in_part_is_prepared_again_in_part(postgresql_database):
    one, other = "SELECT 1::bigint", "SELECT 2::bigint"
    for statement in (one, None, other, one, other):
        with postgresql_database.transaction() as session:
            if statement is None:
                session.execute(sa.text("DEALLOCATE ALL"))
            else:
                session.fetch_number(statement, ())

    with postgresql_database.transaction() as session:
        assert session.fetch_number(other, ()) == 2
