"""Changing a pledge that was made: the amount with its match, the name, the message."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import letters, limits, pledging, promising, rewards
from grantengine.campaigns.errors import PledgeNotChangeableError
from grantengine.campaigns.lifecycle import COUNTED, PledgeStatus
from grantengine.campaigns.managing_models import Invoice, PledgeChange
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class NewTerms:
    """What a pledge is to be from now on.

    Attributes:
        amount: what it was, or another one.
        name: shown on the campaign's page only if `is_name_shown`.
        message: shown on the campaign's page.
        reward_id: what the backer gets for it, None for nothing.
    """

    amount: Money
    name: str | None
    is_name_shown: bool
    message: str | None
    reward_id: str | None = None


def change_pledge(session: Session, pledge_id: str, wanted: NewTerms, *, now: datetime) -> Pledge:
    """Change a pledge; what it is already changes nothing.

    Another amount is a new promise at this moment: the old entry is reversed with its match,
    and the new amount is booked with the match that the rules in force now give it, in one
    transaction. Nobody else comes between, and there are never two pledges.

    Raises:
        PledgeNotChangeableError: it does not stand, or the amount has been paid or asked for.
        PledgeAmountError: too small or too large.
        CollectionCeilingError: the collection has no room for it.
        RewardNotOfferedError, RewardPriceError, RewardSoldOutError: it cannot have its reward.
    """
    campaign, pledge = pledging.locked_pledge(session, pledge_id)
    if not may_be_changed(pledge):
        raise PledgeNotChangeableError(pledge=pledge.id, status=pledge.status)
    if (wanted.amount, wanted.reward_id) != (pledge.amount, pledge.reward_id):
        _change_what_is_pledged(session, campaign, pledge, wanted, now=now)
    pledge.name, pledge.message = wanted.name, wanted.message
    pledge.is_name_shown = wanted.is_name_shown
    return pledge


def may_be_changed(pledge: Pledge) -> bool:
    """Tell whether name and message of a pledge can be changed: it counts, or is waited for."""
    return pledge.status in COUNTED | {PledgeStatus.AWAITING_TRANSFER}


def may_amount_be_changed(
    session: Session, pledge: Pledge, campaign: Campaign, *, now: datetime
) -> bool:
    """Tell whether the amount can be changed: as long as the pledge can be withdrawn.

    That of an invoice stays as it was sent; whoever wants another withdraws, and asks for one.
    """
    is_invoiced = session.get(Invoice, pledge.id) is not None
    return not is_invoiced and pledging.may_be_withdrawn(pledge, campaign, now=now)


def changes_of(session: Session, pledge_id: str) -> list[PledgeChange]:
    """List what a pledge was before each change of its amount, the oldest first."""
    query = sa.select(PledgeChange).where(PledgeChange.pledge_id == pledge_id)
    return list(session.scalars(query.order_by(PledgeChange.number)))


def _change_what_is_pledged(
    session: Session, campaign: Campaign, pledge: Pledge, wanted: NewTerms, *, now: datetime
) -> None:
    if not may_amount_be_changed(session, pledge, campaign, now=now):
        raise PledgeNotChangeableError(pledge=pledge.id, status=pledge.status)
    # A reward is taken out of the stock only when its pledge stands.
    is_taken = pledge.status == PledgeStatus.STANDING
    if is_taken:
        rewards.give_back(session, pledge)
    rewards.ensure_offered(session, wanted.reward_id, campaign_id=campaign.id, amount=wanted.amount)
    pledge.reward_id = wanted.reward_id
    if wanted.amount != pledge.amount:
        _change_amount(session, campaign, pledge, wanted.amount, now=now)
    if is_taken:
        rewards.take(session, pledge)


def _change_amount(
    session: Session, campaign: Campaign, pledge: Pledge, amount: Money, *, now: datetime
) -> None:
    limits.ensure_amount(amount)
    before = PledgeChange(
        pledge_id=pledge.id,
        number=len(changes_of(session, pledge.id)) + 1,
        amount_cents=pledge.amount_cents,
        match_cents=pledge.matched.cents,
        entry_id=pledge.entry_id,
        changed_at=now,
    )
    session.add(before)
    if pledge.status == PledgeStatus.STANDING:
        _book_anew(session, campaign, pledge, amount, changes=before.number, now=now)
        return
    # Of money that is waited for nothing is booked.
    limits.ensure_takes(session, campaign, amount, now=now)
    pledge.amount_cents = amount.cents
    letters.enqueue(session, "transfer_awaited", pledge, now=now)


def _book_anew(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    amount: Money,
    *,
    changes: int,
    now: datetime,
) -> None:
    pledging.reverse_promise(session, pledge, now=now)
    for match in pledge.matches:
        session.delete(match)
    session.flush()  # What the old promise drew is free again for the new one.
    session.expire(pledge, ["matches"])
    limits.ensure_takes(session, campaign, amount, now=now)
    pledge.amount_cents = amount.cents
    promised = promising.book(session, campaign, pledge, changes=changes, now=now)
    letters.enqueue(session, "pledge_changed", pledge, now=now, match_cents=promised.cents)
