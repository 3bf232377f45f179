"""A session that costs little until it is used as one.

A statement that the ledger sends to PostgreSQL by itself goes straight to the driver, in the session's
own transaction. Only when the session is used for anything else does it join that transaction, with
all that it is and does.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection


class WritingSession(Session):
    """The session of `Database.transaction()`."""

    # The connection of a transaction that the driver began, and what the session knows it by.
    _taken: PoolProxiedConnection | None = None
    _joined: Connection | None = None

    def fetch_one(self, statement: str, values: Sequence[object]) -> tuple[Any, ...] | None:
        """Send one statement to PostgreSQL in this transaction, and give its first row.

        Raises:
            DBAPIError: as every statement of a session.
        """
        try:
            return self._driver().execute(statement, values).fetchone()
        except psycopg.Error as error:
            self._tell(error)

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
        driver = _of_postgresql(self._taken)
        if driver.pgconn.transaction_status != TransactionStatus.IDLE:
            try:
                _command(driver, b"COMMIT")
            except psycopg.Error as error:
                self._tell(error)

    def rollback(self) -> None:
        """Roll back, whoever began the transaction."""
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

    def _driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self.in_transaction():
            return _of_postgresql(self.connection().connection)
        if self._taken is None:
            assert isinstance(self.bind, Engine)
            self._taken = self.bind.raw_connection()
        driver = _of_postgresql(self._taken)
        if driver.pgconn.transaction_status == TransactionStatus.IDLE:
            _command(driver, b"BEGIN")
        return driver

    def _tell(self, error: psycopg.Error) -> NoReturn:
        if self._taken is not None and _of_postgresql(self._taken).closed:
            self._taken.invalidate(error)
        dialect = self.get_bind().dialect
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=dialect) from error


def _of_postgresql(taken: PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _command(driver: psycopg.Connection[Any], words: bytes) -> None:
    # Past the driver's own cursors, which take three times as long.
    result = driver.pgconn.exec_(words)
    if result.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result)
