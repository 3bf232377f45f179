"""A session that costs little until it is used as one.

A statement that is sent to PostgreSQL prepared goes straight to the driver, in the session's
own transaction, and the first one together with BEGIN. Only when the session is used for anything
else does it join that transaction, with all that it is and does.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import PoolProxiedConnection

from grantengine.prepared import PreparedStatements, Values, number_in

_PREPARED = "grantengine.prepared"


class WritingSession(Session):
    """The session of `Database.transaction()`."""

    # The connection of a transaction that the driver began, and what the session knows it by.
    _taken: PoolProxiedConnection | None = None
    _joined: Connection | None = None
    # What is known of the connection of the transaction.
    _info: dict[Any, Any] | None = None
    # What is sent together with COMMIT.
    _last: tuple[str, Values] | None = None

    @property
    def is_postgresql(self) -> bool:
        """Tell whether it writes to PostgreSQL rather than to SQLite."""
        assert self.bind is not None
        return self.bind.dialect.name == "postgresql"

    def execute_on_sqlite(
        self, statement: str, values: Sequence[Any] | Mapping[str, Any]
    ) -> sqlite3.Cursor:
        """Execute one statement of SQLite in this transaction, and give what the driver gives.

        Raises:
            DBAPIError: as every statement of a session.
        """
        try:
            return self._sqlite().execute(statement, values)
        except sqlite3.Error as error:
            self._tell(error)

    @contextmanager
    def savepoint_on_sqlite(self) -> Iterator[None]:
        """Undo what is executed here by `execute_on_sqlite` and nothing else, when it raises."""
        driver = self._sqlite()
        driver.execute("SAVEPOINT grantengine")
        try:
            yield
        except BaseException:
            # A full disk has undone the whole transaction, and with it the savepoint.
            if driver.in_transaction:
                driver.execute("ROLLBACK TO grantengine")
                driver.execute("RELEASE grantengine")
            raise
        driver.execute("RELEASE grantengine")

    def fetch_number(self, statement: str, values: Values) -> int | None:
        """Send PostgreSQL one statement in this transaction, and give the whole number it gives.

        Raises:
            DBAPIError: as every statement of a session.
        """
        return number_in(self.fetch(statement, values))

    def fetch(self, statement: str, values: Values) -> PGresult:
        """Send PostgreSQL one statement in this transaction, and give what the driver hears.

        Raises:
            DBAPIError: as every statement of a session.
        """
        try:
            if self._is_begun_elsewhere() or self.in_nested_transaction():
                # SQLAlchemy makes a savepoint only when the connection is asked for.
                return _prepared_on(self.connection().connection).fetch(statement, values)
            if self._is_idle():
                return self._statements().begin_with(statement, values)
            return self._statements().fetch(statement, values)
        except psycopg.Error as error:
            self._tell(error)

    def send_last(self, statement: str, values: Values) -> None:
        """Send one more statement before a commit that has begun, together with it if that can be.

        Raises:
            DBAPIError: as every statement of a session; also when it commits.
        """
        is_joined = self._joined is not None and self._joined.in_transaction()
        is_changed = bool(self.new or self.dirty or self.deleted)
        if is_joined or is_changed or self._is_idle():
            self.fetch(statement, values)
        else:
            self._last = (statement, values)

    def know(self, info: dict[Any, Any]) -> None:
        """Keep what is known of the connection, which a broken transaction does not give."""
        self._info = info

    def forget_prepared(self) -> None:
        """Prepare everything anew on the connection of this transaction."""
        statements: PreparedStatements | None = (self._info or {}).get(_PREPARED)
        if statements is not None:
            statements.forget()

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """Join the transaction that the driver began, if it did."""
        if self._taken is None:
            return super().get_bind(*args, **options)
        if self._joined is None:
            assert isinstance(self.bind, Engine)
            self._joined = Connection(self.bind, connection=self._taken)
        return self._joined

    def commit(self) -> None:
        """Commit; straight by the driver, when nothing else was used."""
        if self._taken is None:
            super().commit()
            return
        if not self.in_transaction():
            # Whoever is told may use the session.
            self.dispatch.before_commit(self)
        if self.in_transaction():
            super().commit()
        if not self._is_idle():
            try:
                self._commit()
            except psycopg.Error as error:
                self._tell(error)

    def rollback(self) -> None:
        """Roll back, whoever began the transaction."""
        self._last = None
        if self._taken is not None and not self.in_transaction():
            self.begin()  # So that whoever listens hears of it.
        super().rollback()
        if self._taken is not None:
            self._taken.rollback()

    def close(self) -> None:
        """Give the connection back; what was not committed is lost."""
        super().close()
        if self._joined is not None:
            self._joined.close()
        elif self._taken is not None:
            self._taken.close()
        self._taken = self._joined = self._last = None

    def _sqlite(self) -> sqlite3.Connection:
        driver = self.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def _is_idle(self) -> bool:
        if self._taken is None:
            return True
        status = _of_postgresql(self._taken).pgconn.transaction_status
        return status == TransactionStatus.IDLE

    def _commit(self) -> None:
        last, self._last = self._last, None
        if last is None:
            self._statements().commit()
        else:
            self._statements().commit_with(*last)

    def _is_begun_elsewhere(self) -> bool:
        """Tell whether the transaction is one that SQLAlchemy began or is about to."""
        return self._taken is None and self.in_transaction()

    def _statements(self) -> PreparedStatements:
        if self._taken is None:
            assert isinstance(self.bind, Engine)
            self._taken = self.bind.raw_connection()
            self._info = self._taken.info
        return _prepared_on(self._taken)

    def _tell(self, error: psycopg.Error | sqlite3.Error) -> NoReturn:
        if self._taken is not None and _of_postgresql(self._taken).closed:
            self._taken.invalidate(error)
        dialect = self.get_bind().dialect
        raise DBAPIError.instance(None, None, error, Exception, dialect=dialect) from error


def _of_postgresql(taken: PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _prepared_on(taken: PoolProxiedConnection) -> PreparedStatements:
    statements: PreparedStatements | None = taken.info.get(_PREPARED)
    if statements is None:
        statements = PreparedStatements(_of_postgresql(taken).pgconn)
        taken.info[_PREPARED] = statements
    return statements


@event.listens_for(WritingSession, "after_soft_rollback")
def _forget(session: WritingSession, undone: SessionTransaction) -> None:
    # After a ROLLBACK to a savepoint the driver lets the server forget what was prepared.
    if undone.nested:
        session.forget_prepared()


@event.listens_for(WritingSession, "after_begin")
def _know(session: WritingSession, _begun: SessionTransaction, connection: Connection) -> None:
    session.know(connection.info)
