"""Help besides money: what a team needs, what visitors offer, and the thanks."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.campaigns import crowd_queries, offers
from grantengine.campaigns.crowd_lifecycle import HelpKind, OfferStatus
from grantengine.campaigns.crowd_models import Offer
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.offers import Offered
from grantengine.web import once
from grantengine.web.crowd_page import crowd_template, is_team, own_campaign, shown_campaign
from grantengine.web.database import reader
from grantengine.web.forms.crowd import NeedForm, OfferForm, ThanksForm
from grantengine.web.i18n import _, current_language, page_url
from grantengine.web.identity import current_person, require_person
from grantengine.web.runtime import now, transaction

bp = Blueprint("offers", __name__)

_SHOWN_MAX = 60


@bp.get("/campaigns/<slug>/help")
def index(slug: str) -> str:
    """Show what is needed and who was thanked; the team sees what was offered."""
    return _page(shown_campaign(slug))


@bp.post("/campaigns/<slug>/help")
def offer(slug: str) -> tuple[str, int] | Response:
    """Offer help."""
    campaign, person = shown_campaign(slug), current_person()
    form = OfferForm()
    form.know(person)
    if not form.validate():
        return _page(campaign, form=form), 422
    offered = Offered(
        campaign_id=campaign.id,
        key=form.key.data,
        kind=HelpKind(form.kind.data),
        hours=form.hours.data,
        text=form.text.data,
        name=form.name.data,
        is_name_shown=form.is_name_shown.data,
        email=person.email if person else form.email.data,
        language=current_language(),
        is_known=person is not None,
    )
    with transaction() as session:
        offers.offer_help(session, offered, now=now())
    if person is None:
        flash(
            _("We have sent you a letter. Open its link, and the team gets your offer."), "success"
        )
    else:
        flash(_("The team has your offer and will write to you."), "success")
    return _to(campaign)


@bp.get("/offers/<token>")
def confirm_page(token: str) -> str:
    """Ask for the click that hands an offer over; opening a link changes nothing."""
    found = crowd_queries.offer_by_token(reader(), token)
    return render_template(
        "campaigns/confirm.html",
        campaign=found.campaign,
        text=found.text,
        is_open=found.status == OfferStatus.UNCONFIRMED,
        title=_("Confirm your offer"),
        label=_("Send the offer to the team"),
        noindex=True,
    )


@bp.post("/offers/<token>")
def confirm(token: str) -> Response:
    """Hand an offer to the team."""
    found = crowd_queries.offer_by_token(reader(), token)
    with transaction() as session:
        offers.confirm_offer(session, found.id, now=now())
    flash(_("The team has your offer and will write to you."), "success")
    return _to(found.campaign)


@bp.post("/campaigns/<slug>/needs")
@require_person
def add_need(slug: str) -> tuple[str, int] | Response:
    """Ask for something besides money."""
    campaign, person = own_campaign(slug)
    form = NeedForm(prefix="need")
    if not form.validate():
        return _page(campaign, need_form=form), 422
    with transaction() as session:
        offers.ask_for_help(
            session,
            campaign.id,
            HelpKind(form.kind.data),
            form.text.data,
            language=form.language.data,
            person=person,
            now=now(),
            need_id=once.id_sent("ned"),
        )
    return _to(campaign)


@bp.post("/campaigns/<slug>/needs/<need_id>/filled")
@require_person
def fill_need(slug: str, need_id: str) -> Response:
    """Ask for something no longer."""
    campaign, person = own_campaign(slug)
    with transaction() as session:
        offers.fill_need(session, need_id, person=person, now=now())
    return _to(campaign)


@bp.post("/campaigns/<slug>/offers/<offer_id>/thanks")
@require_person
def thank(slug: str, offer_id: str) -> tuple[str, int] | Response:
    """Thank for an offer."""
    campaign, person = own_campaign(slug)
    form = ThanksForm(prefix=offer_id)
    if not form.validate():
        return _page(campaign, refused=(offer_id, form)), 422
    with transaction() as session:
        offers.thank(session, offer_id, form.text.data, person=person, now=now())
    flash(_("Thanked. The help is on the page now, and the helper has your address."), "success")
    return _to(campaign)


@bp.post("/campaigns/<slug>/offers/<offer_id>/decline")
@require_person
def decline(slug: str, offer_id: str) -> Response:
    """Take no use of an offer."""
    campaign, person = own_campaign(slug)
    with transaction() as session:
        offers.decline_offer(session, offer_id, person=person, now=now())
    flash(_("The offer is not shown."), "success")
    return _to(campaign)


def _page(
    campaign: Campaign,
    *,
    form: OfferForm | None = None,
    need_form: NeedForm | None = None,
    refused: tuple[str, ThanksForm] | None = None,
) -> str:
    session = reader()
    waiting: Sequence[Offer] = []
    if is_team(campaign):
        waiting = crowd_queries.offers_of(
            session, campaign.id, OfferStatus.WAITING, limit=_SHOWN_MAX
        )
    if form is None:
        form = OfferForm(formdata=None)
        form.begin()
        form.know(current_person())
    forms = {each.id: ThanksForm(formdata=None, prefix=each.id) for each in waiting}
    empty = NeedForm(formdata=None, prefix="need", data={"language": campaign.language})
    return crowd_template(
        "campaigns/help.html",
        campaign,
        form=form,
        need_form=need_form or empty,
        made_as=(once.FIELD, once.kept_id("ned")) if is_team(campaign) else None,
        needs=crowd_queries.needs_of(session, campaign.id),
        thanked=crowd_queries.offers_of(
            session, campaign.id, OfferStatus.THANKED, limit=_SHOWN_MAX
        ),
        hours_given=crowd_queries.hours_given(session, campaign.id),
        waiting=waiting,
        answers=forms | dict([refused] if refused else []),
        refused=refused[1] if refused else need_form,
    )


def _to(campaign: Campaign) -> Response:
    return redirect(page_url(f"/campaigns/{campaign.slug}/help"), 303)
