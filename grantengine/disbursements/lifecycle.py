"""What a grant's instalments, batches and payments can be, and what may follow what."""

from collections.abc import Mapping
from enum import StrEnum

from grantengine.transitions import Moves


class InstalmentStatus(StrEnum):
    """Where an instalment of a grant stands."""

    WAITING = "waiting"  # for the learning card, or for the condition of its award
    OPEN = "open"  # may be paid
    BATCHED = "batched"  # in a batch that nobody has released
    IN_PAYMENT = "in_payment"
    PAID = "paid"
    DROPPED = "dropped"  # backers got it back, its condition lapsed, or a correction took it


INSTALMENT_MOVES: Moves[InstalmentStatus] = {
    InstalmentStatus.WAITING: {InstalmentStatus.OPEN, InstalmentStatus.DROPPED},
    InstalmentStatus.OPEN: {InstalmentStatus.BATCHED, InstalmentStatus.DROPPED},
    InstalmentStatus.BATCHED: {InstalmentStatus.OPEN, InstalmentStatus.IN_PAYMENT},
    # A payment that the bank returns opens its instalment again.
    InstalmentStatus.IN_PAYMENT: {InstalmentStatus.PAID, InstalmentStatus.OPEN},
    InstalmentStatus.PAID: {InstalmentStatus.OPEN},
    InstalmentStatus.DROPPED: set(),
}


class BatchStatus(StrEnum):
    """Where a payment batch stands; what became of its payments is said by each of them."""

    DRAFT = "draft"
    RELEASED = "released"
    CANCELLED = "cancelled"


BATCH_MOVES: Moves[BatchStatus] = {
    BatchStatus.DRAFT: {BatchStatus.RELEASED, BatchStatus.CANCELLED},
    BatchStatus.RELEASED: set(),
    BatchStatus.CANCELLED: set(),
}


class PaymentStatus(StrEnum):
    """Where one attempt to pay an instalment stands."""

    DRAFT = "draft"
    DROPPED = "dropped"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"


PAYMENT_MOVES: Moves[PaymentStatus] = {
    PaymentStatus.DRAFT: {PaymentStatus.SENT, PaymentStatus.DROPPED},
    PaymentStatus.DROPPED: set(),
    PaymentStatus.SENT: {PaymentStatus.PAID, PaymentStatus.RETURNED},
    PaymentStatus.PAID: {PaymentStatus.RETURNED},
    PaymentStatus.RETURNED: set(),
}

# Where a payment's move takes its instalment.
INSTALMENT_AFTER: Mapping[PaymentStatus, InstalmentStatus] = {
    PaymentStatus.DRAFT: InstalmentStatus.BATCHED,
    PaymentStatus.DROPPED: InstalmentStatus.OPEN,
    PaymentStatus.SENT: InstalmentStatus.IN_PAYMENT,
    PaymentStatus.PAID: InstalmentStatus.PAID,
    PaymentStatus.RETURNED: InstalmentStatus.OPEN,
}


class AccountChangeStatus(StrEnum):
    """Where the correction of a payee's account stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


ACCOUNT_CHANGE_MOVES: Moves[AccountChangeStatus] = {
    AccountChangeStatus.PROPOSED: {AccountChangeStatus.CONFIRMED, AccountChangeStatus.DROPPED},
    AccountChangeStatus.CONFIRMED: set(),
    AccountChangeStatus.DROPPED: set(),
}


class Outcome(StrEnum):
    """What one movement of a bank statement was to us."""

    PAID = "paid"
    RETURNED = "returned"
    KNOWN = "known"  # told by an earlier statement
    UNCLEAR = "unclear"  # for a person to look at
    FOREIGN = "foreign"  # nothing of ours
    UNBOOKED = "unbooked"  # pending, or only information


class Doubt(StrEnum):
    """Why a movement is for a person to look at."""

    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_ID = "unknown_id"
    NOT_SENT = "not_sent"  # the id is that of a payment that was never released
    PAID_TWICE = "paid_twice"
    RETURNED_TWICE = "returned_twice"
    WRONG_DIRECTION = "wrong_direction"
