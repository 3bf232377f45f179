"""What payment providers send: kept as it came, answered at once, acted on as a task."""

from http import HTTPStatus

from flask import Blueprint, abort, request

from grantengine.campaigns import hearing
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("webhooks", __name__)


@bp.post("/webhooks/stripe")
def stripe() -> tuple[str, int]:
    """Keep an event of Stripe; 400 when it is not signed by Stripe, 404 without a secret."""
    secret = runtime().settings.stripe_webhook_secret
    if secret is None:
        abort(HTTPStatus.NOT_FOUND)
    # Imported only where it is configured: Stripe's library takes long to load.
    from grantengine.web.gateways import stripe_events

    told = stripe_events.verified(
        request.get_data(),
        request.headers.get("Stripe-Signature"),
        secret=secret.get_secret_value(),
    )
    with transaction() as session:
        hearing.keep_event(session, told, gateway="stripe", now=now())
    return "", HTTPStatus.OK
