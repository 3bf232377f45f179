"""Payouts: what a settled campaign collected, sent from the payment provider to the bank."""

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from grantengine import writing
from grantengine.campaigns import bookings, chart
from grantengine.campaigns.answers import PayoutAnswer, PayoutDelayed, PayoutState
from grantengine.campaigns.errors import GatewayUnavailableError
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    PAYOUT_MOVES,
    CampaignStatus,
    Outcome,
    PayoutStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import Payout
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.service import locked_campaign
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.ids import new_id
from grantengine.ledger import queries as ledger_queries
from grantengine.ledger import service as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often
from grantengine.transitions import can_move

PAYOUT_TASK = "order_payouts"
_STATUS_OF = {
    PayoutState.ON_ITS_WAY: PayoutStatus.ON_ITS_WAY,
    PayoutState.PAID: PayoutStatus.PAID,
    PayoutState.FAILED: PayoutStatus.FAILED,
}
# Written once, since every campaign asks them: building a statement costs more than sending it.
_PAYOUT = Loaded(Payout)
_PAYOUTS = Often(
    sa.select(*_PAYOUT.columns)
    .where(Payout.campaign_id == sa.bindparam("campaign_id"))
    .order_by(Payout.attempt.desc())
)
_LOCKED = Often(
    sa.select(*_PAYOUT.columns).where(Payout.id == sa.bindparam("payout_id")).with_for_update()
)
_AT_THE_BANK = Often(
    sa.select(sa.func.sum(Pledge.amount_cents - Pledge.returned_cents)).where(
        Pledge.campaign_id == sa.bindparam("campaign_id"),
        Pledge.gateway == chart.TRANSFER,
        Pledge.status == PledgeStatus.COLLECTED,
    )
)

log = structlog.get_logger(__name__)


def pay_out_due(database: Database, gateway: PaymentGateway, clock: Clock) -> None:
    """Order every payout that is still to be ordered; the task PAYOUT_TASK."""
    has_payout = sa.exists().where(
        Payout.campaign_id == Campaign.id,
        Payout.status.in_((PayoutStatus.ON_ITS_WAY, PayoutStatus.PAID)),
    )
    query = sa.select(Campaign.id).where(
        Campaign.status.in_((CampaignStatus.SETTLED, CampaignStatus.CLOSED)),
        Campaign.outcome == Outcome.FUNDED,
        ~has_payout,
    )
    with database.reading() as session:
        campaign_ids = session.scalars(query.order_by(Campaign.settled_at)).all()
    for campaign_id in campaign_ids:
        pay_out(database, gateway, clock, campaign_id)


def pay_out(
    database: Database, gateway: PaymentGateway, clock: Clock, campaign_id: str
) -> Payout | None:
    """Send what a settled campaign holds to the bank; sent before, it changes nothing.

    Returns:
        The payout; None when there is nothing to send, or the provider has no answer or not
        yet the money.
    """
    with database.transaction() as session:
        campaign = locked_campaign(session, campaign_id)
        payout = prepare(session, gateway, campaign, now=clock.now())
    return payout and send(database, gateway, clock, payout)


def send(
    database: Database, gateway: PaymentGateway, clock: Clock, payout: Payout
) -> Payout | None:
    """Order a payout that was written down; ordered before, it changes nothing.

    Returns:
        what `pay_out` returns.
    """
    if payout.status != PayoutStatus.PREPARED:
        return payout
    try:
        answer = gateway.pay_out(key=payout.id, amount=payout.amount)
    except GatewayUnavailableError:
        log.warning("no answer to a payout", payout_id=payout.id, gateway=gateway.name)
        return None
    with database.transaction() as session:
        return _record(session, payout.id, answer, gateway=gateway.name, now=clock.now())


def record_payout_state(
    session: Session, payout_id: str, state: PayoutState, *, gateway: str, now: datetime
) -> None:
    """Record how a payout stands; what is older than what is known changes nothing.

    Money that has reached the bank is booked there, and a payout that failed is ordered anew.
    """
    _record_state(session, _locked(session, payout_id), state, gateway=gateway, now=now)


def _record_state(
    session: Session, payout: Payout, state: PayoutState, *, gateway: str, now: datetime
) -> None:
    target = _STATUS_OF[state]
    if not can_move(PAYOUT_MOVES, current=payout.status, target=target):
        return
    was_paid = payout.status == PayoutStatus.PAID
    payout.status, payout.finished_at = target, now
    if target is PayoutStatus.PAID:
        entry = bookings.paid_to_bank(
            payout_id=payout.id, gateway=gateway, amount=payout.amount, on=helsinki_date(now)
        )
        payout.entry_id = ledger.post(session, entry, now=now)
    elif was_paid:
        assert payout.entry_id is not None
        ledger.reverse(
            session,
            payout.entry_id,
            key=f"paid_to_bank_reversed:{payout.id}",
            effective_on=helsinki_date(now),
            now=now,
        )


def prepare(
    session: Session, gateway: PaymentGateway, campaign: Campaign, *, now: datetime
) -> Payout | None:
    """Write down what a campaign holds before it is sent; the caller holds the campaign.

    Returns:
        The payout, or the one that was written down before; None when there is nothing to send.
    """
    campaign_id = campaign.id
    if campaign.settled_at is None:
        return None
    payouts = _PAYOUT.found(session, _PAYOUTS, {"campaign_id": campaign_id})
    last = payouts[0] if payouts else None
    if last is not None and last.status != PayoutStatus.FAILED:
        return last
    codes = [chart.held(campaign_id), chart.provider(gateway.name).code]
    balances = ledger_queries.balances(session, codes)
    held, provided = (balances[code] for code in codes)
    amount = min(held - min(held, _at_the_bank(session, campaign_id)), provided)
    if not amount:
        return None
    payout = Payout(
        id=new_id("pyo", now),
        campaign_id=campaign_id,
        attempt=last.attempt + 1 if last else 1,
        status=PayoutStatus.PREPARED,
        amount_cents=amount.cents,
        prepared_at=now,
    )
    writing.put(session, payout)
    return payout


def _at_the_bank(session: Session, campaign_id: str) -> Money:
    """Tell what came by bank transfer and has not gone back: there it is already."""
    ((cents,),) = _AT_THE_BANK.rows(session, {"campaign_id": campaign_id})
    return Money(int(cents or 0))


def _record(
    session: Session, payout_id: str, answer: PayoutAnswer, *, gateway: str, now: datetime
) -> Payout | None:
    if isinstance(answer, PayoutDelayed):
        log.info("payout not possible yet", payout_id=payout_id, reason=answer.reason)
        return None
    payout = _locked(session, payout_id)
    payout.reference = answer.reference
    _record_state(session, payout, answer.state, gateway=gateway, now=now)
    writing.save(session, payout)
    return payout


def _locked(session: Session, payout_id: str) -> Payout:
    (payout,) = _PAYOUT.found(session, _LOCKED, {"payout_id": payout_id})
    return payout
