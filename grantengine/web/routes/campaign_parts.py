"""What a campaign consists of: its rewards, budget, team and pictures, made while it is hidden."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template
from sqlalchemy.orm import undefer
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import content
from grantengine.campaigns.content_models import BudgetLine, Part, Picture, Reward, TeamMember
from grantengine.campaigns.deliveries import deliveries_of
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.errors import InvalidInputError
from grantengine.web import once
from grantengine.web.crowd_page import own_campaign, shown_campaign
from grantengine.web.database import reader
from grantengine.web.documents.delivery_list import delivery_list
from grantengine.web.forms.campaign_parts import (
    PICTURE_REASONS,
    BudgetLineForm,
    PartForm,
    PictureForm,
    RewardForm,
    TeamMemberForm,
)
from grantengine.web.i18n import LANGUAGES, LazyText, _, current_language, lazy, page_url
from grantengine.web.large_requests import heard_out
from grantengine.web.routes.applications import file_sentence
from grantengine.web.runtime import now, transaction
from grantengine.web.story import story_of

bp = Blueprint("campaign_parts", __name__)

_A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class _Kind:
    model: type[Part]
    prefix: str
    form: type[Any]
    title: LazyText
    lead: LazyText
    button: LazyText


KINDS = {
    "rewards": _Kind(
        Reward,
        "rwd",
        RewardForm,
        lazy("Rewards"),
        lazy("What backers buy: at a fixed price, by a day, as long as there are any."),
        lazy("Add the reward"),
    ),
    "budget": _Kind(
        BudgetLine,
        "bgl",
        BudgetLineForm,
        lazy("What the money buys"),
        lazy("Line by line, so that everybody sees what each euro is for."),
        lazy("Add the line"),
    ),
    "people": _Kind(
        TeamMember,
        "mbr",
        TeamMemberForm,
        lazy("The team"),
        lazy("Who does it, by name and part. No address is shown."),
        lazy("Add the member"),
    ),
    "pictures": _Kind(
        Picture,
        "pic",
        PictureForm,
        lazy("Pictures"),
        lazy(
            "The first one stands at the top of the page, the others after the story, or within it: "
            "where a line of the story says ![2] and nothing else, the second one stands."
        ),
        lazy("Add the picture"),
    ),
}


@bp.get("/campaigns/<slug>/parts/<any(rewards, budget, people, pictures):name>")
def edit(slug: str, name: str) -> str:
    """Show the parts of one kind, and the form of one more."""
    campaign = _own(slug)
    return _page(campaign, name, KINDS[name].form())


@bp.post("/campaigns/<slug>/parts/<any(rewards, budget, people, pictures):name>")
@heard_out
def add(slug: str, name: str) -> tuple[str, int] | BaseResponse:
    """Add a part."""
    campaign, kind = _own(slug), KINDS[name]
    form = kind.form()
    if not form.validate():
        return _page(campaign, name, form), 422
    try:
        plan = form.plan()
        with transaction() as session:
            part_id = once.id_sent(kind.prefix)
            content.put_part(session, campaign.id, plan, part_id=part_id, now=now())
    except InvalidInputError as error:
        _refuse(form, error)
        return _page(campaign, name, form), 422
    flash(_("Added."), "success")
    return _to(slug, name)


@bp.get("/campaigns/<slug>/parts/<any(rewards, budget, people, pictures):name>/<part_id>")
def edit_one(slug: str, name: str, part_id: str) -> str:
    """Show the form of a part that is there already."""
    campaign, kind = _own(slug), KINDS[name]
    part = content.part_of(reader(), campaign.id, kind.model, part_id)
    texts = {code: part.translations.get(code, {}) for code in LANGUAGES}
    return _part_page(campaign, name, part, kind.form(obj=part, **texts))


@bp.post("/campaigns/<slug>/parts/<any(rewards, budget, people, pictures):name>/<part_id>")
@heard_out
def change(slug: str, name: str, part_id: str) -> tuple[str, int] | BaseResponse:
    """Change a part where it stands."""
    campaign, kind = _own(slug), KINDS[name]
    part = content.part_of(reader(), campaign.id, kind.model, part_id)
    form = kind.form()
    if not form.validate():
        return _part_page(campaign, name, part, form), 422
    try:
        plan = form.changed()
        with transaction() as session:
            content.change_part(session, campaign.id, plan, part_id=part_id, now=now())
    except InvalidInputError as error:
        _refuse(form, error)
        return _part_page(campaign, name, part, form), 422
    flash(_("Saved."), "success")
    return _to(slug, name)


@bp.post("/campaigns/<slug>/parts/<any(rewards, budget, people, pictures):name>/<part_id>/removal")
def remove(slug: str, name: str, part_id: str) -> BaseResponse:
    """Take a part away."""
    campaign = _own(slug)
    with transaction() as session:
        content.remove_part(session, campaign.id, KINDS[name].model, part_id, now=now())
    flash(_("Taken away."), "success")
    return _to(slug, name)


@bp.get("/campaigns/<slug>/pictures/<part_id>-<any(large, small):size>-<sha256>.webp")
def picture(slug: str, part_id: str, size: str, sha256: str) -> Response:
    """Give a picture to our own pages, and to nobody else's."""
    campaign = shown_campaign(slug)
    query = (
        sa.select(Picture)
        .options(undefer(getattr(Picture, size)))
        .filter_by(id=part_id, campaign_id=campaign.id)
    )
    found = reader().scalars(query).first()
    if found is None or not found.sha256.startswith(sha256):
        abort(404)
    response = Response(getattr(found, size), mimetype="image/webp")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Content-Disposition"] = "inline"
    if campaign.status in HIDDEN:
        response.cache_control.no_store = True
    else:
        response.cache_control.max_age, response.cache_control.immutable = _A_YEAR_S, True
        response.cache_control.public = True
    return response


@bp.get("/campaigns/<slug>/deliveries.csv")
def deliveries(slug: str) -> Response:
    """Give the team the list of what is to be delivered."""
    campaign, person = own_campaign(slug)
    pledges = deliveries_of(reader(), campaign, person=person)
    content = delivery_list(pledges, language=current_language())
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


bp.add_app_template_global(story_of)


@bp.app_template_global("picture_url")
def picture_url(campaign: Campaign, picture: Picture, size: str) -> str:
    """Give the address of a picture; what it shows is in it, so that a cache keeps it for good."""
    name = f"{picture.id}-{size}-{picture.sha256[:12]}.webp"
    return page_url(f"/campaigns/{campaign.slug}/pictures/{name}")


def _own(slug: str) -> Campaign:
    campaign, _person = own_campaign(slug)
    if campaign.status not in HIDDEN:
        abort(409)
    return campaign


def _refuse(form: PartForm, error: InvalidInputError) -> None:
    name, reason = error.details["field"], error.details["reason"]
    if name == "parts":
        form.form_errors.append(_("There are as many as a page can show. Take one away first."))
        return
    if reason == "too_large":
        sentence = file_sentence(error)
    else:
        sentence = str(PICTURE_REASONS.get(reason) or _("This cannot be so. Look at it again."))
    form[name].errors = [sentence]


def _to(slug: str, name: str) -> BaseResponse:
    return redirect(page_url(f"/campaigns/{slug}/parts/{name}"), 303)


def _page(campaign: Campaign, name: str, form: PartForm) -> str:
    kind = KINDS[name]
    return _render(
        "campaigns/parts.html",
        campaign,
        name,
        form,
        kinds=KINDS,
        parts=content.parts_of(reader(), kind.model, campaign.id),
        content=content.content_of(reader(), campaign.id),
        made_as=(once.FIELD, once.kept_id(kind.prefix)),
    )


def _part_page(campaign: Campaign, name: str, part: Part, form: PartForm) -> str:
    return _render("campaigns/part.html", campaign, name, form, part=part)


def _render(template: str, campaign: Campaign, name: str, form: PartForm, **context: Any) -> str:
    return render_template(
        template,
        campaign=campaign,
        name=name,
        kind=KINDS[name],
        form=form,
        other_languages=[each for each in LANGUAGES.items() if each[0] != campaign.language],
        noindex=True,
        **context,
    )
