"""Pledges: made with a saved card, matched at once, withdrawn until the deadline."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from grantengine import history, writing
from grantengine.campaigns import ceilings, letters, limits, promising, rewards
from grantengine.campaigns.answers import AuthenticationNeeded, CardSaved
from grantengine.campaigns.backers import backer_of, checked_email
from grantengine.campaigns.errors import (
    PledgeKeyReusedError,
    PledgeNotWithdrawableError,
)
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    PLEDGE_MOVES,
    UNCONFIRMED,
    CampaignKind,
    CampaignStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.queries import CAMPAIGN_ALONE
from grantengine.ids import new_id, new_secret
from grantengine.ledger import service as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often
from grantengine.transitions import ensure_move

# Written once, since every pledge asks them: building a statement costs more than sending it.
_PLEDGE = Loaded(Pledge)
_OF_KEY = sa.and_(Pledge.campaign_id == Campaign.id, Pledge.key == sa.bindparam("key"))
_ASKED = Often(
    sa.select(Pledge.id, *CAMPAIGN_ALONE.columns)
    .select_from(Campaign)
    .outerjoin(Pledge, _OF_KEY)
    .where(Campaign.id == sa.bindparam("campaign_id"))
)
_KNOWN = (
    sa.select(Pledge)
    .join(Campaign, _OF_KEY)
    .options(contains_eager(Pledge.campaign))
    .where(Campaign.id == sa.bindparam("campaign_id"))
)
# One statement locks both, the campaign first, as everywhere: so no deadlock.
_LOCKED = Often(
    sa.select(*_PLEDGE.columns, *CAMPAIGN_ALONE.columns)
    .join_from(Pledge, Campaign)
    .where(Pledge.id == sa.bindparam("pledge_id"))
    .with_for_update(of=[Campaign, Pledge], key_share=True)
)


@dataclass(frozen=True, slots=True)
class PledgeRequest:
    """What a backer sends.

    Attributes:
        key: idempotency key of the sender; the same key is the same pledge.
        amount: from PLEDGE_MIN to PLEDGE_MAX.
        email: where the receipt goes.
        language: of the letters, `fi`, `sv` or `en`.
        name: shown on the campaign's page only if `is_name_shown`.
        message: shown on the campaign's page.
        reward_id: what the backer gets for it, None for nothing.
    """

    campaign_id: str
    key: str
    amount: Money
    email: str
    language: str
    name: str | None = None
    is_name_shown: bool = False
    message: str | None = None
    reward_id: str | None = None

    @property
    def fingerprint(self) -> str:
        """Hash what was asked, so that a key cannot stand for two pledges."""
        content = [self.amount.cents, self.amount.currency, self.email.strip().lower()]
        content += [self.name, self.is_name_shown, self.message, self.reward_id]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def prepare_pledge(
    session: Session, request: PledgeRequest, *, gateway: str, now: datetime
) -> Pledge:
    """Write down a pledge before its card is asked about; nothing is promised yet.

    The same key again gives the pledge it stands for, however far that has come. Nobody waits
    for another here: what the campaign takes is looked at again when the pledge is to stand.

    Raises:
        PledgeKeyReusedError: the key stands for a pledge of other content.
        CampaignNotOpenError: the campaign takes no pledges now.
        PledgeAmountError: too small or too large.
        CollectionCeilingError: the collection has no room for it.
        RewardNotOfferedError, RewardPriceError, RewardSoldOutError: it cannot have its reward.
        InvalidInputError: the e-mail address cannot be one, or the currency is another.
    """
    asked = {"campaign_id": request.campaign_id, "key": request.key}
    ((known_id, *row),) = _ASKED.rows(session, asked)
    if known_id:
        return _known(session, request)
    campaign = CAMPAIGN_ALONE.of(session, row)
    limits.ensure_amount(request.amount)
    email = checked_email(request.email)
    limits.ensure_takes(session, campaign, request.amount, now=now)
    rewards.ensure_offered(
        session, request.reward_id, campaign_id=campaign.id, amount=request.amount
    )
    pledge = Pledge(
        id=new_id("plg", now),
        campaign_id=campaign.id,
        campaign=campaign,
        key=request.key,
        request_hash=request.fingerprint,
        token=new_secret(),
        status=PledgeStatus.PREPARED,
        amount_cents=request.amount.cents,
        currency=request.amount.currency,
        backer=backer_of(email),
        email=email,
        name=request.name,
        is_name_shown=request.is_name_shown,
        message=request.message,
        reward_id=request.reward_id,
        language=request.language,
        gateway=gateway,
        made_at=now,
    )
    if not writing.put(session, pledge, unless=("campaign_id", "key")):
        # The other click of a double click was faster.
        return _known(session, request)
    history.start(session, pledge, now=now)
    return pledge


def record_card_saved(
    session: Session, pledge_id: str, saved: CardSaved, *, now: datetime
) -> Pledge:
    """Let a pledge stand: booked, matched under the rule in force, confirmed by letter.

    Doing it twice changes nothing.

    Raises:
        CampaignNotOpenError: the campaign ended while the card was being saved.
        CollectionCeilingError: others took the last room meanwhile.
        RewardSoldOutError: others took the last piece of its reward meanwhile.
        IllegalMoveError: the card was declined before.
    """
    campaign, pledge = locked_pledge(session, pledge_id)
    if pledge.status not in UNCONFIRMED | {PledgeStatus.DECLINED}:
        return pledge
    ensure_move(PLEDGE_MOVES, current=pledge.status, target=PledgeStatus.STANDING)
    limits.ensure_takes(session, campaign, pledge.amount, now=now)
    rewards.take(session, pledge)
    promised = promising.book(session, campaign, pledge, now=now)
    ceilings.stop_when_full(session, campaign, now=now)
    pledge.card_token = saved.token
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.STANDING, now=now)
    writing.save(session, pledge)
    # Where the card is charged at once, the letter tells that it was.
    if campaign.kind == CampaignKind.ALL_OR_NOTHING:
        letters.enqueue(session, "pledge_receipt", pledge, now=now, match_cents=promised.cents)
    return pledge


def record_authentication_needed(
    session: Session, pledge_id: str, needed: AuthenticationNeeded, *, now: datetime
) -> Pledge:
    """Keep a pledge waiting until its backer has been to the bank's page."""
    _campaign, pledge = locked_pledge(session, pledge_id)
    if pledge.status == PledgeStatus.PREPARED:
        pledge.authentication_reference = needed.reference
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.AUTHENTICATING, now=now)
    return pledge


def record_pledge_declined(
    session: Session, pledge_id: str, *, reason: str, now: datetime
) -> Pledge:
    """Close a pledge whose card was not accepted, or for which there was no room any more."""
    _campaign, pledge = locked_pledge(session, pledge_id)
    if pledge.status in UNCONFIRMED:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.DECLINED, now=now, note=reason)
    return pledge


def withdraw_pledge(session: Session, pledge_id: str, *, now: datetime) -> Pledge:
    """Take a pledge back before the deadline, and its match with it; twice changes nothing.

    One that waits for a bank transfer can be taken back as long as it waits.

    Raises:
        PledgeNotWithdrawableError: it never stood, or the campaign has ended.
    """
    campaign, pledge = locked_pledge(session, pledge_id)
    if pledge.status == PledgeStatus.WITHDRAWN:
        return pledge
    if not may_be_withdrawn(pledge, campaign, now=now):
        raise PledgeNotWithdrawableError(pledge=pledge.id, status=pledge.status)
    if pledge.status == PledgeStatus.STANDING:
        take_back(session, pledge, PledgeStatus.WITHDRAWN, now=now)
    else:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.WITHDRAWN, now=now)
    letters.enqueue(session, "pledge_withdrawn", pledge, now=now)
    return pledge


def may_be_withdrawn(pledge: Pledge, campaign: Campaign, *, now: datetime) -> bool:
    """Tell whether a pledge can be taken back now: nothing has been paid of it."""
    if pledge.status == PledgeStatus.AWAITING_TRANSFER:
        return True
    return pledge.status == PledgeStatus.STANDING and is_withdrawable(campaign, now=now)


def is_withdrawable(campaign: Campaign, *, now: datetime) -> bool:
    """Tell whether pledges to a campaign can be taken back: none has been charged yet."""
    return (
        campaign.kind == CampaignKind.ALL_OR_NOTHING
        and campaign.status == CampaignStatus.OPEN
        and now < campaign.deadline_at
    )


def take_back(
    session: Session,
    pledge: Pledge,
    target: PledgeStatus,
    *,
    now: datetime,
    note: str | None = None,
) -> None:
    """Reverse a standing pledge together with its match; the caller holds the campaign."""
    history.move(session, pledge, PLEDGE_MOVES, target, now=now, note=note)
    rewards.give_back(session, pledge)
    reverse_promise(session, pledge, now=now)


def reverse_promise(session: Session, pledge: Pledge, *, now: datetime) -> None:
    """Reverse the entry of a pledge and its match; the caller says what becomes of the pledge."""
    assert pledge.entry_id is not None
    ledger.reverse(
        session,
        pledge.entry_id,
        # By entry, since a pledge whose amount was changed has had several.
        key=f"pledge_made_reversed:{pledge.entry_id}",
        effective_on=helsinki_date(now),
        now=now,
    )


def locked_pledge(session: Session, pledge_id: str) -> tuple[Campaign, Pledge]:
    """Lock a pledge and, before it, its campaign; gives both as they are now."""
    (row,) = _LOCKED.rows(session, {"pledge_id": pledge_id})
    parts = len(_PLEDGE.columns)
    pledge, campaign = _PLEDGE.of(session, row[:parts]), CAMPAIGN_ALONE.of(session, row[parts:])
    set_committed_value(pledge, "campaign", campaign)
    return campaign, pledge


def _known(session: Session, request: PledgeRequest) -> Pledge:
    asked = {"campaign_id": request.campaign_id, "key": request.key}
    known = session.scalars(_KNOWN, asked).one()
    if known.request_hash != request.fingerprint:
        raise PledgeKeyReusedError(key=request.key)
    return known
