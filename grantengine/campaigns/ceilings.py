"""The ceiling of a small-scale collection: never a cent over, and the end when it is reached."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.campaigns import chart, letters, queries
from grantengine.campaigns.errors import CollectionCeilingError
from grantengine.campaigns.lifecycle import PLEDGE_MIN, CampaignKind, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.ledger import queries as ledger
from grantengine.money import Money, decimal_string


def room_of(session: Session, campaign: Campaign) -> Money | None:
    """Tell how much a campaign may still take, None for any sum."""
    if campaign.ceiling is None:
        return None
    return campaign.ceiling - ledger.balance(session, chart.made(campaign.id))


def ensure_room(session: Session, campaign: Campaign, amount: Money) -> None:
    """Let a pledge pass that the ceiling leaves room for; the caller holds the campaign.

    Raises:
        CollectionCeilingError: it would be too much.
    """
    left = room_of(session, campaign)
    if left is not None and amount > left:
        raise CollectionCeilingError(left=decimal_string(left), left_cents=left.cents)


def stop_when_full(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """End a collection that has reached its ceiling at this instant; the caller holds it.

    Its settling begins as at any deadline. The organiser hears that the police have to be told
    (Rahankeräyslaki 863/2019, chapter 3).
    """
    if campaign.ceiling is None or campaign.status != CampaignStatus.OPEN:
        return
    if campaign.stopped_at is not None or not _is_full(session, campaign):
        return
    campaign.stopped_at = now
    campaign.deadline_at = max(now, campaign.opens_at + timedelta(microseconds=1))
    owner = campaign.experiment.owner
    if owner is not None:
        facts = {
            **letters.campaign_facts(campaign, owner.language),
            "ceiling_cents": campaign.ceiling_cents,
        }
        outbox.enqueue(
            session,
            "collection_full",
            recipient=owner.email,
            language=owner.language,
            facts=facts,
            now=now,
        )


def _is_full(session: Session, campaign: Campaign) -> bool:
    """Tell whether not even the smallest pledge fits any more."""
    assert campaign.ceiling is not None
    totals = queries.totals(session, campaign.id)
    # A card that is charged at once may still be declined: only what is in ends the collection.
    is_kept = campaign.kind == CampaignKind.KEEP_IT_ALL
    taken = totals.collected if is_kept else totals.pledged
    return campaign.ceiling - taken < PLEDGE_MIN
