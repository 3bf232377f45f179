"""A session that costs little until it is used as one.

A statement that the ledger sends to PostgreSQL by itself goes straight to the driver, in the session's
own transaction, and the first one together with BEGIN. Only when the session is used for anything
else does it join that transaction, with all that it is and does.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from grantengine.prepared import PreparedStatements

_PREPARED = "grantengine.prepared"


class WritingSession(Session):
    """The session of `Database.transaction()`."""

    # The connection of a transaction that the driver began, and what the session knows it by.
    _taken: PoolProxiedConnection | None = None
    _joined: Connection | None = None

    def fetch_number(
        self, statement: str, values: Sequence[str | bytes | int | None]
    ) -> int | None:
        """Send PostgreSQL one statement in this transaction, and give the whole number it gives.

        Raises:
            DBAPIError: as every statement of a session.
        """
        try:
            if not self.in_transaction() and self._is_idle():
                return self._begin_with(statement, values)
            row = self._driver().execute(statement, values).fetchone()
        except psycopg.Error as error:
            self._tell(error)
        return None if row is None else row[0]

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
                self._taken.info[_PREPARED].commit()
            except psycopg.Error as error:
                self._tell(error)

    def rollback(self) -> None:
        """Roll back, whoever began the transaction."""
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
        self._taken = self._joined = None

    def _is_idle(self) -> bool:
        if self._taken is None:
            return True
        status = _of_postgresql(self._taken).pgconn.transaction_status
        return status == TransactionStatus.IDLE

    def _driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        taken = self.connection().connection if self.in_transaction() else self._taken
        assert taken is not None
        return _of_postgresql(taken)

    def _begin_with(self, statement: str, values: Sequence[str | bytes | int | None]) -> int | None:
        if self._taken is None:
            assert isinstance(self.bind, Engine)
            self._taken = self.bind.raw_connection()
        statements = self._taken.info.get(_PREPARED)
        if statements is None:
            statements = PreparedStatements(_of_postgresql(self._taken).pgconn)
            self._taken.info[_PREPARED] = statements
        number: int | None = statements.begin_with(statement, values)
        return number

    def _tell(self, error: psycopg.Error) -> NoReturn:
        if self._taken is not None and _of_postgresql(self._taken).closed:
            self._taken.invalidate(error)
        dialect = self.get_bind().dialect
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=dialect) from error


def _of_postgresql(taken: PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
