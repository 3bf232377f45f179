"""Checking campaigns: asked for by their makers, done by a steward before anybody else sees them."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.campaigns import checking, queries
from grantengine.campaigns.errors import CampaignTermsError
from grantengine.programme.lifecycle import Role
from grantengine.web.crowd_page import own_campaign
from grantengine.web.database import reader
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.campaigns import LEGAL_KINDS, TERM_REASONS
from grantengine.web.runtime import now, transaction

bp = Blueprint("campaign_checks", __name__)

NOTE_LENGTH_MAX = 500


@bp.get("/campaigns/checks")
@require_role(Role.STEWARD)
def index() -> str:
    """List the campaigns that wait for a steward."""
    return render_template(
        "campaigns/checks.html",
        campaigns=checking.campaigns_to_check(reader()),
        legal_kinds=LEGAL_KINDS,
        noindex=True,
    )


@bp.post("/campaigns/<slug>/check-request")
def ask(slug: str) -> Response:
    """Ask the stewards to check a draft."""
    campaign, _person = own_campaign(slug)
    try:
        with transaction() as session:
            checking.ask_for_check(session, campaign.id, now=now())
    except CampaignTermsError as error:
        return _refused(slug, error)
    flash(_("A steward checks the campaign, and you get a letter."), "success")
    return _to(slug)


@bp.post("/campaigns/<slug>/check")
@require_role(Role.STEWARD)
def check(slug: str) -> Response:
    """Say that a draft may open."""
    campaign = queries.campaign_by_slug(reader(), slug)
    try:
        with transaction() as session:
            checking.check_campaign(session, campaign.id, now=now(), steward_id=signed_in().id)
    except CampaignTermsError as error:
        return _refused(slug, error)
    flash(_("The campaign is checked. Its makers have a letter, and open it."), "success")
    return _to(slug)


@bp.post("/campaigns/<slug>/return")
@require_role(Role.STEWARD)
def hand_back(slug: str) -> Response:
    """Give a draft back to its makers with what is to be mended."""
    campaign = queries.campaign_by_slug(reader(), slug)
    note = (cleaned(request.form.get("note")) or "")[:NOTE_LENGTH_MAX]
    if not note:
        flash(_("Say what is to be mended."), "error")
        return _to(slug)
    with transaction() as session:
        checking.hand_back(session, campaign.id, note=note, now=now())
    flash(_("The makers have your note in a letter."), "success")
    return _to(slug)


def _refused(slug: str, error: CampaignTermsError) -> Response:
    flash(str(TERM_REASONS[error.details["reason"]]), "error")
    return _to(slug)


def _to(slug: str) -> Response:
    return redirect(page_url(f"/campaigns/{slug}"), 303)
