"""Making what a campaign consists of besides its own texts, as long as it is a draft."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns.content_models import Part
from grantengine.campaigns.content_plans import PartPlan
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import CAMPAIGN_MOVES, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.service import locked_campaign
from grantengine.errors import NotFoundError
from grantengine.transitions import ensure_move


def put_part(
    session: Session, campaign_id: str, plan: PartPlan, *, part_id: str, now: datetime
) -> Part:
    """Add a part to a draft, or change the one of that id; sent twice, it is there once.

    Raises:
        IllegalMoveError: the campaign is no draft; what backers pledged to stays as they saw it.
        NotFoundError: the part is another campaign's.
        InvalidInputError: the part cannot be so.
    """
    campaign = _draft(session, campaign_id)
    part = session.get(plan.model, part_id)
    if part is None:
        part = plan.model()
        part.id, part.campaign_id = part_id, campaign_id
        session.add(part)
    elif part.campaign_id != campaign_id:
        raise NotFoundError(kind="part", id=part_id)
    part.language = campaign.language
    part.translations = {code: dict(texts) for code, texts in plan.translations.items()}
    for name, value in plan.columns(today=helsinki_date(now)).items():
        setattr(part, name, value)
    return part


def remove_part(session: Session, campaign_id: str, model: type[Part], part_id: str) -> None:
    """Take a part out of a draft; twice changes nothing.

    Raises:
        IllegalMoveError: the campaign is no draft.
    """
    _draft(session, campaign_id)
    session.execute(sa.delete(model).filter_by(id=part_id, campaign_id=campaign_id))


def _draft(session: Session, campaign_id: str) -> Campaign:
    campaign = locked_campaign(session, campaign_id)
    ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.OPEN)
    return campaign
