"""A session that costs little until it is used as one.

A statement that is sent as it was written goes straight to the driver, in a transaction that the
driver began: on PostgreSQL together with it. Only when the session is used for anything else does
it join that transaction, with all that it is and does.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
from psycopg.pq.abc import PGresult
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import PoolProxiedConnection

from grantengine.driver_transactions import (
    DriverTransaction,
    PostgreSQLTransaction,
    SQLiteTransaction,
    forget_prepared,
    sqlite3_of,
    statements_on,
)
from grantengine.prepared import Values, number_in


class WritingSession(Session):
    """The session of `Database.transaction()`."""

    # The transaction that the driver began, and what the session knows its connection by.
    _begun: DriverTransaction | None = None
    _joined: Connection | None = None
    # What is known of the connection of the transaction.
    _info: Mapping[Any, Any] | None = None

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
            if self._is_begun_elsewhere() or self.in_nested_transaction():
                # SQLAlchemy makes a savepoint only when the connection is asked for.
                return sqlite3_of(self.connection().connection).execute(statement, values)
            return self._on_sqlite().execute(statement, values)
        except sqlite3.Error as error:
            self._tell(error)

    @contextmanager
    def savepoint_on_sqlite(self) -> Iterator[None]:
        """Undo what is executed here by `execute_on_sqlite` and nothing else, when it raises."""
        self.execute_on_sqlite("SAVEPOINT grantengine", ())
        try:
            yield
        except BaseException:
            # A full disk has undone the whole transaction, and with it the savepoint.
            if self._is_open_on_sqlite():
                self.execute_on_sqlite("ROLLBACK TO grantengine", ())
                self.execute_on_sqlite("RELEASE grantengine", ())
            raise
        self.execute_on_sqlite("RELEASE grantengine", ())

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
                # Likewise.
                return statements_on(self.connection().connection).fetch(statement, values)
            begun = self._on_postgresql()
            if begun.is_open:
                return begun.statements.fetch(statement, values)
            return begun.statements.begin_with(statement, values)
        except psycopg.Error as error:
            self._tell(error)

    def beside(self, statement: str, values: Values) -> Callable[[], PGresult]:
        """Make a statement of this transaction ready for another thread to send to PostgreSQL.

        Raises:
            DBAPIError: as every statement of a session, when it is called.
        """
        send = statements_on(self.connection().connection).beside(statement, values)

        def sent() -> PGresult:
            try:
                return send()
            except psycopg.Error as error:
                self._tell(error)

        return sent

    def send_last(self, statement: str, values: Values) -> None:
        """Send one more statement before a commit that has begun, together with it if that can be.

        Raises:
            DBAPIError: as every statement of a session; also when it commits.
        """
        is_joined = self._joined is not None and self._joined.in_transaction()
        is_changed = bool(self.new or self.dirty or self.deleted)
        if is_joined or is_changed or self._begun is None or not self._begun.is_open:
            self.fetch(statement, values)
        else:
            self._on_postgresql().last = (statement, values)

    def know(self, info: Mapping[Any, Any]) -> None:
        """Keep what is known of the connection, which a broken transaction does not give."""
        self._info = info

    def forget_prepared(self) -> None:
        """Prepare everything anew on the connection of this transaction."""
        forget_prepared(self._info or {})

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """Join the transaction that the driver began, if it did."""
        if self._begun is None:
            return super().get_bind(*args, **options)
        if self._joined is None:
            assert isinstance(self.bind, Engine)
            self._joined = Connection(self.bind, connection=self._begun.taken)
        return self._joined

    def commit(self) -> None:
        """Commit; straight by the driver, when nothing else was used."""
        if self._begun is None:
            super().commit()
            return
        if not self.in_transaction():
            # Whoever is told may use the session.
            self.dispatch.before_commit(self)
        if self.in_transaction():
            super().commit()
        if self._begun.is_open:
            try:
                self._begun.commit()
            except (psycopg.Error, sqlite3.Error) as error:
                self._tell(error)

    def rollback(self) -> None:
        """Roll back, whoever began the transaction."""
        if self._begun is not None and not self.in_transaction():
            self.begin()  # So that whoever listens hears of it.
        super().rollback()
        if self._begun is not None:
            self._begun.rollback()

    def close(self) -> None:
        """Give the connection back; what was not committed is lost."""
        if self._joined is not None:
            super().close()
            self._joined.close()
        elif self._begun is not None:
            if self.in_transaction() or self.identity_map or self.new:
                super().close()
            self._begun.taken.close()
        else:
            super().close()
        self._begun = self._joined = None

    def _is_begun_elsewhere(self) -> bool:
        """Tell whether the transaction is one that SQLAlchemy began or is about to."""
        return self._begun is None and self.in_transaction()

    def _is_open_on_sqlite(self) -> bool:
        if self._begun is not None:
            return self._begun.is_open
        return sqlite3_of(self.connection().connection).in_transaction

    def _on_postgresql(self) -> PostgreSQLTransaction:
        if self._begun is None:
            self._begun = PostgreSQLTransaction(self._take())
        assert isinstance(self._begun, PostgreSQLTransaction)
        return self._begun

    def _on_sqlite(self) -> SQLiteTransaction:
        if self._begun is None:
            self._begun = SQLiteTransaction(self._take())
        assert isinstance(self._begun, SQLiteTransaction)
        return self._begun

    def _take(self) -> PoolProxiedConnection:
        assert isinstance(self.bind, Engine)
        taken = self.bind.raw_connection()
        self._info = taken.info
        return taken

    def _tell(self, error: psycopg.Error | sqlite3.Error) -> NoReturn:
        if self._begun is not None and self._begun.is_lost:
            self._begun.taken.invalidate(error)
        dialect = self.get_bind().dialect
        raise DBAPIError.instance(None, None, error, Exception, dialect=dialect) from error


@event.listens_for(WritingSession, "after_soft_rollback")
def _forget(session: WritingSession, undone: SessionTransaction) -> None:
    # After a ROLLBACK to a savepoint the driver lets the server forget what was prepared.
    if undone.nested:
        session.forget_prepared()


@event.listens_for(WritingSession, "after_begin")
def _know(session: WritingSession, _begun: SessionTransaction, connection: Connection) -> None:
    session.know(connection.info)
