"""Charges: written down before the provider is asked, recorded after it has answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.campaigns import bookings, ceilings, chart, letters, pledging
from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardSaved,
    ChargeAnswer,
    ChargeDeclined,
    ChargeSucceeded,
)
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    CHARGE_MOVES,
    PLEDGE_MOVES,
    CampaignKind,
    ChargeStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.campaigns.retries import last_attempt_at, next_attempt_at, waits_until
from grantengine.campaigns.service import locked_campaign
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import Entry
from grantengine.money import Money
from grantengine.transitions import ensure_move

WITH_CAMPAIGN = joinedload(Pledge.campaign)
_UNANSWERED = (ChargeStatus.PREPARED, ChargeStatus.ACTION_NEEDED)


@dataclass(frozen=True, slots=True)
class RetriesAhead:
    """Declined cards of a campaign that are tried again: how many, and the last try of all."""

    cards: int
    until: datetime


def prepare_charges(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Write down a charge for every standing pledge that has none; the caller holds the campaign."""
    has_charge = sa.exists().where(Charge.pledge_id == Pledge.id)
    query = sa.select(Pledge.id, Pledge.amount_cents).where(
        Pledge.campaign_id == campaign.id, Pledge.status == PledgeStatus.STANDING, ~has_charge
    )
    rows = [
        {
            "id": new_id("chg", now),
            "campaign_id": campaign.id,
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


def prepare_charge(session: Session, pledge: Pledge, *, now: datetime) -> None:
    """Write down the charge of a pledge that is charged at once; twice changes nothing."""
    known = session.scalars(sa.select(Charge.id).where(Charge.pledge_id == pledge.id)).first()
    if known is None and pledge.status == PledgeStatus.STANDING:
        ledger.open_account(session, chart.provider(pledge.gateway), now=now)
        session.add(_charge(pledge, attempt=1, due_at=None, now=now))


def prepared_charges(
    session: Session, campaign_id: str, *, after: str, limit: int, now: datetime
) -> Sequence[Charge]:
    """List charges to be asked for now, with their pledges, from after an id on."""
    query = sa.select(Charge).options(joinedload(Charge.pledge).joinedload(Pledge.campaign))
    query = query.where(
        Charge.campaign_id == campaign_id,
        Charge.status == ChargeStatus.PREPARED,
        Charge.due_at.is_(None) | (Charge.due_at <= now),
        Charge.id > after,
    )
    return session.scalars(query.order_by(Charge.id).limit(limit)).all()


def unfinished_charge(session: Session, pledge_id: str) -> Charge | None:
    """Find the charge of a pledge that has no final answer yet, with its pledge."""
    query = (
        sa.select(Charge)
        .options(joinedload(Charge.pledge).joinedload(Pledge.campaign))
        .where(Charge.pledge_id == pledge_id, Charge.status.in_(_UNANSWERED))
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


def record_answers(
    session: Session,
    campaign_id: str,
    answers: Mapping[str, ChargeAnswer],
    *,
    gateway: str,
    now: datetime,
) -> None:
    """Record what the provider answered, by charge id; recording it twice changes nothing."""
    campaign = locked_campaign(session, campaign_id)
    query = (
        sa.select(Charge)
        # The campaign is held, so each pledge has it already.
        .options(joinedload(Charge.pledge).selectinload(Pledge.matches))
        .where(Charge.id.in_(answers), Charge.campaign_id == campaign_id)
        .order_by(Charge.id)
    )
    charges = session.scalars(query).all()
    # Nothing here is read back, so that the whole group is written in one go at its end.
    with session.no_autoflush:
        entries = [
            entry
            for charge in charges
            # Another process may have recorded the same answer: the lock lets one go first.
            if charge.status in _UNANSWERED
            for entry in _record(session, charge, answers[charge.id], gateway=gateway, now=now)
        ]
        if entries:
            ledger.post_many(session, entries, now=now)
    ceilings.stop_when_full(session, campaign, now=now)


def _record(
    session: Session, charge: Charge, answer: ChargeAnswer, *, gateway: str, now: datetime
) -> list[Entry]:
    """Record one answer; return what is to be posted, so that a group is posted together."""
    match answer:
        case ChargeSucceeded():
            _move(charge, ChargeStatus.SUCCEEDED, now=now)
            charge.fee_cents, charge.reference = answer.fee.cents, answer.reference
            return [_collect(session, charge.pledge, answer.fee, gateway=gateway, now=now)]
        case ChargeDeclined():
            was_left = charge.status == ChargeStatus.ACTION_NEEDED and _is_due(charge, now=now)
            _move(charge, ChargeStatus.DECLINED, now=now)
            charge.reason = answer.reason
            _try_again_or_drop(session, charge, was_left=was_left, now=now)
        case AuthenticationNeeded() if charge.status == ChargeStatus.PREPARED:
            _wait_for_backer(session, charge, answer.reference, now=now)
    return []


def _is_due(charge: Charge, *, now: datetime) -> bool:
    return charge.due_at is not None and charge.due_at <= now


def _move(charge: Charge, target: ChargeStatus, *, now: datetime) -> None:
    ensure_move(CHARGE_MOVES, current=charge.status, target=target)
    charge.status = target
    charge.finished_at = now


def _collect(session: Session, pledge: Pledge, fee: Money, *, gateway: str, now: datetime) -> Entry:
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.COLLECTED, now=now)
    letters.enqueue(session, "pledge_collected", pledge, now=now, match_cents=pledge.matched.cents)
    return bookings.pledge_collected(
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        gateway=gateway,
        amount=pledge.amount,
        fee=fee,
        on=helsinki_date(now),
    )


def _try_again_or_drop(session: Session, charge: Charge, *, was_left: bool, now: datetime) -> None:
    pledge, reason = charge.pledge, charge.reason
    if pledge.campaign.kind == CampaignKind.KEEP_IT_ALL:
        # The backer sits before the page and hears it there.
        pledging.take_back(session, pledge, PledgeStatus.DECLINED, now=now, note=reason)
        return
    # Whoever did not go to the bank in all that time would not go again.
    due_at = None if was_left else next_attempt_at(attempt=charge.attempt, now=now)
    if due_at is None:
        pledging.take_back(session, pledge, PledgeStatus.CHARGE_FAILED, now=now, note=reason)
        letters.enqueue(session, "charge_failed", pledge, now=now)
        return
    session.add(_charge(pledge, attempt=charge.attempt + 1, due_at=due_at, now=now))
    letters.enqueue(session, "charge_retried", pledge, now=now, due_at=due_at)


def _wait_for_backer(session: Session, charge: Charge, reference: str, *, now: datetime) -> None:
    is_present = charge.pledge.campaign.kind == CampaignKind.KEEP_IT_ALL
    ensure_move(CHARGE_MOVES, current=charge.status, target=ChargeStatus.ACTION_NEEDED)
    charge.status, charge.reference = ChargeStatus.ACTION_NEEDED, reference
    charge.due_at = waits_until(attempt=charge.attempt, is_present=is_present, now=now)
    if not is_present:
        letters.enqueue(
            session, "authentication_needed", charge.pledge, now=now, due_at=charge.due_at
        )


def _charge(pledge: Pledge, *, attempt: int, due_at: datetime | None, now: datetime) -> Charge:
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
