"""Making campaigns: drafting, changing and opening one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history, writing
from grantengine.campaigns import chart, discovery
from grantengine.campaigns.legality import (
    LegalFacts,
    Terms,
    ceiling_of,
    ensure_lawful,
    ensure_sells,
    ensure_within_year,
)
from grantengine.campaigns.lifecycle import (
    CAMPAIGN_MOVES,
    HIDDEN,
    CampaignKind,
    CampaignStatus,
    LegalKind,
)
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.rewards import reward_count
from grantengine.clock import HELSINKI
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often
from grantengine.programme.models import Experiment, Organisation
from grantengine.programme.slugs import free_slug
from grantengine.transitions import ensure_move

# Written once, since every pledge asks it: building a statement costs more than sending it.
_CAMPAIGN = Loaded(Campaign)
_LOCKED = Often(
    sa.select(*_CAMPAIGN.columns)
    .where(Campaign.id == sa.bindparam("campaign_id"))
    # Whoever only points at it, as a new pledge does, need not wait.
    .with_for_update(of=Campaign, key_share=True)
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
        legal_kind, legal: the law it stands on, and what the authorities know of it.
        optimum: what it would do best with, None when the goal says it all.
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
    legal: LegalFacts = field(default_factory=LegalFacts)
    optimum: Money | None = None
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
        experiment=session.get_one(Experiment, experiment_id),
        kind=plan.kind,
        status=CampaignStatus.DRAFT,
        created_at=now,
    )
    _fill(campaign, plan, now=now)
    writing.put(session, campaign)
    discovery.keep_first_words(session, campaign)
    history.start(session, campaign, now=now, actor_id=actor_id)
    return campaign


def change_draft(
    session: Session, campaign_id: str, plan: CampaignPlan, *, now: datetime
) -> Campaign:
    """Change a campaign that has not been opened; one that was checked is a draft again.

    Raises:
        IllegalMoveError: it is open already; what backers pledged to stays as they saw it.
        CampaignTermsError: the plan breaks a rule of its legal kind.
    """
    campaign = draft_again(session, campaign_id, now=now)
    _fill(campaign, plan, now=now)
    discovery.keep_words(session, campaign)
    return campaign


def draft_again(session: Session, campaign_id: str, *, now: datetime) -> Campaign:
    """Hold a campaign that is about to be changed; whatever a steward checked is checked anew.

    Raises:
        IllegalMoveError: it is open already; what backers pledged to stays as they saw it.
    """
    campaign = locked_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.DRAFT:
        history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.DRAFT, now=now)
    campaign.check_asked_at = None
    return campaign


def open_campaign(
    session: Session, campaign_id: str, *, now: datetime, actor_id: str | None = None
) -> Campaign:
    """Open a checked campaign to backers, with its accounts in the ledger.

    Raises:
        IllegalMoveError: it has not been checked.
        CampaignTermsError: time or law does not allow it any more.
    """
    campaign = locked_campaign(session, campaign_id)
    ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.OPEN)
    ensure_ready(session, campaign, now=now)
    campaign.opens_at = max(campaign.opens_at, now)
    ledger.open_accounts(session, chart.campaign_accounts(campaign.id), now=now)
    history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.OPEN, now=now, actor_id=actor_id)
    return campaign


def ensure_ready(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Let a campaign pass that could open; its organiser is held, so that none opens a third.

    Raises:
        CampaignTermsError: names the field and the reason.
    """
    legal_kind = LegalKind(campaign.legal_kind)
    ensure_lawful(_terms(campaign), now=now)
    ensure_sells(legal_kind, rewards=reward_count(session, campaign.id))
    if legal_kind is LegalKind.SMALL_SCALE_COLLECTION:
        ensure_within_year(legal_kind, others_this_year=_others_this_year(session, campaign))


def locked_campaign(session: Session, campaign_id: str) -> Campaign:
    """Load a campaign and hold it: whatever changes its pledges begins with this lock."""
    (campaign,) = _CAMPAIGN.found(session, _LOCKED, {"campaign_id": campaign_id})
    return campaign


def _fill(campaign: Campaign, plan: CampaignPlan, *, now: datetime) -> None:
    campaign.kind = plan.kind
    campaign.legal_kind = plan.legal_kind
    campaign.legal_number = plan.legal.number
    for name in ("notified_on", "starts_on", "ends_on", "area"):
        setattr(campaign, f"legal_{name}", getattr(plan.legal, name))
    campaign.purpose = plan.legal.purpose
    campaign.secondary_purpose = plan.legal.secondary_purpose
    campaign.ceiling_cents = _cents(ceiling_of(plan.legal_kind))
    campaign.optimum_cents = _cents(plan.optimum)
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
    ensure_lawful(_terms(campaign), now=now)


def _terms(campaign: Campaign) -> Terms:
    return Terms(
        legal_kind=LegalKind(campaign.legal_kind),
        facts=LegalFacts(
            number=campaign.legal_number,
            notified_on=campaign.legal_notified_on,
            starts_on=campaign.legal_starts_on,
            ends_on=campaign.legal_ends_on,
            area=campaign.legal_area,
            purpose=campaign.purpose,
            secondary_purpose=campaign.secondary_purpose,
        ),
        goal=campaign.goal,
        optimum=campaign.optimum,
        opens_at=campaign.opens_at,
        deadline_at=campaign.deadline_at,
        region_code=campaign.experiment.region_code,
    )


def _others_this_year(session: Session, campaign: Campaign) -> int:
    """Count the organiser's other small-scale collections that begin in the same year."""
    organisation_id = campaign.experiment.organisation_id
    held = {"key_share": True, "of": Organisation}
    session.get_one(Organisation, organisation_id, with_for_update=held)
    begins = (
        sa.select(Campaign.opens_at)
        .join(Campaign.experiment)
        .where(
            Experiment.organisation_id == organisation_id,
            Campaign.legal_kind == LegalKind.SMALL_SCALE_COLLECTION,
            Campaign.status.not_in(HIDDEN),
            Campaign.id != campaign.id,
        )
    )
    year = campaign.opens_at.astimezone(HELSINKI).year
    return sum(each.astimezone(HELSINKI).year == year for each in session.scalars(begins))


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents
