"""What a payment provider answers, as values: nothing here knows any provider."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class RefundDone:
    """The amount is on its way back to the backer; the provider keeps its fee."""

    reference: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """Nothing is given back; the reason is the provider's code for it."""

    reason: str


class PayoutState(StrEnum):
    """How far a payout has come."""

    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PayoutMade:
    """The provider has taken the order; `reference` is its name for it."""

    reference: str
    state: PayoutState


@dataclass(frozen=True, slots=True)
class PayoutDelayed:
    """The provider does not hold enough yet; ask again another day (reason: its code)."""

    reason: str


CardAnswer = CardSaved | CardDeclined | AuthenticationNeeded
ChargeAnswer = ChargeSucceeded | ChargeDeclined | AuthenticationNeeded
RefundAnswer = RefundDone | RefundRefused
PayoutAnswer = PayoutMade | PayoutDelayed


class SubjectKind(StrEnum):
    """What an event of a provider can be about."""

    CARD = "card"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing at the provider, by the provider's own name for it."""

    kind: SubjectKind
    reference: str


@dataclass(frozen=True, slots=True)
class CardFound:
    """How the saving of a card stands; `key` is ours, as it was given to `save_card`."""

    key: str
    answer: CardAnswer


@dataclass(frozen=True, slots=True)
class ChargeFound:
    """How a charge stands; `key` is ours."""

    key: str
    answer: ChargeAnswer


class RefundState(StrEnum):
    """How a refund stands."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundFound:
    """How a refund stands.

    Attributes:
        reference: of the refund.
        key: ours; None when it was made on the provider's own page.
        charge: reference of the charge.
    """

    reference: str
    key: str | None
    charge: str
    amount: Money
    state: RefundState


class DisputeState(StrEnum):
    """How a dispute stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DisputeFound:
    """How a dispute stands.

    Attributes:
        reference: of the dispute.
        charge: reference of the charge.
        amount: taken back by the provider while it is open.
        fee: what the dispute costs, with what came back of it taken off.
        reason: the provider's code for what the backer says.
    """

    reference: str
    charge: str
    amount: Money
    fee: Money
    state: DisputeState
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutFound:
    """How a payout stands; `key` is ours, None when the provider paid out by itself."""

    reference: str
    key: str | None
    amount: Money
    state: PayoutState


Finding = CardFound | ChargeFound | RefundFound | DisputeFound | PayoutFound
