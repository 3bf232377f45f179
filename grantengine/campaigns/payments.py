"""The payment port: what any provider of card payments does for a campaign.

Prepare (a row with its key), call, record: no call is made inside a transaction, and a call
that may be repeated carries the same key, for which the provider does the thing once.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from grantengine.campaigns.answers import (
    CardAnswer,
    ChargeAnswer,
    Finding,
    PayoutAnswer,
    RefundAnswer,
    Subject,
)
from grantengine.money import Money


class PaymentGateway(Protocol):
    """A provider of card payments.

    Every method raises GatewayUnavailableError when there is no answer: the thing may have
    happened or not, and the same question under the same key finds out. GatewayRefusedError
    means that the provider did not understand us or does not know us: a person has to look.
    """

    @property
    def name(self) -> str:
        """Name the provider, as it stands in `cash:provider:<name>`."""

    def save_card(self, *, key: str, card: str, is_for_later: bool) -> CardAnswer:
        """Save a card.

        Args:
            key: idempotency key, the pledge's id, or the pledge's id and a number.
            card: what the provider's field on the page gave; never kept by us.
            is_for_later: charged while its holder is away, so the bank is asked now; else
                charged in the next moment.
        """

    def finish_authentication(self, *, key: str, reference: str) -> CardAnswer:
        """Ask what became of a card whose holder has been to the bank's page.

        Args:
            key: that of `save_card`.
            reference: from `AuthenticationNeeded`.
        """

    def charge(self, *, key: str, token: str, amount: Money, is_present: bool) -> ChargeAnswer:
        """Charge a saved card.

        Args:
            key: idempotency key, the charge's id: charged once, however often asked.
            token: from `CardSaved`.
            amount: positive.
            is_present: whether the card's holder sits before the page.
        """

    def charge_state(self, *, reference: str) -> ChargeAnswer:
        """Ask what became of a charge whose backer had to be authenticated."""

    def give_up_charge(self, *, reference: str) -> ChargeAnswer:
        """Take back the asking of a charge that waits for its backer.

        Returns:
            Declined; or succeeded, when the backer was faster.
        """

    def client_secret(self, *, reference: str) -> str | None:
        """Give what the provider's own script needs to lead the backer to the bank.

        Returns:
            None when the provider has no script: a button on our page is enough.
        """

    def refund(self, *, key: str, reference: str, amount: Money) -> RefundAnswer:
        """Give back a charge or a part of it.

        Args:
            key: idempotency key, the refund's id.
            reference: from `ChargeSucceeded`.
            amount: positive.
        """

    def pay_out(self, *, key: str, amount: Money) -> PayoutAnswer:
        """Send money from the provider to the bank account kept for backers' money.

        Args:
            key: idempotency key, the payout's id.
            amount: positive.
        """

    def find(self, subject: Subject) -> list[Finding]:
        """Tell how a thing stands now; of a charge, also its refunds and disputes.

        Returns:
            Nothing, when the provider does not know it.
        """

    def find_since(self, instant: datetime) -> Iterator[Finding]:
        """Tell every charge, refund, dispute and payout since an instant, as it stands now."""
