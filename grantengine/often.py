"""Statements that every pledge sends: written by SQLAlchemy once, then sent as they were written.

What SQLAlchemy does anew at each execution costs several times what sending does. So here a
statement keeps its text, and only its values are made ready.
"""

from collections.abc import Mapping
from typing import Any

from psycopg.adapt import Transformer
from psycopg.pq.abc import PGresult
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from grantengine import reading
from grantengine.sessions import WritingSession
from grantengine.statement_texts import Statement, StatementText


class Often:
    """A statement that is sent often; its values are given by the names of its parameters."""

    def __init__(self, statement: Statement) -> None:
        """Keep a statement, to be written when it is sent first."""
        self._statement = statement
        self._on_postgresql = StatementText(statement, "postgresql")
        self._on_sqlite = StatementText(statement, "sqlite")

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask, after writing what the session has changed, and give the rows.

        Raises:
            DBAPIError: as every statement of a session.
        """
        if not isinstance(session, WritingSession):
            return self._read(session.connection(), values)
        if session.autoflush:
            session.flush()
        if not session.is_postgresql:
            found = session.execute_on_sqlite(*self._on_sqlite.made_ready(values))
            return self._on_sqlite.as_read(found)
        return self._loaded(session.fetch(*self._on_postgresql.made_ready(values)))

    def change(self, session: Session, values: Mapping[str, Any]) -> int:
        """Insert or update, and tell how many rows that were.

        Raises:
            DBAPIError: likewise.
        """
        if not isinstance(session, WritingSession):
            return session.connection().execute(self._statement, values).rowcount
        if not session.is_postgresql:
            return session.execute_on_sqlite(*self._on_sqlite.made_ready(values)).rowcount
        return session.fetch(*self._on_postgresql.made_ready(values)).command_tuples or 0

    def send_last(self, session: Session, values: Mapping[str, Any]) -> None:
        """Insert or update as the last thing before a commit that has begun.

        Raises:
            DBAPIError: likewise; also when it commits.
        """
        if isinstance(session, WritingSession) and session.is_postgresql:
            session.send_last(*self._on_postgresql.made_ready(values))
        else:
            self.change(session, values)

    def _read(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if connection.dialect.name == "postgresql":
            made_ready = self._on_postgresql.made_ready(values)
            return self._loaded(reading.fetch(connection, *made_ready))
        made_ready = self._on_sqlite.made_ready(values)
        return self._on_sqlite.as_read(reading.execute_on_sqlite(connection, *made_ready))

    def _loaded(self, result: PGresult) -> list[tuple[Any, ...]]:
        read = Transformer()
        read.set_pgresult(result)
        return self._on_postgresql.as_read(read.load_rows(0, result.ntuples, tuple))
