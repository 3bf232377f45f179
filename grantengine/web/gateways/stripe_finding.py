"""How things stand at Stripe: asked for one by one, or all since an instant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grantengine.campaigns.answers import (
    CardFound,
    ChargeFound,
    Finding,
    Subject,
    SubjectKind,
)
from grantengine.web.gateways import stripe_reading as reading
from grantengine.web.gateways.stripe_reading import Json

# What comes with a PaymentIntent, so that its fee needs no further question.
CHARGE_EXPANDED = "latest_charge.balance_transaction"


class StripeFinder:
    """Looks at things at Stripe; whatever Stripe's library raises is for the caller."""

    def __init__(self, api: Any) -> None:
        """Ask through this part of Stripe's library."""
        self._api = api

    def intent(self, reference: str) -> Json:
        """Look at a PaymentIntent, with its charge and what that cost."""
        return plain(self._api.payment_intents.retrieve(reference, {"expand": [CHARGE_EXPANDED]}))

    def since(self, instant: datetime) -> Iterator[Finding]:
        """List what was made since an instant, page by page."""
        since: Any = {"created": {"gte": int(instant.timestamp())}, "limit": 100}
        expanded: Any = since | {"expand": [f"data.{CHARGE_EXPANDED}"]}
        api = self._api
        for intent in map(plain, api.payment_intents.list(expanded).auto_paging_iter()):
            yield from self._charge_found(intent)
        for refund in map(plain, api.refunds.list(since).auto_paging_iter()):
            yield reading.refund_found(refund, charge=str(refund["payment_intent"]))
        for dispute in map(plain, api.disputes.list(since).auto_paging_iter()):
            yield from self._dispute_found(dispute)
        for payout in map(plain, api.payouts.list(since).auto_paging_iter()):
            yield reading.payout_found(payout)

    def found(self, subject: Subject) -> Iterator[Finding]:
        """Look at one thing; at a charge with its refunds and disputes."""
        match subject.kind:
            case SubjectKind.CARD:
                intent = plain(self._api.setup_intents.retrieve(subject.reference))
                if (key := reading.key_of(intent)) is not None:
                    yield CardFound(key, reading.card_answer(intent))
            case SubjectKind.CHARGE:
                yield from self._charge_with_all(subject.reference)
            case SubjectKind.REFUND:
                refund = plain(self._api.refunds.retrieve(subject.reference))
                if refund.get("payment_intent"):
                    charge = str(reading.id_of(refund["payment_intent"]))
                    yield reading.refund_found(refund, charge=charge)
            case SubjectKind.DISPUTE:
                dispute = plain(self._api.disputes.retrieve(subject.reference))
                yield from self._dispute_found(dispute)
            case SubjectKind.PAYOUT:
                yield reading.payout_found(plain(self._api.payouts.retrieve(subject.reference)))

    def _charge_with_all(self, reference: str) -> Iterator[Finding]:
        yield from self._charge_found(self.intent(reference))
        of_it: Any = {"payment_intent": reference, "limit": 100}
        for refund in map(plain, self._api.refunds.list(of_it).data):
            yield reading.refund_found(refund, charge=reference)
        for dispute in map(plain, self._api.disputes.list(of_it).data):
            yield from self._dispute_found(dispute)

    def _charge_found(self, intent: Json) -> Iterator[Finding]:
        key = reading.key_of(intent)
        if key is None:
            return
        try:
            yield ChargeFound(key, reading.charge_answer(intent))
        except reading.NotSettledError:
            return

    def _dispute_found(self, dispute: Json) -> Iterator[Finding]:
        charge = reading.id_of(dispute.get("payment_intent"))
        found = reading.dispute_found(dispute, charge=charge) if charge else None
        if found is not None:
            yield found


def plain(thing: Any) -> Json:
    """Turn an object of Stripe's library into plain JSON."""
    return dict(thing.to_dict())
