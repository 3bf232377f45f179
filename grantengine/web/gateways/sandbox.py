"""The sandbox gateway: a deterministic stand-in for a card scheme, for demonstration and tests.

It keeps no state that matters: every answer follows from the key and the card, and a reference
carries what it stands for. Only the cards that stay silent, answer twice or dispute are
remembered, for the life of the process: to answer the second time, and to be found by the sweep.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
    ChargeAnswer,
    ChargeDeclined,
    ChargeFound,
    ChargeSucceeded,
    DisputeFound,
    DisputeState,
    Finding,
    PayoutFound,
    PayoutMade,
    PayoutState,
    RefundAnswer,
    RefundDone,
    RefundRefused,
    Subject,
    SubjectKind,
)
from grantengine.campaigns.errors import GatewayUnavailableError
from grantengine.money import Money

# 1.4 % and 25 cents, what a card of the European Economic Area costs at Stripe.
FEE_PER_MILLE = 14
FEE_FIXED_CENTS = 25
DISPUTE_FEE = Money(2000)


class Behaviour(StrEnum):
    """What a test card does."""

    SUCCEEDS = "succeeds"
    DECLINES_WHEN_SAVED = "declines_when_saved"
    DECLINES_WHEN_CHARGED = "declines_when_charged"
    ASKS_FOR_AUTHENTICATION = "asks_for_authentication"
    ASKS_WHEN_CHARGED = "asks_when_charged"
    TIMES_OUT_ONCE = "times_out_once"
    ANSWERS_TWICE = "answers_twice"
    DISPUTES = "disputes"


# The numbers are Stripe's for the same behaviour, where it has one.
TEST_CARDS = {
    "4242424242424242": Behaviour.SUCCEEDS,
    "4000000000000002": Behaviour.DECLINES_WHEN_SAVED,
    "4000000000000341": Behaviour.DECLINES_WHEN_CHARGED,
    "4000002500003155": Behaviour.ASKS_FOR_AUTHENTICATION,
    "4000002760003184": Behaviour.ASKS_WHEN_CHARGED,
    "4000000000000119": Behaviour.TIMES_OUT_ONCE,
    "4000000000000101": Behaviour.ANSWERS_TWICE,
    "4000000000000259": Behaviour.DISPUTES,
}

_TOKEN = "sandbox"  # noqa: S105  # the beginning of a token, no secret


class SandboxGateway:
    """Answers as a payment provider would, without one."""

    name = "sandbox"

    def __init__(self) -> None:
        """Begin without any card that has stayed silent, answered twice or disputed."""
        self._silent: set[str] = set()
        self._told_again: dict[str, ChargeFound] = {}
        self._disputed: dict[str, DisputeFound] = {}

    def save_card(self, *, key: str, card: str, is_for_later: bool) -> CardAnswer:
        """Save a test card; a number that is none of TEST_CARDS is declined."""
        behaviour = TEST_CARDS.get("".join(card.split()))
        if behaviour is None:
            return CardDeclined("incorrect_number")
        if behaviour is Behaviour.DECLINES_WHEN_SAVED:
            return CardDeclined("card_declined")
        if behaviour is Behaviour.ASKS_FOR_AUTHENTICATION:
            if is_for_later:
                return AuthenticationNeeded(reference=f"auth_{_digest(key)}")
            behaviour = Behaviour.ASKS_WHEN_CHARGED
        return CardSaved(token=f"{_TOKEN}:{behaviour}")

    def finish_authentication(self, *, key: str, reference: str) -> CardAnswer:
        """Know the backer, if the reference belongs to the key."""
        if reference != f"auth_{_digest(key)}":
            return CardDeclined("authentication_failed")
        return CardSaved(token=f"{_TOKEN}:{Behaviour.SUCCEEDS}")

    def charge(self, *, key: str, token: str, amount: Money, is_present: bool) -> ChargeAnswer:
        """Charge a saved test card."""
        match token.removeprefix(f"{_TOKEN}:"):
            case Behaviour.DECLINES_WHEN_CHARGED:
                return ChargeDeclined("insufficient_funds")
            case Behaviour.ASKS_WHEN_CHARGED:
                return AuthenticationNeeded(reference=f"ask_{key}:{amount.cents}")
            case Behaviour.TIMES_OUT_ONCE if key not in self._silent:
                self._silent.add(key)
                raise GatewayUnavailableError(gateway=self.name)
            case Behaviour.ANSWERS_TWICE:
                charged = _succeeded(key, amount, mark="ch")
                self._told_again[key] = ChargeFound(key, charged)
                return charged
            case Behaviour.DISPUTES:
                charged = _succeeded(key, amount, mark="dsp")
                self._disputed[key] = _dispute(charged.reference, amount)
                return charged
        return _succeeded(key, amount, mark="ch")

    def charge_state(self, *, reference: str) -> ChargeAnswer:
        """Know the backer: asking for the state stands for having been at the bank."""
        key, cents = reference.removeprefix("ask_").rsplit(":", 1)
        return _succeeded(key, Money(int(cents)), mark="ch")

    def give_up_charge(self, *, reference: str) -> ChargeAnswer:
        """Take back the asking."""
        return ChargeDeclined("authentication_required")

    def client_secret(self, *, reference: str) -> None:
        """Give nothing: one button stands for the bank's page."""

    def refund(self, *, key: str, reference: str, amount: Money) -> RefundAnswer:
        """Give back up to what was charged; a disputed charge is the bank's to decide."""
        mark, charged_key, charged = _read(reference)
        if mark == "dsp":
            return RefundRefused("charge_disputed")
        if amount > charged:
            return RefundRefused("charge_already_refunded")
        return RefundDone(reference=f"re_{_digest(key + charged_key)}")

    def pay_out(self, *, key: str, amount: Money) -> PayoutMade:
        """Pay out at once."""
        return PayoutMade(reference=f"po_{key}:{amount.cents}", state=PayoutState.PAID)

    def find(self, subject: Subject) -> list[Finding]:
        """Tell how a charge or a payout stands; the card that disputes has just done so."""
        reference = subject.reference
        if subject.kind is SubjectKind.PAYOUT:
            key, cents = reference.removeprefix("po_").rsplit(":", 1)
            return [PayoutFound(reference, key, Money(int(cents)), PayoutState.PAID)]
        if subject.kind is not SubjectKind.CHARGE:
            return []
        mark, key, amount = _read(reference)
        found: list[Finding] = [ChargeFound(key, _succeeded(key, amount, mark=mark))]
        if mark == "dsp":
            found.append(_dispute(reference, amount))
        return found

    def close_dispute(self, reference: str, *, is_won: bool) -> None:
        """Decide a dispute, as a bank would after weeks."""
        state = DisputeState.WON if is_won else DisputeState.LOST
        for key, dispute in self._disputed.items():
            if dispute.reference == reference:
                # What is won gives the fee back as well.
                fee = Money(0) if is_won else dispute.fee
                self._disputed[key] = replace(dispute, state=state, fee=fee)

    def find_since(self, instant: datetime) -> Iterator[Finding]:
        """Tell the disputes of this process, and again what a card that answers twice has paid."""
        return iter([*self._told_again.values(), *self._disputed.values()])


def fee_of(amount: Money) -> Money:
    """Reckon the provider's fee: 1.4 %, halves rounded up to the cent, and 25 cents.

    Never more than the amount itself.
    """
    cents = (amount.cents * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_CENTS
    return Money(min(cents, amount.cents), amount.currency)


def _succeeded(key: str, amount: Money, *, mark: str) -> ChargeSucceeded:
    reference = f"{mark}_{key}:{amount.cents}"
    return ChargeSucceeded(reference=reference, fee=fee_of(amount))


def _read(reference: str) -> tuple[str, str, Money]:
    """Read a charge's reference: what it does, the key it was charged under, the amount."""
    mark, rest = reference.split("_", 1)
    key, cents = rest.rsplit(":", 1)
    return mark, key, Money(int(cents))


def _dispute(reference: str, amount: Money) -> DisputeFound:
    return DisputeFound(
        reference=f"dp_{_digest(reference)}",
        charge=reference,
        amount=amount,
        fee=DISPUTE_FEE,
        state=DisputeState.OPEN,
        reason="fraudulent",
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:24]
