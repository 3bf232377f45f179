"""Making what a campaign consists of besides its own texts, as long as it is a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import writing
from grantengine.campaigns.content_models import BudgetLine, Part, Picture, Reward, TeamMember
from grantengine.campaigns.content_plans import PartPlan
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.rewards import rewards_of
from grantengine.campaigns.service import draft_again
from grantengine.errors import InvalidInputError, NotFoundError
from grantengine.money import Money, total

Kind = TypeVar("Kind", bound=Part)

# More than these nobody reads; a program that goes wrong stops here.
PARTS_MAX = 40


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a campaign consists of, each in the order in which it is shown."""

    rewards: Sequence[Reward]
    budget: Sequence[BudgetLine]
    team: Sequence[TeamMember]
    pictures: Sequence[Picture]

    @property
    def needed(self) -> Money:
        """What the lines cost that the goal pays for."""
        return total(line.amount for line in self.budget if line.is_needed)

    @property
    def wanted(self) -> Money:
        """What all lines cost."""
        return total(line.amount for line in self.budget)


def content_of(session: Session, campaign_id: str) -> Content:
    """Gather what a campaign consists of, in four queries."""
    return Content(
        rewards=rewards_of(session, campaign_id),
        budget=parts_of(session, BudgetLine, campaign_id),
        team=parts_of(session, TeamMember, campaign_id),
        pictures=parts_of(session, Picture, campaign_id),
    )


def parts_of(session: Session, model: type[Kind], campaign_id: str) -> Sequence[Kind]:
    """List the parts of one kind, in the order in which they were made."""
    query = sa.select(model).where(model.campaign_id == campaign_id)
    return session.scalars(query.order_by(model.id)).all()


def put_part(
    session: Session, campaign_id: str, plan: PartPlan, *, part_id: str, now: datetime
) -> Part:
    """Add a part to a draft; sent twice, it is there once, as it was sent last.

    Raises:
        IllegalMoveError: the campaign is open; what backers pledged to stays as they saw it.
        NotFoundError: the part is another campaign's.
        InvalidInputError: the part cannot be so, or there are PARTS_MAX of its kind.
    """
    campaign = draft_again(session, campaign_id, now=now)
    part = session.get(plan.model, part_id)
    if part is None:
        if len(parts_of(session, plan.model, campaign_id)) >= PARTS_MAX:
            raise InvalidInputError(field="parts", reason="too_many", largest=PARTS_MAX)
        part = plan.model()
        part.id, part.campaign_id = part_id, campaign_id
        _fill(part, plan, language=campaign.language, now=now)
        writing.put(session, part)
        return part
    if part.campaign_id != campaign_id:
        raise NotFoundError(kind="part", id=part_id)
    _fill(part, plan, language=campaign.language, now=now)
    return part


def part_of(session: Session, campaign_id: str, model: type[Kind], part_id: str) -> Kind:
    """Find a part of a campaign.

    Raises:
        NotFoundError: it has none of that id, or has it no more.
    """
    part = session.get(model, part_id)
    if part is None or part.campaign_id != campaign_id:
        raise NotFoundError(kind="part", id=part_id)
    return part


def change_part(
    session: Session, campaign_id: str, plan: PartPlan, *, part_id: str, now: datetime
) -> Part:
    """Change a part of a draft where it stands.

    Raises:
        IllegalMoveError: the campaign is open; what backers pledged to stays as they saw it.
        NotFoundError: the campaign has no such part, or has it no more.
        InvalidInputError: the part cannot be so.
    """
    campaign = draft_again(session, campaign_id, now=now)
    part = part_of(session, campaign_id, plan.model, part_id)
    _fill(part, plan, language=campaign.language, now=now)
    return part


def remove_part(
    session: Session, campaign_id: str, model: type[Part], part_id: str, *, now: datetime
) -> None:
    """Take a part out of a draft; twice changes nothing.

    Raises:
        IllegalMoveError: the campaign is open.
    """
    draft_again(session, campaign_id, now=now)
    session.execute(sa.delete(model).filter_by(id=part_id, campaign_id=campaign_id))


def _fill(part: Part, plan: PartPlan, *, language: str, now: datetime) -> None:
    columns = plan.columns(today=helsinki_date(now))
    part.language = language
    part.translations = {code: dict(texts) for code, texts in plan.translations.items()}
    for name, value in columns.items():
        setattr(part, name, value)
