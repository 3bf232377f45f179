"""A transaction that the driver itself begins, which costs a third of one that SQLAlchemy begins."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.pool import PoolProxiedConnection

from grantengine.prepared import PreparedStatements, Values

_PREPARED = "grantengine.prepared"


class DriverTransaction(Protocol):
    """A connection that was taken from the pool, and the transaction that the driver has on it."""

    taken: PoolProxiedConnection

    @property
    def is_open(self) -> bool:
        """Tell whether there is a transaction now."""
        ...

    @property
    def is_lost(self) -> bool:
        """Tell whether the connection is of no use any more."""
        ...

    def commit(self) -> None:
        """Commit.

        Raises:
            psycopg.Error, sqlite3.Error: nothing was written.
        """
        ...

    def rollback(self) -> None:
        """Undo what there is to undo; a new transaction may begin after that."""
        ...


class PostgreSQLTransaction:
    """Begun together with its first statement."""

    def __init__(self, taken: PoolProxiedConnection) -> None:
        """Begin nothing yet."""
        self.taken = taken
        self.statements = statements_on(taken)
        # What is sent together with COMMIT.
        self.last: tuple[str, Values] | None = None
        self._driver = psycopg_of(taken)

    @property
    def is_open(self) -> bool:
        """Tell whether there is a transaction now."""
        return self._driver.pgconn.transaction_status != TransactionStatus.IDLE

    @property
    def is_lost(self) -> bool:
        """Tell whether the server is gone."""
        return self._driver.closed

    def commit(self) -> None:
        """Commit, together with the last statement, if there is one."""
        last, self.last = self.last, None
        if last is None:
            self.statements.commit()
        else:
            self.statements.commit_with(*last)

    def rollback(self) -> None:
        """Undo what there is to undo."""
        self.last = None
        self.taken.rollback()


class SQLiteTransaction:
    """Begun before its first statement, and then the only one that writes."""

    is_lost = False

    def __init__(self, taken: PoolProxiedConnection) -> None:
        """Begin nothing yet."""
        self.taken = taken
        self._driver = sqlite3_of(taken)
        self._is_begun = False

    @property
    def is_open(self) -> bool:
        """Tell whether there is a transaction now."""
        return self._driver.in_transaction

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> sqlite3.Cursor:
        """Execute a statement, the first one in a new transaction.

        Raises:
            sqlite3.Error: it was refused.
            PendingRollbackError: a full disk has undone the transaction that this was to be in.
        """
        if not self._driver.in_transaction:
            if self._is_begun:
                raise PendingRollbackError("the transaction was undone")
            self._driver.execute("BEGIN IMMEDIATE")
            self._is_begun = True
        return self._driver.execute(statement, values)

    def commit(self) -> None:
        """Commit."""
        self._driver.execute("COMMIT")
        self._is_begun = False

    def rollback(self) -> None:
        """Undo what there is to undo."""
        self._is_begun = False
        self.taken.rollback()


def statements_on(taken: PoolProxiedConnection) -> PreparedStatements:
    """Give what was prepared on a connection to PostgreSQL."""
    statements: PreparedStatements | None = taken.info.get(_PREPARED)
    if statements is None:
        statements = PreparedStatements(psycopg_of(taken).pgconn)
        taken.info[_PREPARED] = statements
    return statements


def forget_prepared(info: Mapping[Any, Any]) -> None:
    """Prepare everything anew on a connection, by what is known of it."""
    statements: PreparedStatements | None = info.get(_PREPARED)
    if statements is not None:
        statements.forget()


def sqlite3_of(taken: PoolProxiedConnection) -> sqlite3.Connection:
    """Give the driver's own connection to SQLite."""
    driver = taken.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def psycopg_of(taken: PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    """Give the driver's own connection to PostgreSQL."""
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
