"""Reading campaigns: their pages, their totals, their pledges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from grantengine.campaigns import chart
from grantengine.campaigns.lifecycle import (
    COUNTED,
    ENDED,
    HIDDEN,
    STOOD_AT_DEADLINE,
    CampaignStatus,
    PledgeStatus,
)
from grantengine.campaigns.match_models import PledgeMatch
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.errors import NotFoundError
from grantengine.ledger import queries as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money, total
from grantengine.often import Often
from grantengine.programme.models import Experiment

PAGE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Totals:
    """The four honest totals of a campaign, all read from the ledger.

    Attributes:
        pledged: by backers, and still standing or charged.
        collected: charged, the provider's fees included.
        matched: promised or paid by the match pot.
        paid_out: sent to the experiment, private and public money together.
    """

    pledged: Money
    collected: Money
    matched: Money
    paid_out: Money


_EXPERIMENT = joinedload(Campaign.experiment)
_WITH_EXPERIMENT = (
    _EXPERIMENT.joinedload(Experiment.organisation),
    _EXPERIMENT.joinedload(Experiment.region),
    _EXPERIMENT.joinedload(Experiment.municipality),
)
# Written once, since every page or pledge asks them: building one costs more than sending it.
_BY_SLUG = (
    sa.select(Campaign).options(*_WITH_EXPERIMENT).where(Campaign.slug == sa.bindparam("slug"))
)
_SHOWN = (
    sa.select(Pledge)
    .where(
        Pledge.campaign_id == sa.bindparam("campaign_id"),
        Pledge.status.in_(COUNTED),
        Pledge.is_name_shown | Pledge.message.is_not(None),
    )
    .order_by(Pledge.id.desc())
    .limit(sa.bindparam("most"))
)
# A story may have as many letters as a book has pages, and no pledge reads it.
CAMPAIGN_ALONE = Loaded(Campaign, without=("story",))
_ALONE = Often(sa.select(*CAMPAIGN_ALONE.columns).where(Campaign.slug == sa.bindparam("slug")))
_BACKERS_OF = (
    sa.select(Pledge.campaign_id, sa.func.count(Pledge.backer.distinct()))
    .where(
        Pledge.campaign_id.in_(sa.bindparam("campaign_ids", expanding=True)),
        Pledge.status.in_(COUNTED),
    )
    .group_by(Pledge.campaign_id)
)


def campaign_by_slug(session: Session, slug: str) -> Campaign:
    """Find a campaign for its page, with its experiment, organisation and place.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(_BY_SLUG, {"slug": slug}).first()
    if found is None:
        raise NotFoundError(kind="campaign", slug=slug)
    return found


def campaign_alone(session: Session, slug: str) -> Campaign:
    """Find a campaign by its slug, without its experiment and story, which are loaded when asked for.

    Raises:
        NotFoundError: there is none.
    """
    found = CAMPAIGN_ALONE.found(session, _ALONE, {"slug": slug})
    if not found:
        raise NotFoundError(kind="campaign", slug=slug)
    return found[0]


def campaigns(
    session: Session,
    *,
    words: str | None = None,
    region_code: str | None = None,
    statuses: Sequence[CampaignStatus] = (),
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Sequence[Campaign]:
    """List campaigns that have been opened, newest first.

    Args:
        session: any session.
        words: only with all of these words in the title or summary.
        region_code: only of experiments in this region.
        statuses: only in one of these; empty means any that has been opened.
        after: id of the last campaign of the page before.
        limit: at most this many.
    """
    query = sa.select(Campaign).join(Campaign.experiment).options(*_WITH_EXPERIMENT)
    query = query.where(Campaign.status.not_in(HIDDEN))
    if statuses:
        query = query.where(Campaign.status.in_(statuses))
    if region_code:
        query = query.where(Experiment.region_code == region_code)
    for word in (words or "").split():
        query = query.where(
            Campaign.title.icontains(word, autoescape=True)
            | Campaign.summary.icontains(word, autoescape=True)
        )
    if after is not None:
        query = query.where(Campaign.id < after)
    return session.scalars(query.order_by(Campaign.id.desc()).limit(limit)).all()


def open_campaigns(session: Session, *, limit: int = PAGE_SIZE) -> Sequence[Campaign]:
    """List the campaigns that take pledges, the one that ends first before the others."""
    query = sa.select(Campaign).options(*_WITH_EXPERIMENT)
    query = query.where(Campaign.status == CampaignStatus.OPEN)
    return session.scalars(query.order_by(Campaign.deadline_at, Campaign.id).limit(limit)).all()


def campaigns_of_experiment(session: Session, experiment_id: str) -> Sequence[Campaign]:
    """List the campaigns of an experiment, newest first, drafts too."""
    query = sa.select(Campaign).where(Campaign.experiment_id == experiment_id)
    return session.scalars(query.order_by(Campaign.id.desc())).all()


def campaigns_to_settle(session: Session, *, now: datetime) -> Sequence[str]:
    """List the ids of campaigns whose deadline has passed and whose settling is not done."""
    query = sa.select(Campaign.id).where(
        Campaign.status.in_((CampaignStatus.OPEN, *sorted(ENDED))),
        Campaign.deadline_at <= now,
    )
    return session.scalars(query.order_by(Campaign.deadline_at, Campaign.id)).all()


def campaign_counts(session: Session) -> dict[CampaignStatus, int]:
    """Count campaigns by status."""
    query = sa.select(Campaign.status, sa.func.count()).group_by(Campaign.status)
    found = {CampaignStatus(status): count for status, count in session.execute(query)}
    return {status: found.get(status, 0) for status in CampaignStatus}


def totals(session: Session, campaign_id: str) -> Totals:
    """Read the four totals of one campaign."""
    return totals_of(session, [campaign_id])[campaign_id]


def totals_of(session: Session, campaign_ids: Sequence[str]) -> dict[str, Totals]:
    """Read the four totals of several campaigns in one query; of a draft all are zero."""
    wanted = [code for each in campaign_ids for code in _accounts_of_totals(each)]
    found = ledger.balances(session, wanted) if wanted else {}
    return {each: _totals(found, each) for each in campaign_ids}


def backer_counts(session: Session, campaign_ids: Sequence[str]) -> dict[str, int]:
    """Count the different backers whose pledges count, of several campaigns in one query."""
    rows = session.execute(_BACKERS_OF, {"campaign_ids": list(campaign_ids)})
    found = {row[0]: row[1] for row in rows}
    return {each: found.get(each, 0) for each in campaign_ids}


def shown_pledges(session: Session, campaign_id: str, *, limit: int = 12) -> Sequence[Pledge]:
    """List the newest pledges that count and whose backers are named or left a message."""
    return session.scalars(_SHOWN, {"campaign_id": campaign_id, "most": limit}).all()


def pledge_by_token(session: Session, token: str) -> Pledge:
    """Find the pledge that a backer's link manages, with its campaign and its matches.

    Raises:
        NotFoundError: there is none.
    """
    query = (
        sa.select(Pledge)
        .options(
            joinedload(Pledge.campaign).joinedload(Campaign.experiment),
            selectinload(Pledge.matches).joinedload(PledgeMatch.rule),
        )
        .where(Pledge.token == token)
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(kind="pledge")
    return found


def pledge_counts(session: Session, campaign_id: str) -> dict[PledgeStatus, int]:
    """Count the pledges of a campaign by status."""
    query = (
        sa.select(Pledge.status, sa.func.count())
        .where(Pledge.campaign_id == campaign_id)
        .group_by(Pledge.status)
    )
    found = {PledgeStatus(status): count for status, count in session.execute(query)}
    return {status: found.get(status, 0) for status in PledgeStatus}


def pledged_at_deadline(session: Session, campaign_ids: Sequence[str]) -> dict[str, Money]:
    """Add up the pledges that stood when settled campaigns ended, whatever became of them.

    The ledger's totals have been corrected since; this is what the outcomes were decided on.
    """
    query = (
        sa.select(Pledge.campaign_id, sa.func.sum(Pledge.amount_cents))
        .where(Pledge.campaign_id.in_(campaign_ids), Pledge.status.in_(STOOD_AT_DEADLINE))
        .group_by(Pledge.campaign_id)
    )
    found = {row[0]: Money(int(row[1])) for row in session.execute(query)}
    return {each: found.get(each, Money(0)) for each in campaign_ids}


def _accounts_of_totals(campaign_id: str) -> list[str]:
    return [
        chart.made(campaign_id),
        chart.kept(campaign_id),
        chart.fees(campaign_id),
        chart.delivered(campaign_id),
        chart.lost(campaign_id),
        *chart.match_stages(campaign_id),
    ]


def _totals(found: dict[str, Money], campaign_id: str) -> Totals:
    def of(*codes: str) -> Money:
        return total(found.get(code, Money(0)) for code in codes)

    delivered = chart.delivered(campaign_id)
    return Totals(
        pledged=of(chart.made(campaign_id)),
        collected=of(chart.kept(campaign_id), chart.fees(campaign_id), delivered)
        - of(chart.lost(campaign_id)),
        matched=of(*chart.match_stages(campaign_id)),
        paid_out=of(delivered, chart.match_stages(campaign_id)[-1]),
    )
