"""Pledges: the form, and making one; what follows is in `own_pledge`."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import checkout, invoices, queries, rewards, transfers
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CampaignsError,
    CardDeclinedError,
    CollectionCeilingError,
    GatewayUnavailableError,
    RewardSoldOutError,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.disbursements.numbering import next_number
from grantengine.web.campaign_page import can_be_pledged_to
from grantengine.web.card_field import card_field
from grantengine.web.database import reader
from grantengine.web.forms.pledges import PledgeForm
from grantengine.web.i18n import _, page_url
from grantengine.web.match_page import match_section
from grantengine.web.places import place_of
from grantengine.web.pledge_page import to_pledge
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction
from grantengine.web.transfer_page import ways_besides_cards

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
    campaign = queries.campaign_alone(reader(), slug)
    form = PledgeForm()
    form.offer(rewards.rewards_of(reader(), campaign.id))
    form.let_pay(**ways_besides_cards(reader(), campaign))
    if not form.validate():
        return _form_page(campaign, form), 422
    try:
        return to_pledge(_made(campaign, form))
    except CampaignsError as error:
        return _refused(campaign, form, error)


def _made(campaign: Campaign, form: PledgeForm) -> Pledge:
    request, at = form.request_for(campaign), now()
    if form.is_by_invoice:
        with transaction() as session:
            return invoices.ask_for_invoice(
                session,
                request,
                form.invoiced(),
                take_number=lambda: next_number(session, f"invoice/{at.year}"),
                now=at,
            )
    if form.is_by_transfer:
        with transaction() as session:
            return transfers.await_transfer(session, request, now=at)
    engine = runtime()
    return checkout.make_pledge(
        engine.database, engine.ports["payments"], engine.clock, request, card=form.card.data
    )


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
    form.let_pay(**ways_besides_cards(reader(), campaign))
    return render_template(
        "pledges/new.html",
        form=form,
        campaign=campaign,
        rewards=offered,
        totals=queries.totals(reader(), campaign.id),
        place=place_of(campaign.experiment),
        match=match_section(reader(), campaign, now=now()),
        card_field=card_field(),
        now=now(),
        noindex=True,
    )
