"""Reading what passes between a team and its crowd."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.campaigns.crowd_lifecycle import HelpKind, OfferStatus, QuestionStatus
from grantengine.campaigns.crowd_models import CampaignUpdate, Need, Offer, Question
from grantengine.campaigns.models import Campaign
from grantengine.errors import NotFoundError
from grantengine.programme.models import Experiment

# How many of each the campaign's own page shows.
SHOWN = 3


class Said(StrEnum):
    """What kind of thing was said."""

    UPDATE = "update"
    QUESTION = "question"
    NEED = "need"


@dataclass(frozen=True, slots=True)
class Saying:
    """Something said on a campaign's page.

    Attributes:
        heading: title of an update, name of who asked, kind of help that is needed.
        text: of the update, the question or the need.
        answer: to a question; else empty.
    """

    said: Said
    id: str
    at: datetime
    language: str
    heading: str
    text: str
    answer: str


def latest_sayings(session: Session, campaign_id: str) -> dict[Said, list[Saying]]:
    """Give the newest updates and answers and what is still needed, all in one query."""
    found: dict[Said, list[Saying]] = {said: [] for said in Said}
    for row in session.execute(_LATEST, {"campaign_id": campaign_id}):
        saying = Saying(Said(row[0]), *row[1:])
        found[saying.said].append(saying)
    return found


def updates_of(
    session: Session, campaign_id: str, *, after: str | None = None, limit: int
) -> Sequence[CampaignUpdate]:
    """List the updates of a campaign, newest first; after the one with this id."""
    query = sa.select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign_id)
    if after is not None:
        query = query.where(CampaignUpdate.id < after)
    return session.scalars(query.order_by(CampaignUpdate.id.desc()).limit(limit)).all()


def questions_of(
    session: Session,
    campaign_id: str,
    status: QuestionStatus,
    *,
    after: str | None = None,
    limit: int,
) -> Sequence[Question]:
    """List the questions of a campaign in one status, newest first."""
    query = sa.select(Question).where(
        Question.campaign_id == campaign_id, Question.status == status
    )
    if after is not None:
        query = query.where(Question.id < after)
    return session.scalars(query.order_by(Question.id.desc()).limit(limit)).all()


def needs_of(session: Session, campaign_id: str) -> Sequence[Need]:
    """List what is needed still, oldest first."""
    query = sa.select(Need).where(Need.campaign_id == campaign_id, Need.filled_at.is_(None))
    return session.scalars(query.order_by(Need.id)).all()


def offers_of(
    session: Session, campaign_id: str, status: OfferStatus, *, limit: int
) -> Sequence[Offer]:
    """List the offers to a campaign in one status, newest first."""
    query = sa.select(Offer).where(Offer.campaign_id == campaign_id, Offer.status == status)
    return session.scalars(query.order_by(Offer.id.desc()).limit(limit)).all()


def hours_given(session: Session, campaign_id: str) -> int:
    """Add up the hours that a campaign was offered and has thanked for."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Offer.hours), 0)).where(
        Offer.campaign_id == campaign_id,
        Offer.status == OfferStatus.THANKED,
        Offer.kind == HelpKind.HOURS,
    )
    return int(session.scalars(query).one() or 0)


def question_by_token(session: Session, token: str) -> Question:
    """Find the question that a letter's link confirms.

    Raises:
        NotFoundError: there is none.
    """
    query = _with_campaign(Question).where(Question.token == token)
    found: Question | None = session.scalars(query).first()
    if found is None:
        raise NotFoundError(kind="question")
    return found


def offer_by_token(session: Session, token: str) -> Offer:
    """Find the offer that a letter's link confirms.

    Raises:
        NotFoundError: there is none.
    """
    query = _with_campaign(Offer).where(Offer.token == token)
    found: Offer | None = session.scalars(query).first()
    if found is None:
        raise NotFoundError(kind="offer")
    return found


def _with_campaign(model: Any) -> sa.Select[Any]:
    campaign = joinedload(model.campaign).joinedload(Campaign.experiment)
    return sa.select(model).options(campaign.joinedload(Experiment.owner))


def _part(
    said: Said, model: Any, *, at: Any, heading: Any, answer: Any, where: Any
) -> sa.Select[Any]:
    newest = (
        sa.select(
            sa.literal(str(said)).label("said"),
            model.id,
            at.label("at"),
            model.language,
            heading.label("heading"),
            sa.cast(model.text, sa.Text).label("text"),
            answer.label("answer"),
        )
        .where(model.campaign_id == sa.bindparam("campaign_id"), where)
        .order_by(model.id.desc())
        .limit(SHOWN)
    )
    # SQLite takes an order within a union only from a query in brackets.
    return sa.select(newest.subquery())


_NOTHING = sa.cast(sa.literal(""), sa.Text)
# Written once, since every page of a campaign asks it.
_LATEST = sa.union_all(
    _part(
        Said.UPDATE,
        CampaignUpdate,
        at=CampaignUpdate.published_at,
        heading=CampaignUpdate.title,
        answer=_NOTHING,
        where=sa.true(),
    ),
    _part(
        Said.QUESTION,
        Question,
        at=Question.answered_at,
        heading=Question.name,
        answer=Question.answer,
        where=Question.status == QuestionStatus.ANSWERED,
    ),
    _part(
        Said.NEED,
        Need,
        at=Need.added_at,
        heading=Need.kind,
        answer=_NOTHING,
        where=Need.filled_at.is_(None),
    ),
)
