"""Closing: when nothing about a settled campaign's money can change any more."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns.lifecycle import (
    CAMPAIGN_MOVES,
    CampaignStatus,
    DisputeStatus,
    Outcome,
    PayoutStatus,
    RefundStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import Dispute, Payout, Refund
from grantengine.clock import Clock
from grantengine.db import Database

CLOSE_TASK = "close_settled_campaigns"
# For so long a cardholder can dispute a charge under the rules of Visa and Mastercard.
DISPUTE_DAYS: Final = 120


def close_settled(database: Database, clock: Clock) -> None:
    """Close every campaign that is ready for it; the task CLOSE_TASK."""
    now = clock.now()
    with database.transaction() as session:
        query = sa.select(Campaign).where(_is_ready(now)).order_by(Campaign.id)
        for campaign in session.scalars(query.with_for_update(of=Campaign)):
            _close(session, campaign, now=now)


def _close(session: Session, campaign: Campaign, *, now: datetime) -> None:
    history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.CLOSED, now=now)


def _is_ready(now: datetime) -> sa.ColumnElement[bool]:
    """Say which: failed ones at once, funded ones when no bank can take anything back."""
    is_quiet = sa.and_(
        Campaign.settled_at <= now - timedelta(days=DISPUTE_DAYS),
        ~_has(Dispute, Dispute.status == DisputeStatus.OPEN),
        ~_has(Refund, Refund.status == RefundStatus.PREPARED),
        ~sa.exists().where(
            Payout.campaign_id == Campaign.id,
            Payout.status.in_((PayoutStatus.PREPARED, PayoutStatus.ON_ITS_WAY)),
        ),
    )
    return sa.and_(
        Campaign.status == CampaignStatus.SETTLED,
        sa.or_(Campaign.outcome == Outcome.FAILED, is_quiet),
    )


def _has(model: type[Dispute] | type[Refund], condition: sa.ColumnElement[bool]) -> sa.Exists:
    of_campaign = sa.and_(Pledge.id == model.pledge_id, Pledge.campaign_id == Campaign.id)
    return sa.exists().where(of_campaign, condition)
