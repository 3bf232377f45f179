"""Statements of a session that only reads, sent as they were written straight to its driver."""

import sqlite3
from collections.abc import Sequence
from typing import Any, NoReturn

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from grantengine.driver_transactions import psycopg_of, sqlite3_of, statements_on
from grantengine.prepared import Values


def execute_on_sqlite(
    connection: Connection, statement: str, values: Sequence[Any]
) -> sqlite3.Cursor:
    """Execute one statement of SQLite in the session's transaction, and give its cursor.

    Raises:
        DBAPIError: as every statement of a session.
    """
    try:
        return sqlite3_of(connection.connection).execute(statement, values)
    except sqlite3.Error as error:
        _tell(connection, error)


def fetch(connection: Connection, statement: str, values: Values) -> PGresult:
    """Send PostgreSQL one statement in the session's transaction, which begins with it.

    Raises:
        DBAPIError: as every statement of a session.
    """
    taken = connection.connection
    driver = psycopg_of(taken)
    try:
        if driver.info.transaction_status != TransactionStatus.IDLE:
            return statements_on(taken).fetch(statement, values)
        return statements_on(taken).begin_with(statement, values, driver.isolation_level)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        _tell(connection, error)


def _tell(connection: Connection, error: psycopg.Error | sqlite3.Error) -> NoReturn:
    dialect = connection.dialect
    raise DBAPIError.instance(None, None, error, Exception, dialect=dialect) from error
