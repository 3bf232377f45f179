"""Charges: written down before the provider is asked, recorded after it has answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.campaigns import bookings, letters, pledging
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    CHARGE_MOVES,
    PLEDGE_MOVES,
    ChargeStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Charge, Pledge
from grantengine.campaigns.payments import ChargeAnswer, ChargeDeclined, ChargeSucceeded
from grantengine.campaigns.service import locked_campaign
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.transitions import ensure_move


def prepare_charges(session: Session, campaign_id: str, *, now: datetime) -> None:
    """Write down a charge for every standing pledge that has none."""
    locked_campaign(session, campaign_id)
    has_charge = sa.exists().where(Charge.pledge_id == Pledge.id)
    query = sa.select(Pledge.id, Pledge.amount_cents).where(
        Pledge.campaign_id == campaign_id, Pledge.status == PledgeStatus.STANDING, ~has_charge
    )
    rows = [
        {
            "id": new_id("chg", now),
            "campaign_id": campaign_id,
            "pledge_id": pledge_id,
            "attempt": 1,
            "status": ChargeStatus.PREPARED,
            "amount_cents": amount_cents,
            "prepared_at": now,
        }
        for pledge_id, amount_cents in session.execute(query.order_by(Pledge.id))
    ]
    if rows:
        session.execute(sa.insert(Charge), rows)


def prepared_charges(
    session: Session, campaign_id: str, *, after: str, limit: int
) -> Sequence[Charge]:
    """List charges that have no answer yet, with their pledges, from after an id on."""
    query = sa.select(Charge).options(joinedload(Charge.pledge))
    query = query.where(
        Charge.campaign_id == campaign_id,
        Charge.status == ChargeStatus.PREPARED,
        Charge.id > after,
    )
    return session.scalars(query.order_by(Charge.id).limit(limit)).all()


def record_answers(
    session: Session,
    campaign_id: str,
    answers: Mapping[str, ChargeAnswer],
    *,
    gateway: str,
    now: datetime,
) -> None:
    """Record what the provider answered, by charge id; recording it twice changes nothing."""
    locked_campaign(session, campaign_id)
    query = sa.select(Charge).options(joinedload(Charge.pledge).joinedload(Pledge.match))
    charges = session.scalars(query.where(Charge.id.in_(answers)).order_by(Charge.id)).all()
    # Nothing here is read back, so that the whole group is written in one go at its end.
    with session.no_autoflush:
        for charge in charges:
            # Another process may have recorded the same answer: the lock lets one go first.
            if charge.status == ChargeStatus.PREPARED:
                _record(session, charge, answers[charge.id], gateway=gateway, now=now)


def _record(
    session: Session, charge: Charge, answer: ChargeAnswer, *, gateway: str, now: datetime
) -> None:
    charge.finished_at = now
    match answer:
        case ChargeSucceeded():
            _move(charge, ChargeStatus.SUCCEEDED)
            charge.fee_cents, charge.reference = answer.fee.cents, answer.reference
            _collect(session, charge.pledge, answer.fee, gateway=gateway, now=now)
        case ChargeDeclined():
            _move(charge, ChargeStatus.DECLINED)
            charge.reason = answer.reason
            _drop(session, charge.pledge, answer.reason, now=now)


def _move(charge: Charge, target: ChargeStatus) -> None:
    ensure_move(CHARGE_MOVES, current=charge.status, target=target)
    charge.status = target


def _collect(session: Session, pledge: Pledge, fee: Money, *, gateway: str, now: datetime) -> None:
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.COLLECTED, now=now)
    entry = bookings.pledge_collected(
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        gateway=gateway,
        amount=pledge.amount,
        fee=fee,
        on=helsinki_date(now),
    )
    ledger.post(session, entry, now=now)
    matched = pledge.match.amount_cents if pledge.match else 0
    letters.enqueue(session, "pledge_collected", pledge, now=now, match_cents=matched)


def _drop(session: Session, pledge: Pledge, reason: str, *, now: datetime) -> None:
    target = PledgeStatus.CHARGE_FAILED
    pledging.take_back(session, pledge, target, now=now, note=reason)
    letters.enqueue(session, "charge_failed", pledge, now=now)
