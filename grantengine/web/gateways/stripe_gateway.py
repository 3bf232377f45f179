"""The Stripe gateway: the payment port over Stripe's own library, one HTTP call at a time.

A key lives at Stripe for a day, and an answer of 500 is repeated under it for as long. So what
moves money is looked for first, by our key in its metadata, and only then asked for.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

import stripe

from grantengine.campaigns.answers import (
    CardAnswer,
    CardDeclined,
    CardSaved,
    ChargeAnswer,
    ChargeDeclined,
    Finding,
    PayoutAnswer,
    PayoutDelayed,
    PayoutMade,
    RefundAnswer,
    RefundRefused,
    Subject,
)
from grantengine.campaigns.errors import GatewayRefusedError, GatewayUnavailableError
from grantengine.money import Money
from grantengine.web.gateways import stripe_reading as reading
from grantengine.web.gateways.stripe_finding import CHARGE_EXPANDED, StripeFinder, plain
from grantengine.web.gateways.stripe_reading import KEY, Json

# The version whose requests and answers this file was written for; the account's own may be
# another, and the library's newer still, which is why its types are left out of the requests.
API_VERSION = "2024-06-20"
_TIMEOUT_S = 20
_GONE = frozenset({"resource_missing", "payment_method_unactivated"})


class StripeGateway:
    """Asks Stripe."""

    name = "stripe"

    def __init__(self, *, secret_key: str, api_url: str) -> None:
        """Ask under this key at this address; nothing is asked yet."""
        self._api = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_url},
            # Who calls asks again by itself, and knows what it has written down.
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_S),
        ).v1
        self._finder = StripeFinder(self._api)

    def save_card(self, *, key: str, card: str, is_for_later: bool) -> CardAnswer:
        """Save a card, a payment method that Stripe's field made, with a customer of its own."""
        with self._asking():
            try:
                customer = self._api.customers.create(
                    {"metadata": {KEY: key}}, {"idempotency_key": f"{key}:customer"}
                ).id
                if not is_for_later:
                    self._api.payment_methods.attach(
                        card, {"customer": customer}, {"idempotency_key": f"{key}:{card}"}
                    )
                    return CardSaved(reading.token(customer, card))
                return self._set_up(key, card, customer)
            except stripe.CardError as error:
                return CardDeclined(_declined(error))

    def finish_authentication(self, *, key: str, reference: str) -> CardAnswer:
        """Look at the SetupIntent again."""
        with self._asking():
            return reading.card_answer(plain(self._api.setup_intents.retrieve(reference)))

    def charge(self, *, key: str, token: str, amount: Money, is_present: bool) -> ChargeAnswer:
        """Find the PaymentIntent of this key, or make and confirm it."""
        customer, payment_method = reading.parts_of(token)
        with self._asking():
            known = self._charged_before(customer, key)
            if known is not None:
                return self._charge_answer(known)
            wanted: Any = {
                "amount": amount.cents,
                "currency": amount.currency.lower(),
                "customer": customer,
                "payment_method": payment_method,
                "payment_method_types": ["card"],
                "capture_method": "automatic",
                "confirm": True,
                "off_session": not is_present,
                "metadata": {KEY: key},
                "expand": [CHARGE_EXPANDED],
            }
            try:
                made = self._api.payment_intents.create(wanted, {"idempotency_key": key})
            except stripe.CardError as error:
                return self._after_card_error(error)
            except stripe.InvalidRequestError as error:
                if error.code in _GONE:
                    return ChargeDeclined(str(error.code))
                raise
            return self._charge_answer(plain(made))

    def charge_state(self, *, reference: str) -> ChargeAnswer:
        """Look at the PaymentIntent; one that was declined is cancelled, so that it stays so."""
        with self._asking():
            answer = self._charge_answer(self._finder.intent(reference))
        if isinstance(answer, ChargeDeclined) and answer.reason != "canceled":
            self.give_up_charge(reference=reference)
        return answer

    def give_up_charge(self, *, reference: str) -> ChargeAnswer:
        """Cancel the PaymentIntent, if the backer was not faster."""
        with self._asking():
            # Refused when it succeeded or was cancelled meanwhile; looking at it tells which.
            with suppress(stripe.InvalidRequestError):
                self._api.payment_intents.cancel(reference)
            return self._charge_answer(self._finder.intent(reference))

    def client_secret(self, *, reference: str) -> str | None:
        """Give the secret that Stripe's script finishes a SetupIntent or PaymentIntent with."""
        with self._asking():
            if reference.startswith("seti_"):
                return self._api.setup_intents.retrieve(reference).client_secret
            return self._api.payment_intents.retrieve(reference).client_secret

    def refund(self, *, key: str, reference: str, amount: Money) -> RefundAnswer:
        """Find the refund of this key, or make it."""
        with self._asking():
            known = self._known(self._api.refunds, {"payment_intent": reference}, key)
            if known is not None:
                return reading.refund_answer(known)
            try:
                made = self._api.refunds.create(
                    {"payment_intent": reference, "amount": amount.cents, "metadata": {KEY: key}},
                    {"idempotency_key": key},
                )
            except stripe.InvalidRequestError as error:
                return RefundRefused(str(error.code or "refused"))
            return reading.refund_answer(plain(made))

    def pay_out(self, *, key: str, amount: Money) -> PayoutAnswer:
        """Find the payout of this key, or make it, if there is enough to pay out."""
        with self._asking():
            known = self._known(self._api.payouts, {}, key)
            if known is not None:
                return PayoutMade(known["id"], reading.payout_state(known))
            if self._available(amount.currency) < amount:
                return PayoutDelayed("balance_insufficient")
            try:
                made = plain(
                    self._api.payouts.create(
                        {
                            "amount": amount.cents,
                            "currency": amount.currency.lower(),
                            "metadata": {KEY: key},
                        },
                        {"idempotency_key": key},
                    )
                )
            except stripe.InvalidRequestError as error:
                return PayoutDelayed(str(error.code or "refused"))
            return PayoutMade(made["id"], reading.payout_state(made))

    def find(self, subject: Subject) -> list[Finding]:
        """Ask how a thing stands."""
        with self._asking():
            try:
                return [*self._finder.found(subject)]
            except stripe.InvalidRequestError as error:
                if error.http_status == HTTPStatus.NOT_FOUND:
                    return []
                raise

    def find_since(self, instant: datetime) -> Iterator[Finding]:
        """List what was made since an instant, page by page."""
        with self._asking():
            yield from self._finder.since(instant)

    def _set_up(self, key: str, card: str, customer: str) -> CardAnswer:
        wanted: Any = {
            "customer": customer,
            "usage": "off_session",
            "payment_method_types": ["card"],
            "metadata": {KEY: key},
        }
        intent = self._api.setup_intents.create(wanted, {"idempotency_key": f"{key}:setup:{card}"})
        confirmed = self._api.setup_intents.confirm(
            intent.id, {"payment_method": card}, {"idempotency_key": f"{key}:confirm:{card}"}
        )
        return reading.card_answer(plain(confirmed))

    def _after_card_error(self, error: stripe.CardError) -> ChargeAnswer:
        """Read from the error whether the card is bad or its holder is wanted."""
        told = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
        intent = told.get("payment_intent")
        if error.code == "authentication_required" and isinstance(intent, dict):
            return reading.charge_answer({**intent, "last_payment_error": {"code": error.code}})
        return ChargeDeclined(_declined(error))

    def _charge_answer(self, intent: Json) -> ChargeAnswer:
        """Read a PaymentIntent, whose charge may have come as its id alone."""
        charge = intent.get("latest_charge")
        if intent["status"] == "succeeded":
            if not isinstance(charge, dict):
                charge = plain(self._api.charges.retrieve(str(charge)))
            transaction = charge.get("balance_transaction")
            if isinstance(transaction, str):
                transaction = plain(self._api.balance_transactions.retrieve(transaction))
            intent = {**intent, "latest_charge": {**charge, "balance_transaction": transaction}}
        return reading.charge_answer(intent)

    def _charged_before(self, customer: str, key: str) -> Json | None:
        """Find the intent that charged, or tried to charge, a customer under a key.

        Each pledge has a customer of its own, so there is one charge, or one for each try.
        """
        for charge in map(plain, self._api.charges.list({"customer": customer}).data):
            reference = reading.id_of(charge.get("payment_intent"))
            intent = self._finder.intent(reference) if reference else {}
            if reading.key_of(intent) == key:
                return intent
        return None

    def _known(self, service: Any, narrowed: Json, key: str) -> Json | None:
        """Find what was made under a key, however long ago, and however that ended."""
        for each in map(plain, service.list({**narrowed, "limit": 100}).auto_paging_iter()):
            if reading.key_of(each) == key:
                return each
        return None

    def _available(self, currency: str) -> Money:
        balance = plain(self._api.balance.retrieve())
        held = [
            each["amount"] for each in balance["available"] if each["currency"].upper() == currency
        ]
        return Money(sum(held), currency)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn every failure of a call into silence or a refusal."""
        try:
            yield
        except reading.NotSettledError as error:
            raise GatewayUnavailableError(gateway=self.name, reason=str(error)) from error
        except (
            stripe.InvalidRequestError,
            stripe.AuthenticationError,
            stripe.PermissionError,
        ) as error:
            reason = str(error.code or type(error).__name__)
            raise GatewayRefusedError(gateway=self.name, reason=reason) from error
        except stripe.StripeError as error:
            reason = type(error).__name__
            raise GatewayUnavailableError(gateway=self.name, reason=reason) from error


def _declined(error: stripe.CardError) -> str:
    told = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    return str(told.get("decline_code") or error.code or "card_declined")
