"""Statements that are sent to PostgreSQL past the driver's cursors, which take three times as long.

Each is prepared at its first use on a connection.
"""

import select
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.errors import InvalidSqlStatementName
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Values = Sequence[str | bytes | int | None]
_TEXT, _BINARY = 0, 1
_LEVELS = {level: level.name.replace("_", " ").encode() for level in IsolationLevel}
_BEGIN = {None: b"BEGIN"} | {
    level: b"BEGIN ISOLATION LEVEL " + name for level, name in _LEVELS.items()
}
_BEGUN = {TransactionStatus.INTRANS, TransactionStatus.INERROR}


class KeepingConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection to a server that goes on knowing, after a ROLLBACK, what it has prepared.

    The driver lets it forget everything, since a table might be another after that; and every
    reading session ends in a ROLLBACK. Only migrations change tables here.
    """

    def rollback(self) -> None:
        """Roll back, if there is anything to roll back."""
        status = self.pgconn.transaction_status
        if status in _BEGUN:
            _passed(self.pgconn.exec_(b"ROLLBACK"))
        elif status != TransactionStatus.IDLE:
            super().rollback()


class PreparedStatements:
    """What was prepared on one connection, and how it is sent there."""

    def __init__(self, pgconn: PGconn) -> None:
        """Know nothing to be prepared yet on a connection."""
        self._pgconn = pgconn
        self._names: dict[str, bytes] = {}
        self._times_forgotten = 0

    def fetch(self, statement: str, values: Values) -> PGresult:
        """Send a statement with its values, `%s` or `$1`, `$2` … where each stands.

        Raises:
            psycopg.Error: the server refused it, or the connection is lost.
        """
        pgconn, name = self._pgconn, self._prepared(statement)
        pgconn.send_query_prepared(name, *_as_sent(values))
        result = _heard(pgconn)
        while (following := _heard(pgconn)) is not None:
            result = following
        return _passed(result)

    def fetch_number(self, statement: str, values: Values) -> int | None:
        """Send a statement likewise, and give the number it gives.

        Raises:
            psycopg.Error: likewise.
        """
        return number_in(self.fetch(statement, values))

    def beside(self, statement: str, values: Values) -> Callable[[], PGresult]:
        """Make a statement ready to be sent by another thread, which keeps none from going on.

        `fetch` sends much of it bit by bit, and needs Python between the bits.

        Raises:
            psycopg.Error: likewise, when it is called.
        """
        sent, formats = _as_sent(values)
        return lambda: _passed(
            # psycopg's types forget that a value may be NULL.
            self._pgconn.exec_prepared(self._prepared(statement), sent, formats)  # type: ignore[arg-type]
        )

    def begin_with(
        self, statement: str, values: Values, isolation: IsolationLevel | None = None
    ) -> PGresult:
        """Begin a transaction with a statement, both in one round trip.

        Args:
            statement: the first of the transaction.
            values: of its parameters.
            isolation: None leaves it to the server.

        Raises:
            psycopg.Error: likewise.
        """
        try:
            return self._begin_with(statement, values, isolation)
        except InvalidSqlStatementName:
            # The driver lets the server forget what was prepared, where a table might be another.
            self.forget()
            _passed(self._pgconn.exec_(b"ROLLBACK"))
            return self._begin_with(statement, values, isolation)

    def forget(self) -> None:
        """Prepare everything anew, since the server may have forgotten it, by names never used."""
        self._names.clear()
        self._times_forgotten += 1

    def commit(self) -> None:
        """Commit.

        Raises:
            psycopg.Error: likewise; nothing was written.
        """
        _passed(self._pgconn.exec_(b"COMMIT"))

    def commit_with(self, statement: str, values: Values) -> None:
        """Send a last statement and commit, both in one round trip.

        Raises:
            psycopg.Error: likewise; nothing was written.
        """
        pgconn, name = self._pgconn, self._prepared(statement)
        pgconn.enter_pipeline_mode()
        pgconn.send_query_prepared(name, *_as_sent(values))
        pgconn.send_query_params(b"COMMIT", None)
        _heard_both(pgconn)

    def _begin_with(
        self, statement: str, values: Values, isolation: IsolationLevel | None
    ) -> PGresult:
        pgconn, name = self._pgconn, self._prepared(statement)
        pgconn.enter_pipeline_mode()
        pgconn.send_query_params(_BEGIN[isolation], None)
        pgconn.send_query_prepared(name, *_as_sent(values))
        return _heard_both(pgconn)

    def _prepared(self, statement: str) -> bytes:
        name = self._names.get(statement)
        if name is None:
            name = b"%s_%d" % (_name(statement), self._times_forgotten)
            _passed(self._pgconn.prepare(name, _numbered(statement)))
            self._names[statement] = name
        return name


def number_in(result: PGresult) -> int | None:
    """Read the one number that a statement gives; None where it gives nothing."""
    number = result.get_value(0, 0)
    return None if number is None else int(number)


def _as_sent(values: Values) -> tuple[list[bytes | None], list[int]]:
    formats = [_BINARY if type(each) is bytes else _TEXT for each in values]
    sent = [each if each is None or type(each) is bytes else str(each).encode() for each in values]
    return sent, formats


def _heard_both(pgconn: PGconn) -> PGresult:
    """End a pipeline of two, and give the result of the second."""
    pgconn.pipeline_sync()
    # A result of each, with nothing after it, and the end of the pipeline.
    results = [_heard(pgconn) for _ in range(5)]
    pgconn.exit_pipeline_mode()
    _passed(results[0])
    return _passed(results[2])


def _heard(pgconn: PGconn) -> PGresult | None:
    # Other threads go on while this one waits; libpq's own waiting would stop them.
    while pgconn.flush():
        select.select([], [pgconn.socket], [])
    while pgconn.is_busy():
        select.select([pgconn.socket], [], [])
        pgconn.consume_input()
    return pgconn.get_result()


@cache
def _name(statement: str) -> bytes:
    return b"grantengine_" + sha256(statement.encode()).hexdigest()[:16].encode()


@cache
def _numbered(statement: str) -> bytes:
    first, *rest = statement.split("%s")
    return "".join([first, *(f"${at}{each}" for at, each in enumerate(rest, start=1))]).encode()


def _passed(result: PGresult | None) -> PGresult:
    if result is None:
        raise psycopg.OperationalError("the connection is lost")
    if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
        raise psycopg.errors.error_from_result(result)
    return result
