"""One way to commit: all of it or none of it, with whoever listens inside."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.events import DomainEvent, record
from grantengine.leases import Lease
from tests.support.databases import rolled_back
from tests.support.threads import run_together

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BellRung(DomainEvent):
    times: int


def a_row(name, *, until=NOON):
    return Lease(name=name, holder="nobody", expires_at=until)


def cause_and_ring(database):
    with database.transaction() as session:
        session.add(a_row("cause"))
        record(session, BellRung(times=1))


def names_in(database):
    with database.reading() as session:
        return set(session.scalars(sa.select(Lease.name)))


def test_sqlite_waits_for_the_disk_before_it_calls_anything_committed(sqlite_database):
    said = []

    def ask(connection, _record):
        said.append(connection.execute("PRAGMA synchronous").fetchone())

    # After its own listener, before that of the tests, which are in a hurry.
    sa.event.listen(sqlite_database.engine, "connect", ask)
    sqlite_database.engine.connect().close()

    full = 2
    assert said == [(full,)]


def test_what_a_block_writes_is_there_afterwards(database):
    with database.transaction() as session:
        session.add(a_row("bread"))

    assert names_in(database) == {"bread"}


def test_a_block_that_raises_leaves_nothing(database):
    with rolled_back(database) as session:
        session.add(a_row("milk"))
        session.flush()

    assert names_in(database) == set()


def test_what_is_written_while_reading_is_lost(database):
    with database.reading() as session:
        session.add(a_row("water"))
        session.flush()

    assert names_in(database) == set()


def test_a_handler_hears_the_event_inside_the_transaction(database_url):
    def ring(session, event):
        session.add(a_row(f"rung {event.times} times"))

    with opened(database_url, {BellRung: [ring]}) as database:
        with database.transaction() as session:
            record(session, BellRung(times=3))

        assert names_in(database) == {"rung 3 times"}


def test_a_handler_that_fails_fails_the_whole(database_url):
    def ring(session, event):
        session.add(a_row("rung"))
        session.flush()

    def crack(session, event):
        raise RuntimeError("the bell cracked")

    with opened(database_url, {BellRung: [ring, crack]}) as database:
        with pytest.raises(RuntimeError, match="cracked"):
            cause_and_ring(database)

        assert names_in(database) == set()


def test_an_event_that_nobody_listens_to_is_no_error(database):
    with database.transaction() as session:
        record(session, BellRung(times=1))
        session.add(a_row("kept"))

    assert names_in(database) == {"kept"}


def test_threads_that_read_and_then_write_on_sqlite_lose_no_increment(sqlite_database):
    with sqlite_database.transaction() as session:
        session.add(a_row("counter", until=NOON))

    def count_up():
        for _ in range(25):
            with sqlite_database.transaction() as session:
                counter = session.get_one(Lease, "counter")
                counter.expires_at += timedelta(seconds=1)

    run_together(*[count_up] * 4)

    with sqlite_database.reading() as session:
        assert session.get_one(Lease, "counter").expires_at == NOON + timedelta(seconds=100)


def test_a_writer_on_sqlite_does_not_wait_for_readers(sqlite_database):
    with sqlite_database.reading() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(Lease)) == 0

        with sqlite_database.transaction() as session:
            session.add(a_row("written meanwhile"))

        assert reader.scalar(sa.select(sa.func.count()).select_from(Lease)) == 0
    assert names_in(sqlite_database) == {"written meanwhile"}


def test_a_reading_session_sees_one_state_of_the_database(database):
    with database.reading() as reader:
        before = set(reader.scalars(sa.select(Lease.name)))

        with database.transaction() as session:
            session.add(a_row("written meanwhile"))

        assert set(reader.scalars(sa.select(Lease.name))) == before == set()


def test_a_naive_instant_is_refused(database):
    naive = datetime(2026, 9, 16, 12, 0)  # noqa: DTZ001  # that is the point

    with (
        pytest.raises(sa.exc.StatementError, match="no instant"),
        database.transaction() as session,
    ):
        session.add(a_row("when?", until=naive))


def test_an_instant_comes_back_aware_and_in_utc(database):
    in_new_york = timezone(timedelta(hours=-4))
    with database.transaction() as session:
        session.add(a_row("call", until=datetime(2026, 9, 16, 8, 0, 0, 123456, in_new_york)))

    with database.reading() as session:
        kept = session.get_one(Lease, "call").expires_at

    assert kept == NOON.replace(microsecond=123456)
    assert kept.tzinfo is UTC


def test_instants_are_compared_as_instants_whatever_zone_they_were_given_in(database):
    helsinki = timezone(timedelta(hours=3))
    with database.transaction() as session:
        session.add(a_row("evening", until=datetime(2026, 9, 16, 23, 30, tzinfo=helsinki)))

    with database.reading() as session:
        early = sa.select(Lease.name).where(Lease.expires_at < NOON + timedelta(hours=9))
        assert session.scalars(early).all() == ["evening"]


def test_foreign_keys_hold_on_both_kinds(database):
    insert = sa.text("INSERT INTO person_roles (person_id, role) VALUES ('per_none', 'steward')")

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(insert)


def test_two_threads_have_two_sessions(database):
    seen = []

    def look():
        with database.transaction() as session:
            seen.append((threading.get_ident(), id(session)))

    run_together(look, look)

    assert len({thread for thread, _ in seen}) == 2


class opened:  # noqa: N801  # reads like the context manager that it is
    """A database with handlers of the test's own."""

    def __init__(self, url, handlers):
        self.database = Database(url, handlers=handlers)

    def __enter__(self):
        return self.database

    def __exit__(self, *_):
        self.database.dispose()


def test_a_connection_that_the_server_ended_is_made_anew(postgresql_database):
    with postgresql_database.transaction() as session:
        pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
    admin = sa.create_engine(postgresql_database.engine.url, poolclass=sa.NullPool)
    with admin.connect() as other:
        # Waits until it has ended.
        other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with postgresql_database.transaction() as session:
        assert session.scalar(sa.text("SELECT pg_backend_pid()")) != pid
