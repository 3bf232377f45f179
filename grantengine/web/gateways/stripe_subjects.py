"""What an event of Stripe is about; knows nothing of Stripe's library, which is slow to load."""

import json
from typing import Any

from grantengine.campaigns.answers import Subject, SubjectKind
from grantengine.web.gateways.stripe_reading import id_of

# By the beginning of the type: which field of the object names what is to be asked for.
_SUBJECTS: dict[str, tuple[SubjectKind, str]] = {
    "setup_intent.": (SubjectKind.CARD, "id"),
    "payment_intent.": (SubjectKind.CHARGE, "id"),
    "charge.dispute.": (SubjectKind.DISPUTE, "id"),
    "charge.refund.": (SubjectKind.REFUND, "id"),
    "refund.": (SubjectKind.REFUND, "id"),
    "charge.": (SubjectKind.CHARGE, "payment_intent"),
    "payout.": (SubjectKind.PAYOUT, "id"),
}


def subject_of(body: str) -> Subject | None:
    """Tell what an event is about; None when nothing of ours can follow from it.

    Only the type and an id are read, which every version of Stripe's API has in one place.
    """
    event = json.loads(body)
    thing = _object_of(event)
    for beginning, (kind, field) in _SUBJECTS.items():
        if str(event.get("type", "")).startswith(beginning):
            reference = id_of(thing.get(field))
            return Subject(kind, reference) if reference else None
    return None


def _object_of(event: Any) -> dict[str, Any]:
    data = event.get("data") if isinstance(event, dict) else None
    thing = data.get("object") if isinstance(data, dict) else None
    return thing if isinstance(thing, dict) else {}
