"""Updates of a team: published once, shown on the page, sent to every backer who wants them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import outbox, tasks
from grantengine.campaigns.crowd_models import CampaignUpdate, UpdateOptOut
from grantengine.campaigns.letters import campaign_facts
from grantengine.campaigns.lifecycle import COUNTED, PledgeStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.team import ensure_public, ensure_team
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.ids import new_id
from grantengine.programme.models import Person

TELL_TASK = "tell_backers"
LETTER = "update_published"
# Backers written to in one transaction.
BATCH = 500
# Whoever stood by the campaign to its end hears of it, though nothing may have been charged.
_TOLD = (*COUNTED, PledgeStatus.RELEASED)


def publish_update(
    session: Session,
    campaign_id: str,
    *,
    title: str,
    text: str,
    language: str,
    author: Person,
    now: datetime,
    update_id: str | None = None,
) -> CampaignUpdate:
    """Publish an update; its letters are written by the task that this queues.

    Args:
        session: the transaction.
        campaign_id: of which campaign.
        title: its heading.
        text: Markdown.
        language: of title and text.
        author: who speaks for the campaign.
        now: the present instant.
        update_id: the id that was kept for it: sent twice, published once.

    Raises:
        NotAllowedError: the author does not speak for the campaign.
        CampaignHiddenError: the campaign is a draft.
    """
    # Held, so that two clicks at once come one after the other.
    campaign = session.get_one(Campaign, campaign_id, with_for_update={"of": Campaign})
    ensure_team(campaign, author)
    ensure_public(campaign)
    if update_id is not None and (known := session.get(CampaignUpdate, update_id)) is not None:
        return known
    update = CampaignUpdate(
        id=update_id or new_id("upd", now),
        campaign_id=campaign_id,
        language=language,
        title=title,
        text=text,
        author_id=author.id,
        published_at=now,
    )
    session.add(update)
    tasks.enqueue(session, TELL_TASK, now=now, update_id=update.id)
    return update


def tell_backers(database: Database, clock: Clock, *, update_id: str) -> None:
    """Write to all backers about an update, once to each; the task of `TELL_TASK`.

    Each transaction writes to some and notes how far it came: killed and run again it goes on
    from there.
    """
    while _tell_some(database, update_id, now=clock.now()):
        pass


def opt_out(session: Session, campaign_id: str, backer: str, *, now: datetime) -> None:
    """Send a backer no more updates of a campaign; asked twice, nothing more happens."""
    if session.get(UpdateOptOut, (campaign_id, backer)) is None:
        session.add(UpdateOptOut(campaign_id=campaign_id, backer=backer, opted_out_at=now))


def _tell_some(database: Database, update_id: str, *, now: datetime) -> bool:
    with database.transaction() as session:
        held = {"of": CampaignUpdate}
        update = session.get_one(CampaignUpdate, update_id, with_for_update=held)
        if update.told_at is not None:
            return False
        backers = session.execute(_next_backers(update)).all()
        for backer, email, language in backers:
            outbox.enqueue(
                session,
                LETTER,
                recipient=email,
                language=language,
                facts=_facts(update, backer, language),
                now=now,
            )
            update.told_through = backer
        if len(backers) < BATCH:
            update.told_at = now
        return len(backers) == BATCH


def _next_backers(update: CampaignUpdate) -> sa.Select[str, str, str]:
    has_opted_out = (
        sa.select(UpdateOptOut.backer)
        .where(UpdateOptOut.campaign_id == update.campaign_id, UpdateOptOut.backer == Pledge.backer)
        .exists()
    )
    # One person may have pledged under several spellings of one address: any of them arrives.
    return (
        sa.select(Pledge.backer, sa.func.min(Pledge.email), sa.func.max(Pledge.language))
        .where(
            Pledge.campaign_id == update.campaign_id,
            Pledge.status.in_(_TOLD),
            Pledge.backer > update.told_through,
            ~has_opted_out,
        )
        .group_by(Pledge.backer)
        .order_by(Pledge.backer)
        .limit(BATCH)
    )


def _facts(update: CampaignUpdate, backer: str, language: str) -> dict[str, object]:
    return {
        "update_id": update.id,
        "update_title": update.title,
        "update_text": update.text,
        "update_language": update.language,
        # From these the link is made that ends the letters; see RFC 8058.
        "unsubscribes": [update.campaign_id, backer],
        **campaign_facts(update.campaign, language),
    }
