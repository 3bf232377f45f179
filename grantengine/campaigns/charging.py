"""Charges: written down before the provider is asked, recorded after it has answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from grantengine import writing
from grantengine.campaigns import chart
from grantengine.campaigns.answers import (
    CardSaved,
)
from grantengine.campaigns.lifecycle import (
    ChargeStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.campaigns.retries import last_attempt_at
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.loaded import Loaded
from grantengine.often import Often

WITH_CAMPAIGN = joinedload(Pledge.campaign)
UNANSWERED = (ChargeStatus.PREPARED, ChargeStatus.ACTION_NEEDED)
# Written once, since every group of charges asks them: building one costs more than sending it.
_CHARGE, _PLEDGE = Loaded(Charge), Loaded(Pledge)
OF_CAMPAIGN = (
    sa.select(*_CHARGE.columns, *_PLEDGE.columns)
    .join(Pledge, Pledge.id == Charge.pledge_id)
    .where(Charge.campaign_id == sa.bindparam("campaign_id"))
    .order_by(Charge.id)
)
_PREPARED = Often(
    OF_CAMPAIGN.where(
        Charge.status == ChargeStatus.PREPARED,
        Charge.due_at.is_(None) | (Charge.due_at <= sa.bindparam("now")),
        Charge.id > sa.bindparam("after"),
    ).limit(sa.bindparam("most"))
)
_LEFT = Often(
    OF_CAMPAIGN.where(
        Charge.status == ChargeStatus.ACTION_NEEDED, Charge.due_at <= sa.bindparam("now")
    )
)
_TO_CHARGE = Often(
    sa.select(Pledge.id, Pledge.amount_cents)
    .where(
        Pledge.campaign_id == sa.bindparam("campaign_id"),
        Pledge.status == PledgeStatus.STANDING,
        ~sa.exists().where(Charge.pledge_id == Pledge.id),
    )
    .order_by(Pledge.id)
)
_WRITE = writing.writer_of(Charge)
_NOTHING_YET = dict.fromkeys(column.key for column in _CHARGE.columns)


@dataclass(frozen=True, slots=True)
class RetriesAhead:
    """Declined cards of a campaign that are tried again: how many, and the last try of all."""

    cards: int
    until: datetime


def prepare_charges(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Write down a charge for every standing pledge that has none; the caller holds the campaign."""
    for pledge_id, amount_cents in _TO_CHARGE.rows(session, {"campaign_id": campaign.id}):
        row = {
            "id": new_id("chg", now),
            "campaign_id": campaign.id,
            "pledge_id": pledge_id,
            "attempt": 1,
            "status": ChargeStatus.PREPARED,
            "amount_cents": amount_cents,
            "prepared_at": now,
        }
        writing.append(session, _WRITE, _NOTHING_YET | row)


def prepare_charge(session: Session, pledge: Pledge, *, now: datetime) -> None:
    """Write down the charge of a pledge that is charged at once; twice changes nothing."""
    known = session.scalars(sa.select(Charge.id).where(Charge.pledge_id == pledge.id)).first()
    if known is None and pledge.status == PledgeStatus.STANDING:
        ledger.open_account(session, chart.provider(pledge.gateway), now=now)
        session.add(charge_of(pledge, attempt=1, due_at=None, now=now))


def prepared_charges(
    session: Session, campaign_id: str, *, after: str, limit: int, now: datetime
) -> Sequence[Charge]:
    """List charges to be asked for now, with their pledges, from after an id on."""
    asked = {"campaign_id": campaign_id, "after": after, "most": limit, "now": now}
    rows = _PREPARED.rows(session, asked)
    return charges_of(session, session.get_one(Campaign, campaign_id), rows) if rows else []


def charges_left(session: Session, campaign_id: str, *, now: datetime) -> Sequence[Charge]:
    """List charges whose backers had until now to act, with their pledges."""
    rows = _LEFT.rows(session, {"campaign_id": campaign_id, "now": now})
    return charges_of(session, session.get_one(Campaign, campaign_id), rows) if rows else []


def charges_of(session: Session, campaign: Campaign, rows: Iterable[Sequence[Any]]) -> list[Charge]:
    """Make charges with their pledges of rows that `OF_CAMPAIGN` asked for."""
    charges, parts = [], len(_CHARGE.columns)
    for row in rows:
        charge, pledge = _CHARGE.of(session, row[:parts]), _PLEDGE.of(session, row[parts:])
        set_committed_value(charge, "pledge", pledge)
        set_committed_value(pledge, "campaign", campaign)
        charges.append(charge)
    return charges


def unfinished_charge(session: Session, pledge_id: str) -> Charge | None:
    """Find the charge of a pledge that has no final answer yet, with its pledge."""
    query = (
        sa.select(Charge)
        .options(joinedload(Charge.pledge).joinedload(Pledge.campaign))
        .where(Charge.pledge_id == pledge_id, Charge.status.in_(UNANSWERED))
    )
    return session.scalars(query).first()


def charge_that_succeeded(session: Session, pledge_id: str) -> Charge | None:
    """Find the charge by which the card of a pledge was charged."""
    query = sa.select(Charge).where(
        Charge.pledge_id == pledge_id, Charge.status == ChargeStatus.SUCCEEDED
    )
    return session.scalars(query).first()


def waits_for_retry(charge: Charge, *, now: datetime) -> bool:
    """Tell whether a charge stands for a declined one and has not been asked for yet."""
    is_ahead = charge.due_at is not None and charge.due_at > now
    return charge.status == ChargeStatus.PREPARED and is_ahead


def retries_ahead(session: Session, campaign_id: str) -> RetriesAhead | None:
    """Tell how many declined cards of a campaign are tried again; None when none is."""
    query = sa.select(Charge.attempt, sa.func.count(), sa.func.max(Charge.due_at)).where(
        Charge.campaign_id == campaign_id,
        Charge.status == ChargeStatus.PREPARED,
        Charge.attempt > 1,
    )
    rows = session.execute(query.group_by(Charge.attempt)).all()
    ends = [last_attempt_at(attempt=attempt, due_at=due) for attempt, _count, due in rows if due]
    if not ends:
        return None
    return RetriesAhead(cards=sum(count for _attempt, count, _due in rows), until=max(ends))


def record_new_card(session: Session, charge_id: str, saved: CardSaved, *, now: datetime) -> None:
    """Let a charge that waits for its next try take another card, at once."""
    query = sa.select(Charge).where(Charge.id == charge_id)
    charge = session.scalars(query.with_for_update()).one()
    if waits_for_retry(charge, now=now):
        charge.pledge.card_token = saved.token
        charge.due_at = now


def charge_of(pledge: Pledge, *, attempt: int, due_at: datetime | None, now: datetime) -> Charge:
    """Make a charge that is to be asked for, at once or not before an instant."""
    return Charge(
        id=new_id("chg", now),
        campaign_id=pledge.campaign_id,
        pledge_id=pledge.id,
        attempt=attempt,
        status=ChargeStatus.PREPARED,
        amount_cents=pledge.amount_cents,
        prepared_at=now,
        due_at=due_at,
    )
