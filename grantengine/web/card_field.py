"""Whose field takes a card: the sandbox's own, or Stripe's, into which this site never sees.

With the default settings no page runs a script or names another site; with Stripe the two pages
that need its field, and no others, let its script in.
"""

from typing import Any

from flask import Response, after_this_request

from grantengine.campaigns.errors import CampaignsError
from grantengine.web.i18n import current_language
from grantengine.web.labels.cards import card_labels
from grantengine.web.runtime import runtime

# What Stripe asks a site to allow: docs.stripe.com/security/guide#content-security-policy.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
    "https://*.stripe.com; font-src 'self'; script-src 'self' https://js.stripe.com; "
    "connect-src https://api.stripe.com; frame-src https://js.stripe.com "
    "https://hooks.stripe.com; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def card_field() -> dict[str, Any]:
    """Give the pledge page what its card field is made of."""
    if runtime().settings.payment_gateway == "sandbox":
        return {"template": "pledges/_card_sandbox.html", "cards": card_labels()}
    after_this_request(_let_stripe_in)
    return {"template": "pledges/_card_stripe.html", **_stripe()}


def bank_step(reference: str | None) -> dict[str, Any]:
    """Give the page of a pledge what leads its backer to the bank.

    Args:
        reference: of the card or the charge that waits for its backer.
    """
    if runtime().settings.payment_gateway == "sandbox" or reference is None:
        return {"template": "pledges/_bank_sandbox.html"}
    after_this_request(_let_stripe_in)
    try:
        secret = runtime().ports["payments"].client_secret(reference=reference)
    except CampaignsError:
        # Without it the page says to come back; whatever is waiting goes on waiting.
        secret = None
    return {"template": "pledges/_bank_stripe.html", "client_secret": secret, **_stripe()}


def _stripe() -> dict[str, Any]:
    key = runtime().settings.stripe_publishable_key
    return {"publishable_key": key, "language": current_language()}


def _let_stripe_in(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response
