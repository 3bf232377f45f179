"""Letters to backers and experimenters about a campaign; their words are in the web's templates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.campaigns.chart import TRANSFER
from grantengine.campaigns.lifecycle import CampaignKind
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.money import Money
from grantengine.references import format_reference


def campaign_facts(campaign: Campaign, language: str) -> dict[str, Any]:
    """Give what every letter about a campaign says of it, in a language."""
    return {
        "campaign_title": campaign.text("title", language),
        "campaign_slug": campaign.slug,
        "legal_number": campaign.legal_number,
    }


def enqueue(
    session: Session,
    letter: str,
    pledge: Pledge,
    *,
    now: datetime,
    match_cents: int = 0,
    due_at: datetime | None = None,
    returned_cents: int = 0,
    reason: str | None = None,
) -> None:
    """Write to a backer about a pledge; its campaign has been loaded.

    Args:
        session: the transaction that causes the letter.
        letter: its name in the outbox.
        pledge: which pledge.
        now: the present instant.
        match_cents: what the pot adds, where the letter tells it.
        due_at: when the card is tried again, or until when the backer can act.
        returned_cents: what was given back, where the letter tells it.
        reason: why a backer asks, or why an officer refuses, in their words.
    """
    campaign = pledge.campaign
    facts = {
        **campaign_facts(campaign, pledge.language),
        "amount_cents": pledge.amount_cents,
        "match_cents": match_cents,
        "deadline_at": campaign.deadline_at.isoformat(),
        "due_at": due_at.isoformat() if due_at else None,
        "returned_cents": returned_cents,
        "reason": reason,
        "is_by_transfer": pledge.gateway == TRANSFER,
        "reference": format_reference(pledge.transfer_reference)
        if pledge.transfer_reference
        else None,
        "is_charged_at_once": campaign.kind == CampaignKind.KEEP_IT_ALL,
        "token": pledge.token,
        "reward": _reward(pledge),
    }
    outbox.enqueue(
        session, letter, recipient=pledge.email, language=pledge.language, facts=facts, now=now
    )


def enqueue_invoice(
    session: Session, pledge: Pledge, *, number: str, due_on: date, now: datetime
) -> None:
    """Send a company the way to its invoice."""
    facts = {
        **campaign_facts(pledge.campaign, pledge.language),
        "amount_cents": pledge.amount_cents,
        "reference": format_reference(pledge.transfer_reference or ""),
        "token": pledge.token,
        "invoice_number": number,
        "due_on": due_on.isoformat(),
    }
    outbox.enqueue(
        session,
        "invoice_sent",
        recipient=pledge.email,
        language=pledge.language,
        facts=facts,
        now=now,
    )


def enqueue_to_owner(
    session: Session, campaign: Campaign, *, collected: Money, matched: Money, now: datetime
) -> None:
    """Tell the owner of the experiment how the campaign ended, if it has one."""
    owner = campaign.experiment.owner
    if owner is None:
        return
    facts = {
        **campaign_facts(campaign, owner.language),
        "goal_cents": campaign.goal_cents,
        "collected_cents": collected.cents,
        "match_cents": matched.cents,
        "is_funded": bool(collected),
    }
    outbox.enqueue(
        session,
        "campaign_ended",
        recipient=owner.email,
        language=owner.language,
        facts=facts,
        now=now,
    )


def _reward(pledge: Pledge) -> dict[str, Any] | None:
    reward = pledge.reward
    if reward is None:
        return None
    return {
        "title": reward.text("title", pledge.language),
        "price_cents": reward.price_cents,
        "vat_rate_bps": reward.vat_rate_bps,
        "vat_cents": reward.vat.cents,
        "delivered_on": reward.delivered_on.isoformat(),
        "seller": pledge.campaign.experiment.organisation.name,
    }
