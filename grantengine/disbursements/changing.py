"""What becomes of a grant after its decision: its condition met or not, its amount corrected."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.clock import HELSINKI
from grantengine.disbursements import bookings
from grantengine.disbursements.errors import GrantPaidError
from grantengine.disbursements.lifecycle import INSTALMENT_MOVES, InstalmentStatus
from grantengine.disbursements.models import Grant, Instalment
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money, total
from grantengine.programme.chart import Stage

_UNPAID = (InstalmentStatus.WAITING, InstalmentStatus.OPEN)


def confirm_grant(session: Session, grant_id: str, *, now: datetime) -> None:
    """Commit what was reserved on a condition, and open what waits for nothing else."""
    grant = _locked(session, grant_id)
    if grant.confirmed_at is not None:
        return
    grant.confirmed_at = now
    ledger.post(session, bookings.award_confirmed(_facts(grant), on=_day(now)), now=now)
    for instalment in grant.instalments:
        if instalment.status == InstalmentStatus.WAITING and not instalment.opens_on_learning:
            instalment.opened_at = now
            history.move(session, instalment, INSTALMENT_MOVES, InstalmentStatus.OPEN, now=now)


def change_grant(
    session: Session, grant_id: str, amount: Money, *, cause_id: str, now: datetime
) -> None:
    """Raise or lessen a grant, its last unpaid instalment first; nothing ends it.

    Args:
        session: the transaction.
        grant_id: which grant.
        amount: what it is from now on; zero takes back all of it.
        cause_id: the correction or lapse that it follows; the same does it once.
        now: the present instant.

    Raises:
        GrantPaidError: more than the new amount is paid already, or on its way.
        OverdraftError: the envelope lacks what is added, even by a cent.
    """
    grant = _locked(session, grant_id)
    difference = amount - grant.amount
    if amount.cents == 0:
        grant.ended_at = now
    if difference.cents == 0:
        return
    if difference.cents > 0:
        _raise(session, grant, difference, now=now)
    else:
        _lessen(session, grant, -difference, now=now)
    stage = Stage.RESERVED if grant.confirmed_at is None else Stage.COMMITTED
    entry = bookings.award_changed(
        _facts(grant), stage=stage, difference=difference, cause_id=cause_id, on=_day(now)
    )
    ledger.post(session, entry, now=now)
    if amount.cents:
        # An ended grant goes on saying what it was; its money says what it is.
        grant.amount_cents = amount.cents


def _raise(session: Session, grant: Grant, added: Money, *, now: datetime) -> None:
    unpaid = [each for each in grant.instalments if each.status in _UNPAID]
    if unpaid:
        unpaid[-1].amount_cents += added.cents
        return
    is_open = grant.confirmed_at is not None
    instalment = Instalment(
        id=new_id("ins", now),
        grant_id=grant.id,
        number=max(each.number for each in grant.instalments) + 1,
        amount_cents=added.cents,
        currency=added.currency,
        due_on=_day(now),
        opens_on_learning=False,
        status=InstalmentStatus.OPEN if is_open else InstalmentStatus.WAITING,
        opened_at=now if is_open else None,
    )
    session.add(instalment)
    session.flush()  # Its history points at it.
    history.start(session, instalment, now=now)


def _lessen(session: Session, grant: Grant, taken: Money, *, now: datetime) -> None:
    unpaid = [each for each in grant.instalments if each.status in _UNPAID]
    free = total((each.amount for each in unpaid), grant.currency)
    if taken > free:
        raise GrantPaidError(case_number=grant.case_number, paid=grant.amount - free)
    for instalment in reversed(unpaid):
        part = min(taken, instalment.amount)
        taken -= part
        if part == instalment.amount:
            history.move(session, instalment, INSTALMENT_MOVES, InstalmentStatus.DROPPED, now=now)
        else:
            instalment.amount_cents -= part.cents
        if not taken:
            return


def _locked(session: Session, grant_id: str) -> Grant:
    query = sa.select(Grant).where(Grant.id == grant_id).with_for_update(of=Grant)
    grant = session.scalars(query.execution_options(populate_existing=True)).one()
    rows = sa.select(Instalment).where(Instalment.grant_id == grant_id)
    held = rows.order_by(Instalment.number).with_for_update(of=Instalment)
    session.scalars(held.execution_options(populate_existing=True)).all()
    session.refresh(grant, ["instalments"])
    return grant


def _facts(grant: Grant) -> bookings.AwardFacts:
    assert grant.envelope is not None
    return bookings.AwardFacts(grant_id=grant.id, envelope=grant.envelope, amount=grant.amount)


def _day(now: datetime) -> date:
    return now.astimezone(HELSINKI).date()
