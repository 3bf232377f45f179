"""Campaigns: the page of each, and the experimenter's own draft."""

from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.campaigns import queries, service
from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.team import speaks_for
from grantengine.errors import NotFoundError
from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Experiment
from grantengine.web import once
from grantengine.web.campaign_page import campaign_page
from grantengine.web.database import reader
from grantengine.web.forms.campaigns import CampaignForm, values_of
from grantengine.web.forms.matching import WhatIfForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import current_person, require_role, signed_in
from grantengine.web.kept_pages import kept
from grantengine.web.labels.campaigns import TERM_REASONS
from grantengine.web.labels.history import CAMPAIGN_STATUSES
from grantengine.web.places import place_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("campaigns", __name__)


@bp.get("/campaigns/<slug>")
@kept
def show(slug: str) -> str:
    """Show one campaign; a draft only to those who make it."""
    campaign = queries.campaign_by_slug(reader(), slug)
    is_own, person = _may_change(campaign.experiment), current_person()
    if campaign.status in HIDDEN and not speaks_for(campaign.experiment, person):
        raise NotFoundError(kind="campaign", slug=slug)
    what_if = WhatIfForm(request.args)
    return render_template(
        "campaigns/show.html",
        page=campaign_page(reader(), campaign, now=now(), asked=what_if.asked()),
        what_if=what_if,
        campaign=campaign,
        is_own=is_own,
        is_steward=person is not None and Role.STEWARD in person.roles,
        place=place_of(campaign.experiment),
        status=CAMPAIGN_STATUSES[campaign.shown_status],
        now=now(),
    )


@bp.get("/experiments/<slug>/campaign/new")
@require_role(Role.EXPERIMENTER)
def new(slug: str) -> str:
    """Show the empty form of a campaign, filled from the experiment."""
    experiment = _own_experiment(slug)
    form = CampaignForm(
        data={
            "title": experiment.title,
            "summary": experiment.summary[:300],
            "language": experiment.language,
            "payee_name": experiment.organisation.name,
        }
    )
    return _form_page(form, experiment)


@bp.post("/experiments/<slug>/campaign/new")
@require_role(Role.EXPERIMENTER)
def create(slug: str) -> tuple[str, int] | Response:
    """Keep a new draft."""
    experiment = _own_experiment(slug)
    form = CampaignForm()
    if not form.validate():
        return _form_page(form, experiment), 422
    at = now()
    try:
        with transaction() as session:
            campaign = service.draft_campaign(
                session,
                form.plan(now=at),
                experiment_id=experiment.id,
                now=at,
                actor_id=signed_in().id,
                campaign_id=once.id_sent("cmp"),
            )
    except CampaignTermsError as error:
        form.refuse(error)
        return _form_page(form, experiment), 422
    return _drafted(campaign)


@bp.get("/campaigns/<slug>/edit")
@require_role(Role.EXPERIMENTER)
def edit(slug: str) -> str | Response:
    """Show the form of a draft; a campaign that backers see is not changed any more."""
    campaign = _own_campaign(slug)
    if campaign.status not in HIDDEN:
        flash(_("The campaign has been opened, so it can no longer be changed."), "warning")
        return redirect(page_url(f"/campaigns/{slug}"))
    return _form_page(CampaignForm(data=values_of(campaign)), campaign.experiment, campaign)


@bp.post("/campaigns/<slug>/edit")
@require_role(Role.EXPERIMENTER)
def update(slug: str) -> tuple[str, int] | Response:
    """Change a draft."""
    campaign = _own_campaign(slug)
    form = CampaignForm()
    if not form.validate():
        return _form_page(form, campaign.experiment, campaign), 422
    at = now()
    try:
        with transaction() as session:
            service.change_draft(session, campaign.id, form.plan(now=at), now=at)
    except CampaignTermsError as error:
        form.refuse(error)
        return _form_page(form, campaign.experiment, campaign), 422
    return _drafted(campaign)


@bp.post("/campaigns/<slug>/opening")
@require_role(Role.EXPERIMENTER)
def open_(slug: str) -> Response:
    """Open a checked campaign to backers."""
    campaign = _own_campaign(slug)
    try:
        with transaction() as session:
            service.open_campaign(session, campaign.id, now=now(), actor_id=signed_in().id)
    except CampaignTermsError as error:
        flash(str(TERM_REASONS[error.details["reason"]]), "error")
        return redirect(page_url(f"/campaigns/{slug}"))
    flash(_("The campaign is open. Tell everybody."), "success")
    return redirect(page_url(f"/campaigns/{slug}"))


@bp.app_template_filter("euros")
def euros(cents: int) -> Money:
    """Make money of the cents that a letter carries; `{{ amount_cents|euros|money }}`."""
    return Money(cents)


@bp.app_template_filter("from_iso")
def from_iso(text: str) -> datetime:
    """Make an instant of the text that a letter carries; `{{ at|from_iso|datetime }}`."""
    return datetime.fromisoformat(text)


@bp.app_template_filter("from_iso_day")
def from_iso_day(text: str) -> date:
    """Make a date of the text that a letter carries; `{{ on|from_iso_day|date }}`."""
    return date.fromisoformat(text)


def _may_change(experiment: Experiment) -> bool:
    person = current_person()
    return person is not None and person.id == experiment.owner_id


def _own_experiment(slug: str) -> Experiment:
    experiment = programme.experiment_by_slug(reader(), slug)
    if not _may_change(experiment):
        abort(403)
    return experiment


def _own_campaign(slug: str) -> Campaign:
    campaign = queries.campaign_by_slug(reader(), slug)
    if not _may_change(campaign.experiment):
        abort(403)
    return campaign


def _drafted(campaign: Campaign) -> Response:
    flash(_("The draft is kept. Only you and the stewards see it."), "success")
    return redirect(page_url(f"/campaigns/{campaign.slug}"))


def _form_page(form: CampaignForm, experiment: Experiment, campaign: Campaign | None = None) -> str:
    return render_template(
        "campaigns/edit.html",
        form=form,
        experiment=experiment,
        campaign=campaign,
        made_as=(once.FIELD, once.kept_id("cmp")),
        noindex=True,
    )
