"""Events that Stripe sends, verified by their signature."""

import json

import stripe

from grantengine.campaigns.errors import ForgedEventError
from grantengine.campaigns.hearing import Told

_TYPE_LENGTH_MAX = 80
_ID_LENGTH_MAX = 255


def verified(body: bytes, signature: str | None, *, secret: str) -> Told:
    """Read an event whose signature is right and younger than five minutes.

    Raises:
        ForgedEventError: not signed with our secret, signed long ago, or no event at all.
    """
    try:
        text = body.decode()
        stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=300)
        event = json.loads(text)
        told = Told(id=str(event["id"]), type=str(event["type"]), body=text)
    except stripe.SignatureVerificationError as error:
        raise ForgedEventError(reason="signature") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ForgedEventError(reason="not_an_event") from error
    if len(told.id) > _ID_LENGTH_MAX or len(told.type) > _TYPE_LENGTH_MAX:
        raise ForgedEventError(reason="not_an_event")
    return told
