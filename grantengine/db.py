"""The database: one declarative base, engines for both kinds, and the only commit."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

from grantengine.driver_transactions import sqlite3_of
from grantengine.events import Handlers, attach_handlers
from grantengine.faults import DatabaseBusyError, fault_of, repeated
from grantengine.prepared import KeepingConnection
from grantengine.sessions import WritingSession

T = TypeVar("T")

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_BUSY_TIMEOUT_S = 30
_VISIBLE = sa.text("SELECT pg_current_snapshot()::text")
_commits: ContextVar[int] = ContextVar("commits", default=0)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on both kinds of it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; keep UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table; Flask-SQLAlchemy shares its metadata."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # read once by SQLAlchemy, never changed
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        dict[str, str]: sa.JSON(),
        list[str]: sa.JSON(),
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    }


class Database:
    """One database: its engine, its reading sessions and the one way to write."""

    def __init__(
        self,
        url: str,
        *,
        handlers: Handlers | None = None,
        on_repeat: Callable[[str], object] | None = None,
    ) -> None:
        """Connect lazily to `url` (`sqlite:///…` or `postgresql+psycopg://…`).

        Args:
            url: where it is.
            handlers: who hears of which event, inside the transaction.
            on_repeat: called with the reason whenever a transaction is begun again.
        """
        self.engine = make_engine(url)
        self._on_repeat = on_repeat
        self._handlers: Handlers = handlers or {}
        self._watching = Lock()
        self._watcher: PoolProxiedConnection | None = None
        writing = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._writers = sessionmaker(writing, class_=WritingSession, expire_on_commit=False)
        # On SQLite a transaction sees one state anyway; PostgreSQL has to be asked for it.
        one_state = {"isolation_level": "REPEATABLE READ"} if self.is_postgresql else {}
        reading = self.engine.execution_options(**one_state)
        self._readers = sessionmaker(reading, expire_on_commit=False)

    @property
    def is_postgresql(self) -> bool:
        """Tell whether this is PostgreSQL rather than SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits when the block ends and rolls back when it raises.

        Raises:
            DatabaseBusyError, DiskFullError, ReadOnlyError: nothing was written.
        """
        with self._writers() as session:
            attach_handlers(session, self._handlers)
            try:
                yield session
                session.commit()
            except DBAPIError as error:
                fault = fault_of(error)
                if fault is None:
                    raise
                raise fault from error
        _commits.set(_commits.get() + 1)

    def run(self, work: Callable[[Session], T]) -> T:
        """Do work in a transaction of its own, begun again when another's undid it.

        Args:
            work: touches nothing but its session, since it may be called ten times.

        Raises:
            DatabaseBusyError: others were in the way each time.
            DiskFullError, ReadOnlyError: nothing was written.
        """

        def attempt() -> T:
            with self.transaction() as session:
                return work(session)

        return repeated(attempt, may_repeat=self.count_repeat)

    def count_repeat(self, error: DatabaseBusyError) -> bool:
        """Tell whoever counts that a transaction is begun again; it always may be."""
        if self._on_repeat is not None:
            self._on_repeat(error.details["reason"])
        return True

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for queries that see one state; whatever is written in it is lost."""
        with self._readers() as session:
            yield session

    def mark(self) -> object:
        """Tell where the database stands: after anybody's commit it is another mark.

        On PostgreSQL it says which transactions can be seen, so the same mark is the same state;
        it also changes when somebody begins to write.
        """
        if self.is_postgresql:
            with self.engine.connect() as connection:
                return connection.scalar(_VISIBLE)
        with self._watching:
            if self._watcher is None:
                self._watcher = self.engine.raw_connection()
            # Of a connection that never writes, outside of any transaction: only then it counts
            # everybody's commits. https://www.sqlite.org/pragma.html#pragma_data_version
            cursor = self._watcher.cursor()
            cursor.execute("PRAGMA data_version")
            return id(self._watcher), cursor.fetchone()

    def dispose(self) -> None:
        """Close every connection."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self.engine.dispose()


def commit_count() -> int:
    """Tell how many transactions this thread has committed, to see whether it did meanwhile."""
    return _commits.get()


def make_engine(url: str) -> Engine:
    """Make an engine whose transactions mean the same on both kinds of database."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sa.create_engine(parsed, pool_size=10, max_overflow=10)
    event.listen(engine, "do_connect", _connect_postgresql)
    event.listen(engine, "checkout", _ensure_alive)
    return engine


def driver_conninfo(engine: Engine) -> str:
    """Tell psycopg itself, which knows no SQLAlchemy, where an engine connects to."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _connect_postgresql(
    _dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    return cast("DBAPIConnection", KeepingConnection.connect(*arguments, **options))


def _ensure_alive(connection: Any, _record: object, _proxy: object) -> None:
    # A server that went away has said so, unasked; a ping would cost each transaction a round trip.
    said_something = select.poll()
    said_something.register(connection.fileno(), select.POLLIN)
    if said_something.poll(0):
        raise InvalidatePoolError


def _configure_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver must not open transactions on its own, or BEGIN IMMEDIATE comes too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.close()
    # SQLite itself lowers only ASCII, so a search for "ääni" would not find "Ääni".
    connection.create_function("lower", 1, _lowered, deterministic=True)


def _lowered(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


def _begin_sqlite(connection: Connection) -> None:
    if not sqlite3_of(connection.connection).in_transaction:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
