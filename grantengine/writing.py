"""Writing past the unit of work, where a row is only added or changed once: at once, or at the end.

A row of history, a letter or a task is never read or changed by the transaction that adds it. So
it waits for the commit. Then all rows of a table go out in one statement; and on PostgreSQL, where
there is one row of each, as with a pledge, all of them in one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    SessionTransaction,
    make_transient,
    make_transient_to_detached,
)

from grantengine.often import Often

Row = dict[str, Any]

_WAITING = "grantengine.writing.waiting"
_ID = "row_id"


@dataclass(frozen=True, slots=True)
class Writer:
    """What writes rows of a table: an insert, or an update of these columns by the row's id.

    Attributes:
        table: which table.
        columns: those of an update; None inserts.
    """

    table: sa.TableClause
    columns: tuple[str, ...] | None = None

    @property
    def statement(self) -> sa.Insert | sa.Update:
        """Make the statement for rows, however many."""
        if self.columns is None:
            return sa.insert(self.table)
        return sa.update(self.table).where(self.table.c.id == sa.bindparam(_ID))

    def part(self, place: int) -> sa.Insert | sa.Update:
        """Make the statement for the row at this place among others."""
        if self.columns is None:
            counted = getattr(self.table, "autoincrement_column", None)
            names = [each.key for each in self.table.columns if each is not counted]
            return sa.insert(self.table).values(_parameters(place, names))
        by_id = self.table.c.id == sa.bindparam(_parameter(place, _ID))
        return sa.update(self.table).where(by_id).values(_parameters(place, self.columns))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that becomes real when its transaction commits."""

    savepoint: SessionTransaction | None
    writer: Writer
    row: Row

    def is_within(self, savepoint: SessionTransaction) -> bool:
        """Tell whether rolling back to a savepoint undoes the cause of this row."""
        around = self.savepoint
        while around is not None and around is not savepoint:
            around = around.parent
        return around is savepoint


def writer_of(model: type[DeclarativeBase]) -> Writer:
    """Make what inserts the rows of a table."""
    return Writer(cast("sa.Table", model.__table__))


def append(session: Session, writer: Writer, row: Row) -> None:
    """Let a row wait for the commit; undone with its cause, be it only up to a savepoint.

    Args:
        session: the transaction that causes it.
        writer: what writes it, together with all others that wait for it.
        row: values of all columns.
    """
    waiting = session.info.setdefault(_WAITING, [])
    waiting.append(_Waiting(session.get_nested_transaction(), writer, row))


def write_waiting(session: Session, *, is_last: bool = False) -> None:
    """Write what waits now, so that this transaction can read it; or as its last before COMMIT."""
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    if not waiting:
        return
    by_writer: dict[Writer, list[Row]] = {}
    for each in waiting:
        by_writer.setdefault(each.writer, []).append(each.row)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    if is_postgresql and len(by_writer) == len(waiting):
        statement, values = _in_one(waiting)
        send = statement.send_last if is_last else statement.change
        send(session, values)
    else:
        for writer, rows in by_writer.items():
            write(session, writer, rows)
    waiting.clear()


def write(session: Session, writer: Writer, rows: Sequence[Row]) -> None:
    """Write rows now."""
    if len(rows) == 1:
        _alone(writer).change(session, rows[0])
    else:
        session.connection().execute(writer.statement, rows)


def put(session: Session, row: object, *, unless: Sequence[str] = ()) -> bool:
    """Insert a new row at once; from then on the session has it as if it had been loaded.

    Args:
        session: the transaction.
        row: made, and not added to a session.
        unless: unique columns; a row that has the same in all of them is left as it is.

    Returns:
        Whether it was inserted.
    """
    dialect, model = session.get_bind().dialect.name, cast("type[DeclarativeBase]", type(row))
    values = {name: vars(row).get(name, default) for name, default in _defaults(model)}
    if not _insert(model, dialect, tuple(unless)).change(session, values):
        return False
    vars(row).update(values)
    make_transient_to_detached(row)
    session.add(row)
    return True


def save(session: Session, row: DeclarativeBase) -> None:
    """Let what was changed of a loaded row wait for the commit with what its change causes.

    Until then no query of this transaction sees it, and what was saved is not changed once more.
    The row has a primary key `id`.
    """
    state = sa.inspect(row)
    changed = {name: getattr(row, name) for name in sorted(state.committed_state)}
    if changed:
        writer = Writer(cast("sa.Table", row.__table__), tuple(changed))
        append(session, writer, {_ID: row.id} | changed)  # type: ignore[attr-defined]  # see above
        # As if it had been loaded so: nothing is left for the unit of work.
        session.expunge(row)
        make_transient(row)
        make_transient_to_detached(row)
        session.add(row)


def _in_one(waiting: Sequence[_Waiting]) -> tuple[Often, Row]:
    """Give the statement that writes a row of each, with its values."""
    if len(waiting) == 1:
        return _alone(waiting[0].writer), waiting[0].row
    values = {
        _parameter(place, name): value
        for place, each in enumerate(waiting)
        for name, value in each.row.items()
    }
    return _together(tuple(each.writer for each in waiting)), values


@cache
def _alone(writer: Writer) -> Often:
    return Often(writer.statement)


@cache
def _together(writers: tuple[Writer, ...]) -> Often:
    parts = [writer.part(place).cte(f"part_{place}") for place, writer in enumerate(writers)]
    return Often(sa.select(sa.literal(1)).add_cte(*parts))


def _parameters(place: int, names: Iterable[str]) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(_parameter(place, name)) for name in names}


def _parameter(place: int, name: str) -> str:
    return f"part_{place}_{name}"


@cache
def _defaults(model: type[DeclarativeBase]) -> list[tuple[str, object]]:
    columns = cast("sa.Table", model.__table__).columns
    return [(each.key, getattr(each.default, "arg", None)) for each in columns]


@cache
def _insert(model: type[DeclarativeBase], dialect: str, unless: tuple[str, ...]) -> Often:
    table = cast("sa.Table", model.__table__)
    if not unless:
        return Often(sa.insert(table))
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=unless)
    return Often(statement.execution_options(preserve_rowcount=True))


@event.listens_for(Session, "before_commit")
def _write_at_the_end(session: Session) -> None:
    if not session.in_nested_transaction():
        write_waiting(session, is_last=True)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    waiting[:] = [each for each in waiting if undone.nested and not each.is_within(undone)]
