"""A session that costs little until it is used as one.

A statement that the ledger sends to PostgreSQL by itself goes straight to the driver, in the session's
own transaction, and the first one together with BEGIN. Only when the session is used for anything
else does it join that transaction, with all that it is and does.
"""

import select
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, NoReturn

import psycopg
from psycopg.errors import InvalidSqlStatementName
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

_TEXT, _BINARY = 0, 1
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
                _command(_of_postgresql(self._taken).pgconn, b"COMMIT")
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
        pgconn = _of_postgresql(self._taken).pgconn
        names: dict[str, bytes] = self._taken.info.setdefault(_PREPARED, {})
        try:
            return _begin_with(pgconn, _prepared(pgconn, statement, names), values)
        except InvalidSqlStatementName:
            # After a ROLLBACK the driver lets the server forget what was prepared.
            # Only of this one do we know: others may have been prepared since.
            names.pop(statement)
            _command(pgconn, b"ROLLBACK")
            return _begin_with(pgconn, _prepared(pgconn, statement, names), values)

    def _tell(self, error: psycopg.Error) -> NoReturn:
        if self._taken is not None and _of_postgresql(self._taken).closed:
            self._taken.invalidate(error)
        dialect = self.get_bind().dialect
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=dialect) from error


def _of_postgresql(taken: PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _begin_with(
    pgconn: PGconn, name: bytes, values: Sequence[str | bytes | int | None]
) -> int | None:
    # Past the driver's cursors, which take three times as long; and one round trip for both.
    pgconn.enter_pipeline_mode()
    pgconn.send_query_params(b"BEGIN", None)
    pgconn.send_query_prepared(
        name,
        [each if each is None or type(each) is bytes else str(each).encode() for each in values],
        [_BINARY if type(each) is bytes else _TEXT for each in values],
    )
    pgconn.pipeline_sync()
    # A result of each, with nothing after it, and the end of the pipeline.
    results = [_heard(pgconn) for _ in range(5)]
    pgconn.exit_pipeline_mode()
    _passed(results[0])
    number = _passed(results[2]).get_value(0, 0)
    return None if number is None else int(number)


def _heard(pgconn: PGconn) -> PGresult | None:
    # Other threads go on while this one waits; libpq's own waiting would stop them.
    while pgconn.flush():
        select.select([], [pgconn.socket], [])
    while pgconn.is_busy():
        select.select([pgconn.socket], [], [])
        pgconn.consume_input()
    return pgconn.get_result()


def _prepared(pgconn: PGconn, statement: str, names: dict[str, bytes]) -> bytes:
    if statement not in names:
        name = _name(statement)
        _passed(pgconn.prepare(name, _numbered(statement)))
        names[statement] = name
    return names[statement]


@cache
def _name(statement: str) -> bytes:
    return b"grantengine_" + sha256(statement.encode()).hexdigest()[:16].encode()


@cache
def _numbered(statement: str) -> bytes:
    first, *rest = statement.split("%s")
    return "".join([first, *(f"${at}{each}" for at, each in enumerate(rest, start=1))]).encode()


def _command(pgconn: PGconn, words: bytes) -> None:
    _passed(pgconn.exec_(words))


def _passed(result: PGresult | None) -> PGresult:
    if result is None:
        raise psycopg.OperationalError("the connection is lost")
    if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
        raise psycopg.errors.error_from_result(result)
    return result
