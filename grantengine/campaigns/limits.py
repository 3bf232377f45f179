"""What can be pledged at all, and what a campaign takes now."""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.campaigns import ceilings
from grantengine.campaigns.errors import CampaignNotOpenError, PledgeAmountError
from grantengine.campaigns.lifecycle import HIDDEN, PLEDGE_MAX, PLEDGE_MIN, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.errors import InvalidInputError
from grantengine.money import Money


def ensure_amount(amount: Money) -> None:
    """Let an amount pass that can be pledged.

    Raises:
        PledgeAmountError: too small or too large.
        InvalidInputError: not in euros (field: currency).
    """
    if amount.currency != PLEDGE_MIN.currency:
        raise InvalidInputError(field="currency", reason="not_euro")
    if not PLEDGE_MIN <= amount <= PLEDGE_MAX:
        raise PledgeAmountError(smallest=PLEDGE_MIN, largest=PLEDGE_MAX)


def ensure_takes(session: Session, campaign: Campaign, amount: Money, *, now: datetime) -> None:
    """Let a pledge pass that the campaign takes now; it stays so if the caller holds the campaign.

    Raises:
        CampaignNotOpenError: it is hidden, not open yet, or has ended.
        CollectionCeilingError: the collection has no room for it.
    """
    if campaign.status in HIDDEN:
        raise CampaignNotOpenError(campaign=campaign.id, reason="draft")
    if now < campaign.opens_at:
        raise CampaignNotOpenError(campaign=campaign.id, reason="not_yet")
    if campaign.status != CampaignStatus.OPEN or now >= campaign.deadline_at:
        raise CampaignNotOpenError(campaign=campaign.id, reason="ended")
    ceilings.ensure_room(session, campaign, amount)
