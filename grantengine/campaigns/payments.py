"""The payment port: what any provider of card payments does for a campaign.

Prepare (a row with its key), call, record: no call is made inside a transaction, and a call
that may be repeated carries the same key, for which the provider gives the same answer.
"""

from dataclasses import dataclass
from typing import Protocol

from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class CardSaved:
    """The card may be charged later, under this token of the provider."""

    token: str


@dataclass(frozen=True, slots=True)
class CardDeclined:
    """The card may not be charged; the reason is the provider's code for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class AuthenticationNeeded:
    """The backer's bank wants to see the backer first; the reference finishes it."""

    reference: str


@dataclass(frozen=True, slots=True)
class ChargeSucceeded:
    """The amount was taken, under the provider's reference, less its fee."""

    reference: str
    fee: Money


@dataclass(frozen=True, slots=True)
class ChargeDeclined:
    """Nothing was taken; the reason is the provider's code for it."""

    reason: str


CardAnswer = CardSaved | CardDeclined | AuthenticationNeeded
ChargeAnswer = ChargeSucceeded | ChargeDeclined


class PaymentGateway(Protocol):
    """A provider of card payments."""

    @property
    def name(self) -> str:
        """Name the provider, as it stands in `cash:provider:<name>`."""

    def save_card(self, *, key: str, card: str) -> CardAnswer:
        """Save a card for one charge later.

        Args:
            key: idempotency key, the pledge's id.
            card: what the provider's field on the page gave; never kept by us.

        Raises:
            GatewayUnavailableError: no answer; ask again under the same key.
        """

    def finish_authentication(self, *, key: str, reference: str) -> CardAnswer:
        """Ask what became of an authentication that the backer has been through.

        Args:
            key: the pledge's id.
            reference: from `AuthenticationNeeded`.

        Raises:
            GatewayUnavailableError: no answer; ask again.
        """

    def charge(self, *, key: str, token: str, amount: Money) -> ChargeAnswer:
        """Charge a saved card while its holder is away.

        Args:
            key: idempotency key, the charge's id: charged once, however often asked.
            token: from `CardSaved`.
            amount: positive.

        Raises:
            GatewayUnavailableError: no answer, charged or not; ask again under the same key.
        """
