"""Version 1 of the API: campaigns, experiments, learnings and the money, to be read."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from grantengine.campaigns import queries as campaigns
from grantengine.campaigns.lifecycle import HIDDEN, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.rewards import rewards_by_campaign
from grantengine.errors import NotFoundError
from grantengine.learnings import queries as learnings
from grantengine.learnings.lifecycle import Result
from grantengine.ledger import queries as ledger
from grantengine.ledger import seals
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.programme.lifecycle import Tier
from grantengine.programme.queries import EnvelopeBudget
from grantengine.web import overview
from grantengine.web.database import reader
from grantengine.web.paging import Identified
from grantengine.web.runtime import now
from grantengine.web.schemas.budget import BudgetSchema
from grantengine.web.schemas.campaigns import (
    CampaignPageSchema,
    CampaignQuerySchema,
    CampaignSchema,
)
from grantengine.web.schemas.experiments import (
    ExperimentPageSchema,
    ExperimentQuerySchema,
    ExperimentSchema,
    LearningPageSchema,
    LearningQuerySchema,
    LearningSchema,
)
from grantengine.web.schemas.seals import HIGHEST_NUMBER, SealPageSchema, SealQuerySchema

View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("api", __name__, url_prefix="/api/v1", description="To be read by programs.")


def _list(path: str, *, query: type[Schema], answer: type[Schema]) -> Callable[[View], View]:
    def make(view: View) -> View:
        decorated = bp.response(200, answer)(view)
        decorated = bp.arguments(query, location="query", unknown=RAISE)(decorated)
        decorated = bp.doc(operationId=view.__name__)(decorated)
        return bp.route(path)(decorated)  # type: ignore[no-any-return]  # smorest ships no types

    return make


def _one(path: str, *, answer: type[Schema]) -> Callable[[View], View]:
    def make(view: View) -> View:
        decorated = bp.response(200, answer)(view)
        decorated = bp.alt_response(404, "NOT_FOUND")(decorated)
        decorated = bp.doc(operationId=view.__name__)(decorated)
        return bp.route(path)(decorated)  # type: ignore[no-any-return]  # smorest ships no types

    return make


@_list("/campaigns", query=CampaignQuerySchema, answer=CampaignPageSchema)
def list_campaigns(query: dict[str, Any]) -> dict[str, Any]:
    """List campaigns that have been opened, newest first."""
    found = campaigns.campaigns(
        reader(),
        statuses=[CampaignStatus(query["status"])] if "status" in query else (),
        after=query.get("after"),
        limit=query["limit"] + 1,
    )
    page = _page(found, query["limit"])
    return page | {"items": _campaigns(page["items"])}


@_one("/campaigns/<string:slug>", answer=CampaignSchema)
def show_campaign(slug: str) -> dict[str, Any]:
    """Give one campaign with its four totals."""
    campaign = campaigns.campaign_by_slug(reader(), slug)
    if campaign.status in HIDDEN:
        raise NotFoundError(kind="campaign", slug=slug)
    return _campaigns([campaign])[0]


@_list("/experiments", query=ExperimentQuerySchema, answer=ExperimentPageSchema)
def list_experiments(query: dict[str, Any]) -> dict[str, Any]:
    """List experiments, newest first."""
    found = programme.experiments(
        reader(),
        tier=Tier(query["tier"]) if "tier" in query else None,
        region_code=query.get("region_code"),
        after=query.get("after"),
        limit=query["limit"] + 1,
    )
    return _page(found, query["limit"])


@_one("/experiments/<string:slug>", answer=ExperimentSchema)
def show_experiment(slug: str) -> object:
    """Give one experiment."""
    return programme.experiment_by_slug(reader(), slug)


@_list("/learnings", query=LearningQuerySchema, answer=LearningPageSchema)
def list_learnings(query: dict[str, Any]) -> dict[str, Any]:
    """List published learnings, newest first."""
    found = learnings.learnings(
        reader(),
        words=query.get("words"),
        result=Result(query["result"]) if "result" in query else None,
        after=query.get("after"),
        limit=query["limit"] + 1,
    )
    return _page(found, query["limit"])


@_one("/learnings/<string:slug>", answer=LearningSchema)
def show_learning(slug: str) -> object:
    """Give the published learning of the experiment with this slug."""
    return learnings.published_learning(reader(), slug)


@_one("/money", answer=BudgetSchema)
def show_money() -> dict[str, Any]:
    """Give the appropriation by envelope and stage, and what the crowd has added."""
    session = reader()
    budget = programme.budget(session)
    lines = ledger.trial_balance(session)
    return {
        "programme": programme.current_programme(session).slug,
        "read_at": now(),
        "appropriated": budget.appropriated,
        "unallotted": budget.unallotted,
        "envelopes": [_envelope(each) for each in budget.envelopes],
        "stages": {stage: budget.stage_total(stage) for stage in Stage},
        "funded_envelopes": [
            {**_envelope(each), "funder": each.envelope.funder.name}
            for each in budget.funded
            if each.envelope.funder
        ],
        "campaigns": overview.crowd_totals(lines),
        "ledger": overview.trial_totals(lines),
    }


def _envelope(each: EnvelopeBudget) -> dict[str, Any]:
    return {
        "code": each.envelope.code,
        "names": each.envelope.names,
        "grants_target": each.envelope.grants_target,
        "allotted": each.allotted,
        "stages": each.stages,
    }


@_list("/money/seals", query=SealQuerySchema, answer=SealPageSchema)
def list_seals(query: dict[str, Any]) -> dict[str, Any]:
    """List the seals of the ledger, newest first."""
    found = seals.newest_seals(
        reader(), before=query.get("after", HIGHEST_NUMBER), limit=query["limit"] + 1
    )
    items = found[: query["limit"]]
    return {"items": items, "next_cursor": items[-1].number if len(found) > len(items) else None}


_CAMPAIGN_FIELDS = (
    "id", "slug", "status", "title", "summary", "language",
    "experiment", "kind", "outcome", "legal_kind", "legal_number", "goal", "optimum",
    "opens_at", "deadline_at",
)  # fmt: skip


def _page(found: Sequence[Identified], limit: int) -> dict[str, Any]:
    """Cut the one row too many off and name the cursor of the next page."""
    items = found[:limit]
    return {"items": items, "next_cursor": items[-1].id if len(found) > limit else None}


def _campaigns(found: Sequence[Campaign]) -> list[dict[str, Any]]:
    ids = [each.id for each in found]
    sums, sold = campaigns.totals_of(reader(), ids), rewards_by_campaign(reader(), ids)
    return [
        {name: getattr(each, name) for name in _CAMPAIGN_FIELDS}
        | {"legal": each, "rewards": sold[each.id], "totals": sums[each.id]}
        for each in found
    ]
