"""Version 1 of the API: making a pledge; the same Idempotency-Key is the same pledge."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request
from flask_smorest import Blueprint
from marshmallow import RAISE

from grantengine.campaigns import checkout, queries
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.errors import InvalidInputError, NotFoundError
from grantengine.web import sharing
from grantengine.web.database import reader
from grantengine.web.forms.pledges import kept_key
from grantengine.web.runtime import runtime
from grantengine.web.schemas.pledges import MadePledgeSchema, PledgeRequestSchema

View = TypeVar("View", bound=Callable[..., Any])

_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "Yours for this pledge: sent again, it is the same pledge",
}

bp = Blueprint("api_pledges", __name__, url_prefix="/api/v1", description="To be written to.")


def _described(view: View) -> View:
    decorated = bp.response(HTTPStatus.CREATED, MadePledgeSchema)(view)
    decorated = bp.arguments(PledgeRequestSchema, unknown=RAISE)(decorated)
    decorated = bp.alt_response(HTTPStatus.NOT_FOUND, "NOT_FOUND")(decorated)
    decorated = bp.doc(operationId=view.__name__, parameters=[_KEY])(decorated)
    return bp.post("/campaigns/<string:slug>/pledges")(decorated)  # type: ignore[no-any-return]  # smorest ships no types


@_described
def make_pledge(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Make a pledge with a card, whose token the payment provider's own field gave."""
    campaign = queries.campaign_alone(reader(), slug)
    if campaign.status == CampaignStatus.DRAFT:
        raise NotFoundError(kind="campaign", slug=slug)
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise InvalidInputError(field="Idempotency-Key", reason="missing")
    engine = runtime()
    card = wanted.pop("card")
    pledge = checkout.make_pledge(
        engine.database,
        engine.ports["payments"],
        engine.clock,
        PledgeRequest(campaign_id=campaign.id, key=kept_key(key), **wanted),
        card=card,
    )
    return _made(pledge, campaign)


def _made(pledge: Pledge, campaign: Campaign) -> dict[str, Any]:
    return {
        "id": pledge.id,
        "status": pledge.status,
        "amount": pledge.amount,
        "legal_number": campaign.legal_number,
        "address": sharing.public_address(f"/pledges/{pledge.token}"),
    }
