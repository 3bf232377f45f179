"""Statements that every pledge sends: written by SQLAlchemy once, then sent as they were written.

On PostgreSQL, what SQLAlchemy and the driver's cursor do anew at each execution costs four times
what sending does. So here a statement keeps its text, and only its values are made ready. On
SQLite, and in a session that only reads, it is executed as any other.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGresult
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from grantengine.sessions import WritingSession

Change = Callable[[Any], Any]

_NUMBERED: sa.Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Often:
    """A statement that is sent often; its values are given by the names of its parameters."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update) -> None:
        """Keep a statement, to be written when it is sent first."""
        self._statement = statement
        # By how many values each list has.
        self._written: dict[tuple[int, ...], _Written] = {}
        self._compiled: SQLCompiler | None = None
        self._lists: list[str] = []

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask, after writing what the session has changed, and give the rows.

        Raises:
            DBAPIError: as every statement of a session.
        """
        if isinstance(session, WritingSession) and session.autoflush:
            session.flush()
        if not _goes_straight(session):
            return list(map(tuple, session.connection().execute(self._statement, values)))
        read = Transformer()
        result = self._send(session, values)
        read.set_pgresult(result)
        rows = read.load_rows(0, result.ntuples, tuple)
        if not any(self._readers):
            return rows
        return [tuple(map(_as, self._readers, row)) for row in rows]

    def change(self, session: Session, values: Mapping[str, Any]) -> int:
        """Insert or update, and tell how many rows that were.

        Raises:
            DBAPIError: likewise.
        """
        if not _goes_straight(session):
            return session.connection().execute(self._statement, values).rowcount
        return self._send(session, values).command_tuples or 0

    def send_last(self, session: Session, values: Mapping[str, Any]) -> None:
        """Insert or update as the last thing before a commit that has begun.

        Raises:
            DBAPIError: likewise; also when it commits.
        """
        if _goes_straight(session):
            cast("WritingSession", session).send_last(*self._made_ready(values))
        else:
            session.connection().execute(self._statement, values)

    def _send(self, session: Session, values: Mapping[str, Any]) -> PGresult:
        return cast("WritingSession", session).fetch(*self._made_ready(values))

    def _made_ready(self, values: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
        if self._compiled is None:
            self._compile(values)
        lengths = tuple([len(values[name]) for name in self._lists])
        written = self._written.get(lengths)
        if written is None:
            written = self._written[lengths] = self._write(values)
        return written.text, written.ready(values)

    def _compile(self, values: Mapping[str, Any]) -> None:
        # An insert is of the columns that values are given for.
        compiled = self._statement.compile(dialect=_NUMBERED, column_keys=list(values))
        binds = compiled.binds
        self._lists = [name for name in values if name in binds and binds[name].expanding]
        # Last, since other threads go by it.
        self._compiled = compiled

    @cached_property
    def _readers(self) -> list[Change | None]:
        assert isinstance(self._statement, sa.Select)
        types = [column.type.dialect_impl(_NUMBERED) for column in self._statement.selected_columns]
        return [each.result_processor(_NUMBERED, None) for each in types]

    def _write(self, values: Mapping[str, Any]) -> "_Written":
        assert self._compiled is not None
        state = self._compiled.construct_expanded_state(values)
        lists = {name: names for name, names in state.parameter_expansion.items() if name in values}
        of_list = {
            part: name for name, parts in state.parameter_expansion.items() for part in parts
        }
        order = list(state.positiontup or ())
        types = [self._compiled.binds[of_list.get(name, name)].type for name in order]
        return _Written(
            state.statement, order, [_maker(each) for each in types], lists, state.parameters
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """The text of a statement, and how its values are made ready.

    Attributes:
        order: the parameter that stands for each value.
        makers: what makes each value ready, None where it goes as it is.
        lists: the parameters that stand for the values of each list.
        fixed: values that are a part of the statement.
    """

    text: str
    order: Sequence[str]
    makers: Sequence[Change | None]
    lists: Mapping[str, Sequence[str]]
    fixed: Mapping[str, Any]

    def ready(self, values: Mapping[str, Any]) -> list[Any]:
        """Put values into the order of the statement, as the driver sends them."""
        given = {**self.fixed, **values}
        for name, parts in self.lists.items():
            given.update(zip(parts, values[name], strict=True))
        return [_as(make, given[name]) for make, name in zip(self.makers, self.order, strict=True)]


def _goes_straight(session: Session) -> bool:
    if not isinstance(session, WritingSession):
        return False
    assert session.bind is not None
    return session.bind.dialect.name == "postgresql"


def _maker(kind: sa.types.TypeEngine[Any]) -> Change | None:
    if isinstance(kind, sa.JSON):
        return json.dumps
    return kind.dialect_impl(_NUMBERED).bind_processor(_NUMBERED)


def _as(change: Change | None, value: Any) -> Any:
    return value if change is None else change(value)
