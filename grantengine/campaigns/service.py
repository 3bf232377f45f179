"""Making campaigns: drafting, changing and opening one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns import chart, discovery
from grantengine.campaigns.legality import Terms, ceiling_of, ensure_lawful
from grantengine.campaigns.lifecycle import (
    CAMPAIGN_MOVES,
    CampaignKind,
    CampaignStatus,
    LegalKind,
)
from grantengine.campaigns.models import Campaign
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.programme.models import Experiment
from grantengine.programme.slugs import free_slug
from grantengine.transitions import ensure_move

# Written once, since every pledge asks it: building a statement costs more than sending it.
_LOCKED = (
    sa.select(Campaign)
    .where(Campaign.id == sa.bindparam("campaign_id"))
    # Whoever only points at it, as a new pledge does, need not wait.
    .with_for_update(of=Campaign, key_share=True)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What a campaign is to be.

    Attributes:
        title, summary, story: in `language`; the story is Markdown.
        translations: the same in other languages, `{"sv": {"title": …}}`.
        goal: positive.
        opens_at, deadline_at: aware instants.
        payee_name, payee_iban: who gets the money; the IBAN has been checked at the door.
        kind: when backers are charged; fixed when it is opened.
        legal_kind, legal_number: the law it stands on, and the collection's or permit's number.
    """

    title: str
    summary: str
    story: str
    language: str
    goal: Money
    opens_at: datetime
    deadline_at: datetime
    payee_name: str
    payee_iban: str
    kind: CampaignKind = CampaignKind.ALL_OR_NOTHING
    legal_kind: LegalKind = LegalKind.REWARD
    legal_number: str | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def draft_campaign(
    session: Session,
    plan: CampaignPlan,
    *,
    experiment_id: str,
    now: datetime,
    actor_id: str | None = None,
    campaign_id: str | None = None,
) -> Campaign:
    """Make a campaign that nobody but its makers sees yet.

    Args:
        session: the transaction.
        plan: what the campaign is to be.
        experiment_id: what it is for.
        now: the present instant.
        actor_id: who makes it.
        campaign_id: the id that was kept for it: sent twice, it changes the draft that it
            made the first time. A new id when None.

    Raises:
        CampaignTermsError: the plan breaks a rule of its legal kind.
        IllegalMoveError: the draft that was made the first time is open.
    """
    if campaign_id is not None:
        # One row held, so that two clicks at once come one after the other.
        held = {"key_share": True, "of": Experiment}
        session.get_one(Experiment, experiment_id, with_for_update=held)
        if session.get(Campaign, campaign_id) is not None:
            return change_draft(session, campaign_id, plan, now=now)
    campaign = Campaign(
        id=campaign_id or new_id("cmp", now),
        slug=free_slug(session, Campaign.slug, plan.title, otherwise="campaign"),
        experiment_id=experiment_id,
        kind=plan.kind,
        status=CampaignStatus.DRAFT,
        created_at=now,
    )
    _fill(session, campaign, plan, now=now)
    session.add(campaign)
    session.flush()  # Its words, its history and its pledges point at it.
    discovery.keep_words(session, campaign)
    history.start(session, campaign, now=now, actor_id=actor_id)
    return campaign


def change_draft(
    session: Session, campaign_id: str, plan: CampaignPlan, *, now: datetime
) -> Campaign:
    """Change a campaign that has not been opened.

    Raises:
        IllegalMoveError: it is open already; what backers pledged to stays as they saw it.
        CampaignTermsError: the plan breaks a rule of its legal kind.
    """
    campaign = locked_campaign(session, campaign_id)
    ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.OPEN)
    _fill(session, campaign, plan, now=now)
    discovery.keep_words(session, campaign)
    return campaign


def open_campaign(
    session: Session, campaign_id: str, *, now: datetime, actor_id: str | None = None
) -> Campaign:
    """Open a campaign to backers, with its accounts in the ledger.

    Raises:
        IllegalMoveError: it is not a draft.
        CampaignTermsError: time or law does not allow it any more.
    """
    campaign = locked_campaign(session, campaign_id)
    terms = Terms(
        legal_kind=LegalKind(campaign.legal_kind),
        legal_number=campaign.legal_number,
        goal=campaign.goal,
        opens_at=campaign.opens_at,
        deadline_at=campaign.deadline_at,
        region_code=campaign.experiment.region_code,
    )
    ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.OPEN)
    ensure_lawful(terms, now=now)
    ledger.open_accounts(session, chart.campaign_accounts(campaign.id), now=now)
    history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.OPEN, now=now, actor_id=actor_id)
    return campaign


def locked_campaign(session: Session, campaign_id: str) -> Campaign:
    """Load a campaign and hold it: whatever changes its pledges begins with this lock."""
    return session.scalars(_LOCKED, {"campaign_id": campaign_id}).one()


def _fill(session: Session, campaign: Campaign, plan: CampaignPlan, *, now: datetime) -> None:
    experiment = session.get_one(Experiment, campaign.experiment_id)
    terms = Terms(
        legal_kind=plan.legal_kind,
        legal_number=plan.legal_number,
        goal=plan.goal,
        opens_at=plan.opens_at,
        deadline_at=plan.deadline_at,
        region_code=experiment.region_code,
    )
    ensure_lawful(terms, now=now)
    ceiling = ceiling_of(plan.legal_kind)
    campaign.kind = plan.kind
    campaign.legal_kind = plan.legal_kind
    campaign.legal_number = plan.legal_number
    campaign.ceiling_cents = _cents(ceiling)
    campaign.goal_cents = plan.goal.cents
    campaign.currency = plan.goal.currency
    campaign.opens_at = plan.opens_at
    campaign.deadline_at = plan.deadline_at
    campaign.language = plan.language
    campaign.title = plan.title
    campaign.summary = plan.summary
    campaign.story = plan.story
    campaign.translations = {code: dict(texts) for code, texts in plan.translations.items()}
    campaign.payee_name = plan.payee_name
    campaign.payee_iban = plan.payee_iban


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents
