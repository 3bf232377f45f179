"""What the page of one campaign shows: gathered in a number of queries that never grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.campaigns import charging, queries
from grantengine.campaigns.content import Content, content_of
from grantengine.campaigns.lifecycle import ENDED, CampaignStatus, LegalKind, Outcome
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.money import Money
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.web.labels.campaigns import LEGAL_NUMBERS
from grantengine.web.match_page import MatchSection, Receipt, match_section, results_of


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Everything about a campaign but the campaign itself.

    Attributes:
        takes_pledges: whether somebody can pledge now.
        backers: how many different ones.
        shown: the newest pledges with a name or a message.
        match: the match rules in force and what they would do; None when nobody can pledge.
        results: what rules gave at the close; empty before.
        learning_slug: where the experiment's published learning is told.
        legal_number: of the collection or permit, with its name; shown with every appeal.
        pledged_at_deadline: what stood pledged when the campaign ended; None before.
        retries: the declined cards that are tried again; None when none is.
        content: its rewards, budget, team and pictures.
    """

    totals: queries.Totals
    takes_pledges: bool
    backers: int
    shown: Sequence[Pledge]
    match: MatchSection | None
    results: Sequence[Receipt]
    learning_slug: str | None
    legal_number: str | None
    legal_number_name: str
    pledged_at_deadline: Money | None
    retries: charging.RetriesAhead | None
    content: Content


def campaign_page(
    session: Session, campaign: Campaign, *, now: datetime, asked: Money | None = None
) -> CampaignPage:
    """Gather the page of a campaign; `asked` is a pledge that a visitor only asks about."""
    takes_pledges = can_be_pledged_to(campaign, now=now)
    return CampaignPage(
        totals=queries.totals(session, campaign.id),
        takes_pledges=takes_pledges,
        backers=queries.backer_counts(session, [campaign.id])[campaign.id],
        shown=queries.shown_pledges(session, campaign.id),
        match=match_section(session, campaign, now=now, asked=asked) if takes_pledges else None,
        results=results_of(session, campaign) if campaign.settled_at else [],
        learning_slug=_learning_slug(campaign),
        legal_number=campaign.legal_number,
        legal_number_name=str(LEGAL_NUMBERS.get(LegalKind(campaign.legal_kind), "")),
        pledged_at_deadline=_pledged_at_deadline(session, campaign),
        retries=_retries(session, campaign),
        content=content_of(session, campaign.id),
    )


def can_be_pledged_to(campaign: Campaign, *, now: datetime) -> bool:
    """Tell whether somebody can pledge at this moment."""
    is_open = campaign.status == CampaignStatus.OPEN
    return is_open and campaign.opens_at <= now < campaign.deadline_at


def _learning_slug(campaign: Campaign) -> str | None:
    """Give the experiment's slug once its learning is out, which is what LEARNED says."""
    is_told = campaign.experiment.status == ExperimentStatus.LEARNED
    return campaign.experiment.slug if is_told else None


def _retries(session: Session, campaign: Campaign) -> charging.RetriesAhead | None:
    return charging.retries_ahead(session, campaign.id) if campaign.status in ENDED else None


def _pledged_at_deadline(session: Session, campaign: Campaign) -> Money | None:
    if campaign.settled_at is None:
        return None
    return queries.pledged_at_deadline(session, [campaign.id])[campaign.id]


def released_pledges(session: Session, campaigns: Sequence[Campaign]) -> dict[str, Money]:
    """Tell what each failed campaign had been pledged at its end; its totals are zero since."""
    failed = [each.id for each in campaigns if each.outcome == Outcome.FAILED]
    return queries.pledged_at_deadline(session, failed) if failed else {}
