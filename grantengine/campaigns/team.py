"""Who speaks for a campaign, and when there is anything to speak of."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.campaigns.crowd_models import Offer, Question
from grantengine.campaigns.errors import CampaignHiddenError
from grantengine.campaigns.letters import campaign_facts
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.errors import NotAllowedError
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Experiment, Person


def speaks_for(experiment: Experiment, person: Person | None) -> bool:
    """Tell whether somebody is of the team: the experiment's owner, or a steward."""
    if person is None:
        return False
    owns = experiment.owner_id == person.id and Role.EXPERIMENTER in person.roles
    return owns or Role.STEWARD in person.roles


def ensure_team(campaign: Campaign, person: Person) -> None:
    """Refuse whoever does not speak for the campaign.

    Raises:
        NotAllowedError: somebody else.
    """
    if not speaks_for(campaign.experiment, person):
        raise NotAllowedError(action="speak_for_campaign")


def ensure_public(campaign: Campaign) -> None:
    """Refuse what needs readers while there are none.

    Raises:
        CampaignHiddenError: the campaign has not been opened.
    """
    if campaign.status in HIDDEN:
        raise CampaignHiddenError(campaign=campaign.id)


def write_to_team(
    session: Session, letter: str, campaign: Campaign, facts: dict[str, Any], *, now: datetime
) -> None:
    """Write to the owner of the experiment, if it has one, about the campaign."""
    owner = campaign.experiment.owner
    if owner is None:
        return
    _write(session, letter, owner, campaign, facts, now=now)


def write_to_sender(
    session: Session, letter: str, sent: Question | Offer, facts: dict[str, Any], *, now: datetime
) -> None:
    """Write to whoever sent a question or an offer, at the address that came with it."""
    _write(session, letter, sent, sent.campaign, facts, now=now)


def _write(
    session: Session,
    letter: str,
    reader: Person | Question | Offer,
    campaign: Campaign,
    facts: dict[str, Any],
    *,
    now: datetime,
) -> None:
    outbox.enqueue(
        session,
        letter,
        recipient=reader.email,
        language=reader.language,
        facts=facts | campaign_facts(campaign, reader.language),
        now=now,
    )
