"""Finishing the books of some days: open, closed, locked. A day of no period is open."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger.errors import PeriodOverlapError, UnknownPeriodError
from grantengine.ledger.models import PeriodRow
from grantengine.transitions import ensure_move


class PeriodStatus(StrEnum):
    """How far the books of a period are."""

    OPEN = "open"  # entries are booked
    CLOSED = "closed"  # no more entries, unless it is opened again
    LOCKED = "locked"  # no more entries, ever


PERIOD_MOVES = {
    PeriodStatus.OPEN: {PeriodStatus.CLOSED},
    PeriodStatus.CLOSED: {PeriodStatus.OPEN, PeriodStatus.LOCKED},
    PeriodStatus.LOCKED: set(),
}


def open_period(session: Session, *, first_on: date, last_on: date, now: datetime) -> None:
    """Begin a period; its days were open before and stay so.

    Raises:
        PeriodOverlapError: another period has some of these days.
    """
    _keep_postings_out(session)
    taken = sa.select(PeriodRow).where(PeriodRow.first_on <= last_on, PeriodRow.last_on >= first_on)
    if first_on > last_on or session.scalars(taken).first() is not None:
        raise PeriodOverlapError(first_on=first_on, last_on=last_on)
    row = PeriodRow(first_on=first_on, last_on=last_on, status=PeriodStatus.OPEN, changed_at=now)
    session.add(row)
    session.flush()  # Posting looks past the session's unit of work.


def move_period(session: Session, target: PeriodStatus, *, last_on: date, now: datetime) -> None:
    """Close, lock or reopen a period.

    Whoever is posting is waited for, and whoever comes meanwhile waits: so no entry slips into a
    period that is closed. That takes as long as the longest posting under way.

    Raises:
        UnknownPeriodError: no period ends on this day.
        IllegalMoveError: it is not so far, or is locked.
    """
    _keep_postings_out(session)
    query = sa.select(PeriodRow).where(PeriodRow.last_on == last_on)
    period = session.scalars(query.execution_options(populate_existing=True)).first()
    if period is None:
        raise UnknownPeriodError(last_on=last_on)
    ensure_move(PERIOD_MOVES, current=PeriodStatus(period.status), target=target)
    period.status, period.changed_at = target, now
    session.flush()  # Posting looks past the session's unit of work.


def status_on(session: Session, day: date) -> PeriodStatus:
    """Tell whether entries of a day are booked; a day of no period is open."""
    query = sa.select(PeriodRow.status).where(PeriodRow.first_on <= day, PeriodRow.last_on >= day)
    status = session.scalar(query)
    return PeriodStatus.OPEN if status is None else PeriodStatus(status)


def _keep_postings_out(session: Session) -> None:
    # On SQLite this transaction is the only writer as it is.
    if session.get_bind().dialect.name == "postgresql":
        mode = "SHARE ROW EXCLUSIVE MODE"
        session.execute(sa.text(f"LOCK TABLE ledger_transfers, ledger_periods IN {mode}"))
