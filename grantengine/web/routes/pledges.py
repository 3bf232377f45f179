"""Pledges: the form, the page that a backer's link opens, and taking one back."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import (
    charging,
    checkout,
    new_cards,
    pledging,
    queries,
    rewards,
    transfers,
)
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CampaignsError,
    CardDeclinedError,
    CollectionCeilingError,
    GatewayUnavailableError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import COUNTED, CampaignKind, ChargeStatus, PledgeStatus
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.web.campaign_page import can_be_pledged_to
from grantengine.web.card_field import bank_step, card_field
from grantengine.web.database import reader
from grantengine.web.forms.pledges import NewCardForm, PledgeForm
from grantengine.web.i18n import _, page_url
from grantengine.web.labels.campaigns import PLEDGE_STATUSES
from grantengine.web.match_page import match_section, receipts_of
from grantengine.web.places import place_of
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction
from grantengine.web.transfer_page import slip_of, takes_transfers

bp = Blueprint("pledges", __name__)


@bp.get("/campaigns/<slug>/pledge")
def new(slug: str) -> str | tuple[str, int]:
    """Show the form."""
    campaign = queries.campaign_by_slug(reader(), slug)
    if not can_be_pledged_to(campaign, now=now()):
        return _not_open(campaign)
    cards = card_field().get("cards", [("", "")])
    form = PledgeForm(data={"card": cards[0][0], "reward": request.args.get("reward", "")})
    form.renew_key()
    return _form_page(campaign, form)


@bp.post("/campaigns/<slug>/pledge")
def create(slug: str) -> tuple[str, int] | BaseResponse:
    """Make a pledge."""
    campaign = queries.campaign_by_slug(reader(), slug)
    form = PledgeForm()
    form.offer(rewards.rewards_of(reader(), campaign.id))
    if form.is_by_transfer:
        form.card.validators = []
    if not form.validate():
        return _form_page(campaign, form), 422
    engine = runtime()
    try:
        if form.is_by_transfer:
            with transaction() as session:
                return _to(transfers.await_transfer(session, form.request_for(campaign), now=now()))
        pledge = checkout.make_pledge(
            engine.database,
            engine.ports["payments"],
            engine.clock,
            form.request_for(campaign),
            card=form.card.data,
        )
    except CampaignsError as error:
        return _refused(campaign, form, error)
    return _to(pledge)


@bp.get("/pledges/<token>")
def show(token: str) -> Response:
    """Show a pledge to whoever has its link: where it stands, what it drew, what can be done."""
    pledge = queries.pledge_by_token(reader(), token)
    campaign = pledge.campaign
    may_withdraw = pledge.status == PledgeStatus.STANDING and (
        pledging.is_withdrawable(campaign, now=now())
    )
    charge = charging.unfinished_charge(reader(), pledge.id)
    is_asked = charge is not None and charge.status == ChargeStatus.ACTION_NEEDED
    may_change_card = charge is not None and charging.waits_for_retry(charge, now=now())
    page = render_template(
        "pledges/show.html",
        pledge=pledge,
        campaign=campaign,
        status=PLEDGE_STATUSES[PledgeStatus(pledge.status)],
        may_withdraw=may_withdraw,
        charge=charge,
        is_asked_for=is_asked or pledge.status == PledgeStatus.AUTHENTICATING,
        bank=_bank(pledge, charge),
        slip=slip_of(reader(), pledge),
        may_change_card=may_change_card,
        card_field=card_field() if may_change_card else None,
        form=NewCardForm(),
        receipts=receipts_of(pledge),
        noindex=True,
    )
    return _kept_private(page)


@bp.post("/pledges/<token>/withdrawal")
def withdraw(token: str) -> BaseResponse:
    """Take a pledge back."""
    pledge = queries.pledge_by_token(reader(), token)
    with transaction() as session:
        pledging.withdraw_pledge(session, pledge.id, now=now())
    flash(_("The pledge is withdrawn. Your card will not be charged."), "success")
    return _to(pledge)


@bp.post("/pledges/<token>/authentication")
def authenticate(token: str) -> BaseResponse:
    """Go on after the backer has been to the bank's page."""
    pledge = queries.pledge_by_token(reader(), token)
    engine = runtime()
    finished = checkout.finish_pledge(
        engine.database, engine.ports["payments"], engine.clock, pledge
    )
    # The form of an old page may come when the pledge is long withdrawn.
    if finished.status in COUNTED:
        flash(_("Your bank knows you, and the pledge is in force."), "success")
    return _to(pledge)


@bp.post("/pledges/<token>/card")
def change_card(token: str) -> BaseResponse:
    """Take another card for a pledge whose charge was declined."""
    pledge = queries.pledge_by_token(reader(), token)
    form = NewCardForm()
    if not form.validate():
        flash(str(form.card.errors[0]), "error")
        return _to(pledge)
    engine = runtime()
    gateway = engine.ports["payments"]
    try:
        changed = new_cards.change_card(
            engine.database, gateway, engine.clock, pledge, card=form.card.data
        )
    except CampaignsError as error:
        flash(sentence_of(error), "error")
        return _to(pledge)
    if changed.status == PledgeStatus.COLLECTED:
        flash(_("Thank you. The new card was charged."), "success")
    return _to(pledge)


def _bank(pledge: Pledge, charge: Charge | None) -> dict[str, Any] | None:
    if pledge.status == PledgeStatus.AUTHENTICATING:
        return bank_step(pledge.authentication_reference)
    if charge is not None and charge.status == ChargeStatus.ACTION_NEEDED:
        return bank_step(charge.reference)
    return None


def _to(pledge: Pledge) -> BaseResponse:
    return redirect(page_url(f"/pledges/{pledge.token}"), 303)


def _kept_private(page: str) -> Response:
    # Whoever has the address can withdraw: it goes to no cache and to no other site.
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _refused(
    campaign: Campaign, form: PledgeForm, error: CampaignsError
) -> tuple[str, int] | BaseResponse:
    if isinstance(error, CampaignNotOpenError):
        return _not_open(campaign)
    if isinstance(error, CardDeclinedError):
        form.card.errors = [sentence_of(error)]
    elif isinstance(error, RewardSoldOutError):
        form.reward.errors = [sentence_of(error)]
    elif isinstance(error, CollectionCeilingError):
        form.amount.errors = [sentence_of(error)]
    else:
        form.form_errors.append(sentence_of(error))
    if not isinstance(error, GatewayUnavailableError):
        # The old key stands for the refused pledge; only a silent provider is asked again.
        form.renew_key()
    return _form_page(campaign, form), status_of(error)


def _not_open(campaign: Campaign) -> tuple[str, int]:
    error = CampaignNotOpenError(campaign=campaign.id)
    page = render_template(
        "errors/problem.html",
        title=_("This campaign does not take pledges now"),
        detail=sentence_of(error),
        href=page_url(f"/campaigns/{campaign.slug}"),
        label=_("To the campaign"),
    )
    return page, status_of(error)


def _form_page(campaign: Campaign, form: PledgeForm) -> str:
    offered = rewards.rewards_of(reader(), campaign.id)
    form.offer(offered)
    return render_template(
        "pledges/new.html",
        form=form,
        campaign=campaign,
        rewards=offered,
        totals=queries.totals(reader(), campaign.id),
        place=place_of(campaign.experiment),
        match=match_section(reader(), campaign, now=now()),
        card_field=card_field(),
        takes_transfers=campaign.kind == CampaignKind.KEEP_IT_ALL and takes_transfers(reader()),
        now=now(),
        noindex=True,
    )
