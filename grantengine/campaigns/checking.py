"""The look of a steward at a campaign before it may open: legal kind, number, dates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.campaigns.lifecycle import CAMPAIGN_MOVES, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.service import ensure_ready, locked_campaign
from grantengine.campaigns.team import write_to_team
from grantengine.programme.models import Experiment
from grantengine.transitions import ensure_move


def ask_for_check(session: Session, campaign_id: str, *, now: datetime) -> Campaign:
    """Ask the stewards to check a draft; twice changes nothing.

    Raises:
        IllegalMoveError: it is no draft.
        CampaignTermsError: it could not open like this.
    """
    campaign = _draft(session, campaign_id)
    ensure_ready(session, campaign, now=now)
    campaign.check_asked_at = campaign.check_asked_at or now
    campaign.check_note = None
    return campaign


def check_campaign(
    session: Session, campaign_id: str, *, now: datetime, steward_id: str | None = None
) -> Campaign:
    """Say that a draft may open as it is, and tell its makers.

    Raises:
        IllegalMoveError: it is no draft.
        CampaignTermsError: the law does not allow it.
    """
    campaign = _draft(session, campaign_id)
    ensure_ready(session, campaign, now=now)
    history.move(
        session, campaign, CAMPAIGN_MOVES, CampaignStatus.CHECKED, now=now, actor_id=steward_id
    )
    campaign.check_asked_at = campaign.check_note = None
    _tell(session, campaign, {"is_checked": True, "note": None}, now=now)
    return campaign


def hand_back(session: Session, campaign_id: str, *, note: str, now: datetime) -> Campaign:
    """Give a draft back to its makers with what is to be mended.

    Raises:
        IllegalMoveError: it is no draft.
    """
    campaign = _draft(session, campaign_id)
    campaign.check_asked_at, campaign.check_note = None, note
    _tell(session, campaign, {"is_checked": False, "note": note}, now=now)
    return campaign


def campaigns_to_check(session: Session) -> Sequence[Campaign]:
    """List the drafts that wait for a steward, the longest waiting first."""
    query = (
        sa.select(Campaign)
        .options(joinedload(Campaign.experiment).joinedload(Experiment.organisation))
        .where(Campaign.status == CampaignStatus.DRAFT, Campaign.check_asked_at.is_not(None))
    )
    return session.scalars(query.order_by(Campaign.check_asked_at)).all()


def _draft(session: Session, campaign_id: str) -> Campaign:
    campaign = locked_campaign(session, campaign_id)
    ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.CHECKED)
    return campaign


def _tell(session: Session, campaign: Campaign, facts: dict[str, Any], *, now: datetime) -> None:
    write_to_team(session, "campaign_checked", campaign, facts, now=now)
