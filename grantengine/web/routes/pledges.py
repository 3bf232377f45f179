"""Pledges: the form, and making one; what follows is in `own_pledge`."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import checkout, queries, rewards, transfers
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CampaignsError,
    CardDeclinedError,
    CollectionCeilingError,
    GatewayUnavailableError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import CampaignKind
from grantengine.campaigns.models import Campaign
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
from grantengine.web.transfer_page import takes_transfers

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
                return to_pledge(
                    transfers.await_transfer(session, form.request_for(campaign), now=now())
                )
        pledge = checkout.make_pledge(
            engine.database,
            engine.ports["payments"],
            engine.clock,
            form.request_for(campaign),
            card=form.card.data,
        )
    except CampaignsError as error:
        return _refused(campaign, form, error)
    return to_pledge(pledge)


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
