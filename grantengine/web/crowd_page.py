"""What the pages about a campaign's crowd have in common."""

from typing import Any

from flask import Flask, render_template

from grantengine.campaigns import crowd_queries, queries
from grantengine.campaigns.crowd_queries import Said
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.team import speaks_for
from grantengine.errors import NotAllowedError, NotFoundError
from grantengine.programme.models import Person
from grantengine.web.database import reader
from grantengine.web.identity import current_person, signed_in
from grantengine.web.labels.crowd import HELP_KINDS


def init_app(app: Flask) -> None:
    """Let the campaign's own page show the newest of its crowd, in one query."""
    app.jinja_env.globals["crowd_of"] = _crowd_of


def shown_campaign(slug: str) -> Campaign:
    """Find a campaign that the reader may see: a draft only for its team.

    Raises:
        NotFoundError: there is none.
    """
    campaign = queries.campaign_by_slug(reader(), slug)
    if campaign.status in HIDDEN and not is_team(campaign):
        raise NotFoundError(kind="campaign", slug=slug)
    return campaign


def own_campaign(slug: str) -> tuple[Campaign, Person]:
    """Find a campaign that the signed-in person speaks for, and give who it is.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: somebody else speaks for it.
    """
    campaign = queries.campaign_by_slug(reader(), slug)
    if not is_team(campaign):
        raise NotAllowedError(action="speak_for_campaign")
    return campaign, signed_in()


def is_team(campaign: Campaign) -> bool:
    """Tell whether the reader speaks for the campaign."""
    return speaks_for(campaign.experiment, current_person())


def crowd_template(template: str, campaign: Campaign, **context: Any) -> str:
    """Render a page about a campaign's crowd."""
    return render_template(
        template,
        campaign=campaign,
        is_team=is_team(campaign),
        help_kinds=HELP_KINDS,
        **context,
    )


def _crowd_of(campaign: Campaign) -> dict[str, Any]:
    latest = crowd_queries.latest_sayings(reader(), campaign.id)
    return {
        "updates": latest[Said.UPDATE],
        "questions": latest[Said.QUESTION],
        "needs": latest[Said.NEED],
        "help_kinds": HELP_KINDS,
        "is_team": is_team(campaign),
    }
