"""The sandbox gateway: a deterministic stand-in for a card scheme, for demonstration and tests.

It keeps no state that matters: every answer follows from the key and the card. Only the card
that times out is remembered for the life of the process, so that it answers the second time.
"""

import hashlib
from enum import StrEnum

from grantengine.campaigns.errors import GatewayUnavailableError
from grantengine.campaigns.payments import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
    ChargeAnswer,
    ChargeDeclined,
    ChargeSucceeded,
)
from grantengine.money import Money

# 1.4 % and 25 cents, what a card of the European Economic Area costs at Stripe.
FEE_PER_MILLE = 14
FEE_FIXED_CENTS = 25


class Behaviour(StrEnum):
    """What a test card does."""

    SUCCEEDS = "succeeds"
    DECLINES_WHEN_SAVED = "declines_when_saved"
    DECLINES_WHEN_CHARGED = "declines_when_charged"
    ASKS_FOR_AUTHENTICATION = "asks_for_authentication"
    TIMES_OUT_ONCE = "times_out_once"


# The numbers are Stripe's for the same behaviour, where it has one.
TEST_CARDS = {
    "4242424242424242": Behaviour.SUCCEEDS,
    "4000000000000002": Behaviour.DECLINES_WHEN_SAVED,
    "4000000000000341": Behaviour.DECLINES_WHEN_CHARGED,
    "4000002500003155": Behaviour.ASKS_FOR_AUTHENTICATION,
    "4000000000000119": Behaviour.TIMES_OUT_ONCE,
}

_TOKEN = "sandbox"  # noqa: S105  # the beginning of a token, no secret


class SandboxGateway:
    """Answers as a payment provider would, without one."""

    name = "sandbox"

    def __init__(self) -> None:
        """Begin without any card that has timed out."""
        self._timed_out: set[str] = set()

    def save_card(self, *, key: str, card: str) -> CardAnswer:
        """Save a test card; a number that is none of TEST_CARDS is declined."""
        behaviour = TEST_CARDS.get("".join(card.split()))
        if behaviour is None:
            return CardDeclined("incorrect_number")
        if behaviour is Behaviour.DECLINES_WHEN_SAVED:
            return CardDeclined("card_declined")
        if behaviour is Behaviour.ASKS_FOR_AUTHENTICATION:
            return AuthenticationNeeded(reference=f"auth_{_digest(key)}")
        return CardSaved(token=f"{_TOKEN}:{behaviour}")

    def finish_authentication(self, *, key: str, reference: str) -> CardAnswer:
        """Know the backer, if the reference belongs to the key."""
        if reference != f"auth_{_digest(key)}":
            return CardDeclined("authentication_failed")
        return CardSaved(token=f"{_TOKEN}:{Behaviour.SUCCEEDS}")

    def charge(self, *, key: str, token: str, amount: Money) -> ChargeAnswer:
        """Charge a saved test card."""
        behaviour = token.removeprefix(f"{_TOKEN}:")
        if behaviour == Behaviour.DECLINES_WHEN_CHARGED:
            return ChargeDeclined("insufficient_funds")
        if behaviour == Behaviour.TIMES_OUT_ONCE and key not in self._timed_out:
            self._timed_out.add(key)
            raise GatewayUnavailableError(gateway=self.name)
        return ChargeSucceeded(reference=f"ch_{_digest(key)}", fee=fee_of(amount))


def fee_of(amount: Money) -> Money:
    """Reckon the provider's fee: 1.4 %, halves rounded up to the cent, and 25 cents.

    Never more than the amount itself.
    """
    cents = (amount.cents * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_CENTS
    return Money(min(cents, amount.cents), amount.currency)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:24]
