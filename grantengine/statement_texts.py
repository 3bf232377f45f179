"""Statements written for one kind of database once: their text, and how values go in and come out."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

Change = Callable[[Any], Any]
Statement = sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update

_DIALECTS: Mapping[str, sa.Dialect] = {
    "postgresql": PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    "sqlite": SQLiteDialect_pysqlite(paramstyle="qmark"),
}


class StatementText:
    """A statement as SQLAlchemy writes it; values are given by the names of its parameters."""

    def __init__(self, statement: Statement, dialect: str) -> None:
        """Keep a statement, to be written when values are given first.

        Args:
            statement: an insert is of the columns that values are given for.
            dialect: `postgresql`, whose text has `$1`, or `sqlite`, whose text has `?`.
        """
        # An insert is not to give back what nobody asks for.
        self._statement = statement.inline() if isinstance(statement, sa.Insert) else statement
        self._dialect = _DIALECTS[dialect]
        # By how many values each list has.
        self._written: dict[tuple[int, ...], _Written] = {}
        self._compiled: SQLCompiler | None = None
        self._lists: list[str] = []

    def made_ready(self, values: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
        """Give the text, and the values in its order as the driver sends them."""
        if self._compiled is None:
            self._compile(values)
        lengths = tuple([len(values[name]) for name in self._lists])
        written = self._written.get(lengths)
        if written is None:
            written = self._written[lengths] = self._write(values)
        return written.text, written.ready(values)

    def as_read(self, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Give the rows of a query as SQLAlchemy would, from those that the driver gave."""
        if not any(self._readers):
            return list(rows)
        return [tuple(map(_as, self._readers, row)) for row in rows]

    def _compile(self, values: Mapping[str, Any]) -> None:
        compiled = self._statement.compile(dialect=self._dialect, column_keys=list(values))
        binds = compiled.binds
        self._lists = [name for name in values if name in binds and binds[name].expanding]
        # Last, since other threads go by it.
        self._compiled = compiled

    @cached_property
    def _readers(self) -> list[Change | None]:
        columns = self._statement.exported_columns
        types = [column.type.dialect_impl(self._dialect) for column in columns]
        return [each.result_processor(self._dialect, None) for each in types]

    def _write(self, values: Mapping[str, Any]) -> "_Written":
        assert self._compiled is not None
        state = self._compiled.construct_expanded_state(values)
        lists = {name: names for name, names in state.parameter_expansion.items() if name in values}
        of_list = {
            part: name for name, parts in state.parameter_expansion.items() for part in parts
        }
        order = list(state.positiontup or ())
        types = [self._compiled.binds[of_list.get(name, name)].type for name in order]
        makers = [self._maker(each) for each in types]
        return _Written(state.statement, order, makers, lists, state.parameters)

    def _maker(self, kind: sa.types.TypeEngine[Any]) -> Change | None:
        if isinstance(kind, sa.JSON):
            return json.dumps
        return kind.dialect_impl(self._dialect).bind_processor(self._dialect)


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


def _as(change: Change | None, value: Any) -> Any:
    return value if change is None else change(value)
