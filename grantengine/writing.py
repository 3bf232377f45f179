"""Writing past the unit of work, where a row is only added: at once, or together at the end.

A row of history, a letter or a task is never read or changed by the transaction that adds it. So
it waits for the commit, and all rows of a table then go out in one statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, make_transient_to_detached

Row = dict[str, Any]
Writer = Callable[[Session, Sequence[Row]], None]

_WAITING = "grantengine.writing.waiting"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that becomes real when its transaction commits."""

    savepoint: SessionTransaction | None
    write: Writer
    row: Row

    def is_within(self, savepoint: SessionTransaction) -> bool:
        """Tell whether rolling back to a savepoint undoes the cause of this row."""
        around = self.savepoint
        while around is not None and around is not savepoint:
            around = around.parent
        return around is savepoint


def append(session: Session, write: Writer, row: Row) -> None:
    """Let a row wait for the commit; undone with its cause, be it only up to a savepoint.

    Args:
        session: the transaction that causes it.
        write: what writes it, together with all others that wait for the same writer.
        row: column values, all columns of each row.
    """
    waiting = session.info.setdefault(_WAITING, [])
    waiting.append(_Waiting(session.get_nested_transaction(), write, row))


def write_waiting(session: Session) -> None:
    """Write what waits now, so that this transaction can read it."""
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    by_writer: dict[Writer, list[Row]] = {}
    for each in waiting:
        by_writer.setdefault(each.write, []).append(each.row)
    for write, rows in by_writer.items():
        write(session, rows)
    waiting.clear()


def writer_of(model: type[DeclarativeBase]) -> Writer:
    """Make what inserts the rows of a table."""
    statement = sa.insert(cast("sa.Table", model.__table__))

    def write(session: Session, rows: Sequence[Row]) -> None:
        session.connection().execute(statement, rows[0] if len(rows) == 1 else rows)

    return write


def put(session: Session, row: DeclarativeBase, *, unless: Sequence[str] = ()) -> bool:
    """Insert a new row at once; from then on the session has it as if it had been loaded.

    Args:
        session: the transaction.
        row: made, and not added to a session.
        unless: unique columns; a row that has the same in all of them is left as it is.

    Returns:
        Whether it was inserted.
    """
    dialect = session.get_bind().dialect.name
    values = {name: vars(row).get(name, default) for name, default in _defaults(type(row))}
    done = session.connection().execute(_insert(type(row), dialect, tuple(unless)), values)
    if done.rowcount == 0:
        return False
    vars(row).update(values)
    make_transient_to_detached(row)
    session.add(row)
    return True


@cache
def _defaults(model: type[DeclarativeBase]) -> list[tuple[str, object]]:
    columns = cast("sa.Table", model.__table__).columns
    return [(each.key, getattr(each.default, "arg", None)) for each in columns]


@cache
def _insert(model: type[DeclarativeBase], dialect: str, unless: tuple[str, ...]) -> sa.Insert:
    table = cast("sa.Table", model.__table__)
    if not unless:
        return sa.insert(table)
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=unless)
    return statement.execution_options(preserve_rowcount=True)


@event.listens_for(Session, "before_commit")
def _write_at_the_end(session: Session) -> None:
    if not session.in_nested_transaction():
        write_waiting(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    waiting[:] = [each for each in waiting if undone.nested and not each.is_within(undone)]
