"""A backer's own pledge, by the link in the letter: seen, changed, withdrawn, asked back."""

from flask import Blueprint, Response, abort, flash, render_template
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import (
    changing,
    checkout,
    new_cards,
    pledging,
    queries,
    refund_requests,
    rewards,
)
from grantengine.campaigns.errors import (
    CampaignsError,
    PledgeNotChangeableError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import COUNTED, PledgeStatus
from grantengine.campaigns.managing_models import NewCard
from grantengine.campaigns.models import Pledge
from grantengine.web.card_field import card_field
from grantengine.web.database import reader
from grantengine.web.forms.own_pledge import ChangeForm, NewCardForm, RefundRequestForm
from grantengine.web.i18n import _
from grantengine.web.labels.campaigns import PLEDGE_STATUSES
from grantengine.web.match_page import match_section, receipts_of
from grantengine.web.pledge_page import kept_private, pledge_page, to_pledge
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("own_pledge", __name__)


@bp.get("/pledges/<token>")
def show(token: str) -> Response:
    """Show a pledge to whoever has its link: where it stands, what it drew, what can be done."""
    pledge = queries.pledge_by_token(reader(), token)
    page = render_template(
        "pledges/show.html",
        pledge=pledge,
        campaign=pledge.campaign,
        page=pledge_page(reader(), pledge, now=now()),
        status=PLEDGE_STATUSES[PledgeStatus(pledge.status)],
        receipts=receipts_of(pledge),
        noindex=True,
    )
    return kept_private(page)


@bp.get("/pledges/<token>/change")
def edit(token: str) -> BaseResponse:
    """Show the form of what can be changed."""
    pledge = queries.pledge_by_token(reader(), token)
    if not changing.may_be_changed(pledge):
        return to_pledge(pledge)
    return _change_page(pledge, ChangeForm(obj=pledge, data={"reward": pledge.reward_id or ""}))


@bp.post("/pledges/<token>/change")
def change(token: str) -> BaseResponse:
    """Change a pledge; its match follows the amount."""
    pledge = queries.pledge_by_token(reader(), token)
    form = ChangeForm()
    form.offer(rewards.rewards_of(reader(), pledge.campaign_id))
    if not _may_change_amount(pledge):
        form.keep_amount(pledge)
    if not form.validate():
        return _change_page(pledge, form, status=422)
    try:
        with transaction() as session:
            changing.change_pledge(session, pledge.id, form.terms(), now=now())
    except PledgeNotChangeableError as error:
        flash(sentence_of(error), "error")
        return to_pledge(pledge)
    except CampaignsError as error:
        field = form.reward if isinstance(error, RewardSoldOutError) else form.amount
        field.errors = [sentence_of(error)]
        return _change_page(pledge, form, status=status_of(error))
    flash(_("The pledge is changed."), "success")
    return to_pledge(pledge)


@bp.post("/pledges/<token>/withdrawal")
def withdraw(token: str) -> BaseResponse:
    """Take a pledge back."""
    pledge = queries.pledge_by_token(reader(), token)
    with transaction() as session:
        pledging.withdraw_pledge(session, pledge.id, now=now())
    flash(_("The pledge is withdrawn. Nothing will be charged."), "success")
    return to_pledge(pledge)


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
    return to_pledge(pledge)


@bp.get("/pledges/<token>/card")
def new_card(token: str) -> BaseResponse:
    """Show the field for another card."""
    pledge = queries.pledge_by_token(reader(), token)
    page = pledge_page(reader(), pledge, now=now())
    if not page.may_change_card:
        return to_pledge(pledge)
    field = card_field()
    form = NewCardForm(data={"card": field.get("cards", [("", "")])[0][0]})
    return kept_private(
        render_template(
            "pledges/card.html",
            pledge=pledge,
            campaign=pledge.campaign,
            page=page,
            form=form,
            card_field=field,
            noindex=True,
        )
    )


@bp.post("/pledges/<token>/card")
def change_card(token: str) -> BaseResponse:
    """Take another card for a pledge that stands; charge it where one was declined."""
    pledge = queries.pledge_by_token(reader(), token)
    form = NewCardForm()
    if not form.validate():
        flash(str(form.card.errors[0]), "error")
        return to_pledge(pledge)
    engine = runtime()
    try:
        changed = new_cards.change_card(
            engine.database, engine.ports["payments"], engine.clock, pledge, card=form.card.data
        )
    except CampaignsError as error:
        flash(sentence_of(error), "error")
        return to_pledge(pledge)
    if changed.status == PledgeStatus.COLLECTED:
        flash(_("Thank you. The new card was charged."), "success")
    elif changed.card_token != pledge.card_token:
        flash(_("Thank you. The new card has taken the place of the old."), "success")
    return to_pledge(pledge)


@bp.post("/pledges/<token>/cards/<new_card_id>/authentication")
def authenticate_card(token: str, new_card_id: str) -> BaseResponse:
    """Go on with another card after the backer has been to the bank's page."""
    pledge = queries.pledge_by_token(reader(), token)
    found = reader().get(NewCard, new_card_id)
    if found is None or found.pledge_id != pledge.id:
        abort(404)
    engine = runtime()
    try:
        new_cards.finish_new_card(
            engine.database, engine.ports["payments"], engine.clock, new_card_id
        )
    except CampaignsError as error:
        flash(sentence_of(error), "error")
        return to_pledge(pledge)
    flash(_("Thank you. The new card has taken the place of the old."), "success")
    return to_pledge(pledge)


@bp.get("/pledges/<token>/refund")
def ask(token: str) -> BaseResponse:
    """Show the form that asks for the money back."""
    pledge = queries.pledge_by_token(reader(), token)
    if not pledge_page(reader(), pledge, now=now()).may_ask_back:
        return to_pledge(pledge)
    return _ask_page(pledge, RefundRequestForm())


@bp.post("/pledges/<token>/refund")
def ask_back(token: str) -> BaseResponse:
    """Ask for the money back; a person answers."""
    pledge = queries.pledge_by_token(reader(), token)
    form = RefundRequestForm()
    form.ask_for_account(pledge)
    if not form.validate():
        return _ask_page(pledge, form, status=422)
    with transaction() as session:
        refund_requests.ask_for_refund(
            session, pledge.id, reason=form.reason.data, iban=form.account, now=now()
        )
    flash(_("We have your request. A person looks at it and writes to you."), "success")
    return to_pledge(pledge)


def _may_change_amount(pledge: Pledge) -> bool:
    return changing.may_amount_be_changed(reader(), pledge, pledge.campaign, now=now())


def _change_page(pledge: Pledge, form: ChangeForm, *, status: int = 200) -> Response:
    is_open = _may_change_amount(pledge)
    offered = rewards.rewards_of(reader(), pledge.campaign_id) if is_open else []
    form.offer(offered)
    page = render_template(
        "pledges/change.html",
        pledge=pledge,
        campaign=pledge.campaign,
        form=form,
        rewards=offered,
        may_change_amount=is_open,
        match=match_section(reader(), pledge.campaign, now=now()) if is_open else None,
        noindex=True,
    )
    response = kept_private(page)
    response.status_code = status
    return response


def _ask_page(pledge: Pledge, form: RefundRequestForm, *, status: int = 200) -> Response:
    form.ask_for_account(pledge)
    page = render_template(
        "pledges/refund.html", pledge=pledge, campaign=pledge.campaign, form=form, noindex=True
    )
    response = kept_private(page)
    response.status_code = status
    return response
