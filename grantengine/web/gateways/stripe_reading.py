"""What Stripe's objects say, as plain JSON, in the words of the payment port.

Only what is needed is read, and what may be missing in older versions of Stripe's API may be
missing: an object is read as it comes, whichever version made it.
"""

from typing import Any

from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
    ChargeAnswer,
    ChargeDeclined,
    ChargeSucceeded,
    DisputeFound,
    DisputeState,
    PayoutFound,
    PayoutState,
    RefundAnswer,
    RefundDone,
    RefundFound,
    RefundRefused,
    RefundState,
)
from grantengine.money import Money

Json = dict[str, Any]

# Under which name each thing at Stripe carries our key for it.
KEY = "grantengine_key"

_REFUND_FAILED = frozenset({"failed", "canceled"})
_DISPUTE_STATES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
_PAYOUT_STATES = {
    "pending": PayoutState.ON_ITS_WAY,
    "in_transit": PayoutState.ON_ITS_WAY,
    "paid": PayoutState.PAID,
    "failed": PayoutState.FAILED,
    "canceled": PayoutState.FAILED,
}


class NotSettledError(Exception):
    """Stripe has not made up its mind: ask again."""


def key_of(thing: Json) -> str | None:
    """Tell our key for a thing, None when it was not made by us."""
    key = (thing.get("metadata") or {}).get(KEY)
    return str(key) if key else None


def id_of(value: Any) -> str | None:
    """Tell the id of a thing that comes expanded or as its id alone."""
    return value.get("id") if isinstance(value, dict) else value


def token(customer: str, payment_method: str) -> str:
    """Make the token under which a card may be charged later."""
    return f"{customer}|{payment_method}"


def parts_of(card_token: str) -> tuple[str, str]:
    """Take a token apart: the customer, the payment method."""
    customer, payment_method = card_token.split("|")
    return customer, payment_method


def card_answer(intent: Json) -> CardAnswer:
    """Read what became of a SetupIntent."""
    match intent["status"]:
        case "succeeded":
            saved = token(str(id_of(intent["customer"])), str(id_of(intent["payment_method"])))
            return CardSaved(token=saved)
        case "requires_action" | "requires_confirmation" | "processing":
            return AuthenticationNeeded(reference=intent["id"])
    return CardDeclined(_reason(intent.get("last_setup_error")))


def charge_answer(intent: Json) -> ChargeAnswer:
    """Read what became of a PaymentIntent whose charge and its balance transaction are expanded.

    Raises:
        NotSettledError: it is still being processed, or its fee is not known yet.
    """
    match intent["status"]:
        case "succeeded":
            return ChargeSucceeded(reference=intent["id"], fee=_fee(intent))
        case "requires_action" | "requires_confirmation":
            return AuthenticationNeeded(reference=intent["id"])
        case "requires_payment_method":
            reason = _reason(intent.get("last_payment_error"))
            if reason == "authentication_required":
                return AuthenticationNeeded(reference=intent["id"])
            return ChargeDeclined(reason)
        case "canceled":
            return ChargeDeclined("canceled")
    raise NotSettledError(intent["status"])


def refund_answer(refund: Json) -> RefundAnswer:
    """Read what became of a refund; one that is pending is as good as done."""
    if refund["status"] in _REFUND_FAILED:
        return RefundRefused(str(refund.get("failure_reason") or refund["status"]))
    return RefundDone(reference=refund["id"])


def refund_found(refund: Json, *, charge: str) -> RefundFound:
    """Read how a refund of a charge stands."""
    is_failed = refund["status"] in _REFUND_FAILED
    return RefundFound(
        reference=refund["id"],
        key=key_of(refund),
        charge=charge,
        amount=_money(refund["amount"], refund["currency"]),
        state=RefundState.FAILED if is_failed else RefundState.DONE,
    )


def dispute_found(dispute: Json, *, charge: str) -> DisputeFound | None:
    """Read how a dispute of a charge stands; None for an inquiry, which takes no money."""
    state = _DISPUTE_STATES.get(dispute["status"])
    if state is None:
        return None
    # Taken with the amount, and given back by another transaction when it is won.
    fee = sum(each.get("fee", 0) for each in dispute.get("balance_transactions") or [])
    return DisputeFound(
        reference=dispute["id"],
        charge=charge,
        amount=_money(dispute["amount"], dispute["currency"]),
        fee=_money(max(fee, 0), dispute["currency"]),
        state=state,
        reason=str(dispute.get("reason") or "general"),
    )


def payout_state(payout: Json) -> PayoutState:
    """Read how far a payout has come."""
    return _PAYOUT_STATES[payout["status"]]


def payout_found(payout: Json) -> PayoutFound:
    """Read how a payout stands."""
    return PayoutFound(
        reference=payout["id"],
        key=key_of(payout),
        amount=_money(payout["amount"], payout["currency"]),
        state=payout_state(payout),
    )


def _fee(intent: Json) -> Money:
    charge = intent.get("latest_charge")
    transaction = charge.get("balance_transaction") if isinstance(charge, dict) else None
    if not isinstance(transaction, dict):
        raise NotSettledError("no balance transaction yet")
    return _money(transaction["fee"], transaction["currency"])


def _reason(error: Json | None) -> str:
    """Name why a card was declined, as precisely as Stripe does."""
    told = error or {}
    return str(told.get("decline_code") or told.get("code") or "card_declined")


def _money(cents: int, currency: str) -> Money:
    return Money(int(cents), currency.upper())
