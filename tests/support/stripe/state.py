"""What our stand-in for Stripe knows and does: cards, intents, refunds, disputes, payouts."""

import time

from grantengine.money import Money
from grantengine.web.gateways.sandbox import fee_of
from tests.support.stripe.shapes import PREFIXES, shaped

DISPUTE_FEE = 2000

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
DECLINED_WHEN_CHARGED = "4000000000000341"
ASKS_FOR_AUTHENTICATION = "4000002500003155"
ASKS_WHEN_CHARGED = "4000002760003184"


class StripeError(Exception):
    """An answer that is no success."""

    def __init__(self, status, *, kind="invalid_request_error", **told):
        super().__init__(told)
        self.status, self.error = status, {"type": kind, **told}


class State:
    """Everything at Stripe, by id, in the order in which it was made."""

    def __init__(self):
        self.things = {}
        self.events = []
        self.available = 0
        self._cards, self._set_up, self._numbers = {}, set(), 0

    # What the API does.

    def customers(self, params):
        return self._new("customer", metadata=params.get("metadata", {}))

    def payment_methods(self, params):
        made = self._new("payment_method", type=params["type"])
        self._cards[made["id"]] = params["card"]["number"]
        return made

    def attach(self, method, params):
        if self._cards[method] == DECLINED:
            raise declined("card_declined")
        self.get("payment_method", method)["customer"] = params["customer"]
        return self.get("payment_method", method)

    def setup_intents(self, params):
        intent = self._new(
            "setup_intent",
            customer=params["customer"],
            usage=params["usage"],
            metadata=params.get("metadata", {}),
            last_setup_error=None,
            next_action=None,
        )
        intent["client_secret"] = f"{intent['id']}_secret"
        return intent

    def confirm_setup(self, reference, params):
        intent = self.get("setup_intent", reference)
        card = self._cards[params["payment_method"]]
        if card == DECLINED:
            intent["last_setup_error"] = {"code": "card_declined"}
            self._tell("setup_intent.setup_failed", intent)
            raise declined("card_declined", setup_intent=intent)
        intent["payment_method"] = params["payment_method"]
        self.get("payment_method", params["payment_method"])["customer"] = intent["customer"]
        if card == ASKS_FOR_AUTHENTICATION:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk"}
            return intent
        return self._saved(intent)

    def payment_intents(self, params):
        method = self.get("payment_method", params["payment_method"])
        if method["customer"] != params["customer"]:
            raise StripeError(400, code="payment_method_customer_mismatch")
        intent = self._new(
            "payment_intent",
            amount=int(params["amount"]),
            currency=params["currency"],
            customer=params["customer"],
            payment_method=method["id"],
            metadata=params.get("metadata", {}),
            last_payment_error=None,
            next_action=None,
            canceled_at=None,
        )
        intent["client_secret"] = f"{intent['id']}_secret"
        return self._confirm(intent, is_off_session=params.get("off_session") == "true")

    def cancel(self, reference):
        intent = self.get("payment_intent", reference)
        if intent["status"] in ("succeeded", "canceled"):
            raise StripeError(400, code="payment_intent_unexpected_state")
        intent["status"], intent["canceled_at"] = "canceled", int(time.time())
        self._tell("payment_intent.canceled", intent)
        return intent

    def refunds(self, params):
        intent = self.get("payment_intent", params["payment_intent"])
        charge = self.things[intent["latest_charge"]]
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(params.get("amount", left))
        if charge["disputed"]:
            raise StripeError(400, code="charge_disputed")
        if not left:
            raise StripeError(400, code="charge_already_refunded")
        if amount > left:
            raise StripeError(400, code="amount_too_large", param="amount")
        return self._refunded(intent, charge, amount, params.get("metadata", {}))

    def payouts(self, params):
        amount = int(params["amount"])
        if amount > self.available:
            raise StripeError(400, code="balance_insufficient")
        self.available -= amount
        made = self._new(
            "payout",
            amount=amount,
            currency=params["currency"],
            metadata=params.get("metadata", {}),
            status="pending",
            automatic=False,
        )
        self._tell("payout.created", made)
        return made

    def balance(self):
        held = {"amount": self.available, "currency": "eur", "source_types": {}}
        return shaped("balance", available=[held], pending=[])

    def get(self, kind, reference):
        thing = self.things.get(reference)
        if thing is None or thing["object"] != kind:
            raise StripeError(404, code="resource_missing")
        return thing

    def of_kind(self, kind):
        """List the things of a kind, newest first."""
        return [each for each in reversed(self.things.values()) if each["object"] == kind]

    # What happens at Stripe without being asked for.

    def authenticate(self, reference, *, succeeds=True):
        """Let a backer go to the bank's page for an intent."""
        if reference.startswith("seti_"):
            intent = self.get("setup_intent", reference)
            return self._saved(intent) if succeeds else self._not_saved(intent)
        intent = self.get("payment_intent", reference)
        return (
            self._charged(intent)
            if succeeds
            else self._not_charged(intent, "payment_intent_authentication_failure")
        )

    def refund_by_hand(self, reference, amount):
        """Refund on Stripe's own page, without a key of ours."""
        return self.refunds({"payment_intent": reference, "amount": str(amount)})

    def fail_refund(self, reference):
        """Let the backer's bank not take a refund."""
        refund = self.get("refund", reference)
        refund["status"] = "failed"
        self.available += refund["amount"]
        self._tell("charge.refund.updated", refund)

    def open_dispute(self, reference):
        """Let a backer dispute what is left of a charge."""
        intent = self.get("payment_intent", reference)
        charge = self.things[intent["latest_charge"]]
        charge["disputed"] = True
        amount = charge["amount"] - charge["amount_refunded"]
        dispute = self._new(
            "dispute",
            amount=amount,
            currency="eur",
            charge=charge["id"],
            payment_intent=reference,
            reason="fraudulent",
            status="needs_response",
            balance_transactions=[self._moved(-amount, DISPUTE_FEE, "adjustment")],
        )
        self._tell("charge.dispute.created", dispute)
        self._tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, reference, *, is_won):
        """Let the bank decide."""
        dispute = self.get("dispute", reference)
        dispute["status"] = "won" if is_won else "lost"
        if is_won:
            moved = self._moved(dispute["amount"], -DISPUTE_FEE, "adjustment")
            dispute["balance_transactions"].append(moved)
            self.things[dispute["charge"]]["disputed"] = False
            self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", dispute)

    def arrive(self, reference, *, succeeds=True):
        """Let a payout reach the bank, or come back from it."""
        payout = self.get("payout", reference)
        payout["status"] = "paid" if succeeds else "failed"
        if not succeeds:
            self.available += payout["amount"]
        self._tell(f"payout.{payout['status']}", payout)

    def _new(self, kind, **values):
        self._numbers += 1
        name = f"{PREFIXES[kind]}_{self._numbers:08d}"
        thing = shaped(kind, id=name, created=int(time.time()), **values)
        self.things[name] = thing
        return thing

    def _tell(self, kind, thing):
        event = self._new(
            "event", type=kind, data={"object": dict(thing)}, api_version="2024-06-20"
        )
        self.events.append(event)

    def _moved(self, amount, fee, kind):
        self.available += amount - fee
        return self._new(
            "balance_transaction",
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency="eur",
            type=kind,
        )

    def _saved(self, intent):
        intent["status"], intent["next_action"] = "succeeded", None
        self._set_up.add(intent["payment_method"])
        self._tell("setup_intent.succeeded", intent)
        return intent

    def _not_saved(self, intent):
        intent["status"] = "requires_payment_method"
        intent["last_setup_error"] = {"code": "setup_intent_authentication_failure"}
        self._tell("setup_intent.setup_failed", intent)
        return intent

    def _confirm(self, intent, *, is_off_session):
        method = intent["payment_method"]
        card = self._cards[method]
        if card in (DECLINED, DECLINED_WHEN_CHARGED):
            self._not_charged(intent, "card_declined", decline_code="insufficient_funds")
            raise declined(
                "card_declined", decline_code="insufficient_funds", payment_intent=intent
            )
        asks = card == ASKS_WHEN_CHARGED or (
            card == ASKS_FOR_AUTHENTICATION and method not in self._set_up
        )
        if asks and is_off_session:
            self._not_charged(intent, "authentication_required")
            raise declined("authentication_required", payment_intent=intent)
        if asks:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk"}
            self._tell("payment_intent.requires_action", intent)
            return intent
        return self._charged(intent)

    def _charged(self, intent):
        amount = intent["amount"]
        moved = self._moved(amount, fee_of(Money(amount)).cents, "charge")
        charge = self._new(
            "charge",
            amount=amount,
            amount_captured=amount,
            currency="eur",
            balance_transaction=moved["id"],
            payment_intent=intent["id"],
            customer=intent["customer"],
            captured=True,
            status="succeeded",
        )
        intent.update(
            status="succeeded", latest_charge=charge["id"], amount_received=amount, next_action=None
        )
        self._tell("charge.succeeded", charge)
        self._tell("payment_intent.succeeded", intent)
        return intent

    def _not_charged(self, intent, code, **told):
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"type": "card_error", "code": code, **told}
        self._tell("payment_intent.payment_failed", intent)
        return intent

    def _refunded(self, intent, charge, amount, metadata):
        moved = self._moved(-amount, 0, "refund")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = self._new(
            "refund",
            amount=amount,
            currency="eur",
            charge=charge["id"],
            payment_intent=intent["id"],
            balance_transaction=moved["id"],
            metadata=metadata,
            status="succeeded",
        )
        self._tell("charge.refunded", charge)
        return refund


def declined(code, **told):
    """Refuse a card as Stripe does."""
    return StripeError(402, kind="card_error", code=code, **told)
