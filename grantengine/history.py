"""Moves of a status, each with its row of history: what became of a thing, when, by whom."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from grantengine import writing
from grantengine.db import Base
from grantengine.transitions import Moves, ensure_move

Status = TypeVar("Status", bound=StrEnum)


class StatusEvent(Base):
    """One move: append-only, held so by a trigger."""

    __tablename__ = "status_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    status: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]
    # Nobody in person moved it: the scheduler, a bank statement, the payment provider.
    actor_id: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str | None] = mapped_column(sa.Text)


_WRITE = writing.writer_of(StatusEvent)


class Moving(Protocol[Status]):
    """A row with an id and a status."""

    id: str
    status: Status


def start(
    session: Session,
    subject: Moving[Status],
    *,
    now: datetime,
    actor_id: str | None = None,
    note: str | None = None,
) -> None:
    """Write the first row of history of a thing just made."""
    _append(session, subject, now=now, actor_id=actor_id, note=note)


def move(
    session: Session,
    subject: Moving[Status],
    moves: Moves[Status],
    target: Status,
    *,
    now: datetime,
    actor_id: str | None = None,
    note: str | None = None,
) -> None:
    """Change a status if its table allows it, and write the row of history.

    Raises:
        IllegalMoveError: the table does not allow the move.
    """
    ensure_move(moves, current=subject.status, target=target)
    subject.status = target
    _append(session, subject, now=now, actor_id=actor_id, note=note)


def history_of(session: Session, subject_id: str) -> Sequence[StatusEvent]:
    """List the moves of one thing, oldest first."""
    writing.write_waiting(session)
    query = sa.select(StatusEvent).where(StatusEvent.subject_id == subject_id)
    return session.scalars(query.order_by(StatusEvent.id)).all()


def _append(
    session: Session,
    subject: Moving[Status],
    *,
    now: datetime,
    actor_id: str | None,
    note: str | None,
) -> None:
    row = {
        "subject_id": subject.id,
        "status": str(subject.status),
        "at": now,
        "actor_id": actor_id,
        "note": note,
    }
    writing.append(session, _WRITE, row)
