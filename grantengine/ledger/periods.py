"""Finishing the books of some days: open, closed, locked. A day of no period is open."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger.errors import PeriodOverlapError, UnknownPeriodError
from grantengine.ledger.models import PeriodRow, TransferRow
from grantengine.transitions import ensure_move


class PeriodStatus(StrEnum):
    """How far the books of a period are."""

    OPEN = "open"  # entries are booked
    CLOSED = "closed"  # no more entries, unless it is opened again
    LOCKED = "locked"  # no more entries, ever


_DAY = timedelta(days=1)
PERIOD_MOVES = {
    PeriodStatus.OPEN: {PeriodStatus.CLOSED},
    PeriodStatus.CLOSED: {PeriodStatus.OPEN, PeriodStatus.LOCKED},
    PeriodStatus.LOCKED: set(),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are booked in, and finished, together.

    Attributes:
        last_entry: the number of the ledger's last entry when it was closed; None while it is open.
    """

    first_on: date
    last_on: date
    status: PeriodStatus
    last_entry: int | None = None


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
    if target is PeriodStatus.OPEN:
        period.last_entry = None
    elif period.last_entry is None:
        last = sa.select(sa.func.max(TransferRow.number))
        period.last_entry = session.scalar(last) or 0
    period.status, period.changed_at = target, now
    session.flush()  # Posting looks past the session's unit of work.


def cover(session: Session, *, first_on: date, last_on: date, now: datetime) -> list[date]:
    """Begin periods for those of some days that have none; give the last day of each, in order.

    Raises:
        PeriodOverlapError: a period has some of these days and others besides.
    """
    query = sa.select(PeriodRow).where(PeriodRow.first_on <= last_on, PeriodRow.last_on >= first_on)
    free_from, last_days = first_on, []
    for period in session.scalars(query.order_by(PeriodRow.last_on)).all():
        if period.first_on < first_on or period.last_on > last_on:
            raise PeriodOverlapError(first_on=period.first_on, last_on=period.last_on)
        if free_from < period.first_on:
            last_days.append(period.first_on - _DAY)
            open_period(session, first_on=free_from, last_on=last_days[-1], now=now)
        last_days.append(period.last_on)
        free_from = period.last_on + _DAY
    if free_from <= last_on:
        last_days.append(last_on)
        open_period(session, first_on=free_from, last_on=last_on, now=now)
    return last_days


def all_periods(session: Session) -> list[Period]:
    """List every period, earliest first."""
    rows = session.scalars(sa.select(PeriodRow).order_by(PeriodRow.last_on))
    return [
        Period(row.first_on, row.last_on, PeriodStatus(row.status), row.last_entry) for row in rows
    ]


def status_on(session: Session, day: date) -> PeriodStatus:
    """Tell whether entries of a day are booked; a day of no period is open."""
    query = sa.select(PeriodRow.status).where(PeriodRow.first_on <= day, PeriodRow.last_on >= day)
    status = session.scalar(query)
    return PeriodStatus.OPEN if status is None else PeriodStatus(status)


def _keep_postings_out(session: Session) -> None:
    # On SQLite this transaction is the only writer as it is.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE ledger_accounts, ledger_periods IN EXCLUSIVE MODE"))
