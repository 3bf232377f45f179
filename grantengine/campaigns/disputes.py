"""Disputes: a backer told the bank that a charge was wrong, and the provider took it back."""

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns import bookings, returning, rewards
from grantengine.campaigns.answers import DisputeFound, DisputeState
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    DISPUTE_MOVES,
    PLEDGE_MOVES,
    ChargeStatus,
    DisputeStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.campaigns.payment_models import Dispute
from grantengine.campaigns.pledging import locked_pledge
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.transitions import ensure_move

log = structlog.get_logger(__name__)


def record_found(session: Session, found: DisputeFound, *, now: datetime) -> bool:
    """Record how a dispute stands at the provider: opened, won or lost, in this order.

    Told for the first time when it is closed, it is opened and closed. Told again, or told late
    what is old, changes nothing.

    Returns:
        False when no collected charge of ours is behind it.
    """
    charge = session.scalars(
        sa.select(Charge).where(
            Charge.reference == found.charge, Charge.status == ChargeStatus.SUCCEEDED
        )
    ).first()
    if charge is None:
        return False
    campaign, pledge = locked_pledge(session, charge.pledge_id)
    query = sa.select(Dispute).where(Dispute.reference == found.reference)
    dispute = session.scalars(query.execution_options(populate_existing=True)).first()
    if dispute is None and pledge.status != PledgeStatus.COLLECTED:
        # Given back in whole before, or disputed by another way: a person has to look.
        log.error("dispute of what is not collected", reference=found.reference)
        return False
    if dispute is None:
        dispute = _open(session, campaign, pledge, charge, found, now=now)
    if dispute.status == DisputeStatus.OPEN and found.state is DisputeState.WON:
        _win(session, pledge, dispute, found, now=now)
    if dispute.status == DisputeStatus.OPEN and found.state is DisputeState.LOST:
        _lose(session, campaign, pledge, dispute, now=now)
    return True


def _open(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    charge: Charge,
    found: DisputeFound,
    *,
    now: datetime,
) -> Dispute:
    """Take the money out of the totals at once; the match waits for what the bank decides."""
    # A backer may dispute what was refunded in part: only the rest can still be taken.
    amount = min(found.amount, pledge.amount - pledge.returned)
    dispute = Dispute(
        id=new_id("dsp", now),
        pledge_id=pledge.id,
        charge_id=charge.id,
        status=DisputeStatus.OPEN,
        amount_cents=amount.cents,
        fee_cents=found.fee.cents,
        reference=found.reference,
        reason=found.reason,
        opened_at=now,
    )
    dispute.entry_id = returning.book_money(
        session, campaign, pledge, cause_id=dispute.id, amount=amount, now=now
    )
    if found.fee:
        dispute.fee_entry_id = _book_fee(session, campaign, pledge, dispute, now=now)
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.DISPUTED, now=now, note=found.reason)
    session.add(dispute)
    return dispute


def _book_fee(
    session: Session, campaign: Campaign, pledge: Pledge, dispute: Dispute, *, now: datetime
) -> str:
    taken = returning.taken_from(session, campaign.id, pledge.gateway, dispute.fee)
    entry = bookings.dispute_fee(
        dispute_id=dispute.id, campaign_id=campaign.id, taken=taken, on=helsinki_date(now)
    )
    returning.tell_payer(session, campaign, private=taken.held, now=now)
    return ledger.post(session, entry, now=now)


def _win(
    session: Session, pledge: Pledge, dispute: Dispute, found: DisputeFound, *, now: datetime
) -> None:
    """Book the money back; the fee comes back where the provider gives it back."""
    entries = [dispute.entry_id]
    if dispute.fee_entry_id is not None and not found.fee:
        entries.append(dispute.fee_entry_id)
    for entry_id in entries:
        ledger.reverse(
            session,
            entry_id,
            key=f"dispute_won:{dispute.id}:{entry_id}",
            effective_on=helsinki_date(now),
            now=now,
        )
    pledge.returned_cents -= dispute.amount_cents
    _close(dispute, DisputeStatus.WON, now=now)
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.COLLECTED, now=now)


def _lose(
    session: Session, campaign: Campaign, pledge: Pledge, dispute: Dispute, *, now: datetime
) -> None:
    """Let the match go where the money went."""
    returning.book_match(
        session, campaign, pledge, cause_id=dispute.id, amount=dispute.amount, now=now
    )
    _close(dispute, DisputeStatus.LOST, now=now)
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.CHARGED_BACK, now=now)
    rewards.give_back(session, pledge)


def _close(dispute: Dispute, target: DisputeStatus, *, now: datetime) -> None:
    ensure_move(DISPUTE_MOVES, current=dispute.status, target=target)
    dispute.status = target
    dispute.closed_at = now
