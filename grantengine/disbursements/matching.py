"""What a movement of a bank statement is to us: a payment made, one returned, or a doubt."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grantengine.disbursements.bank_statement import Direction, EntryStatus, StatementEntry
from grantengine.disbursements.lifecycle import Doubt, Outcome, PaymentStatus
from grantengine.money import Money, total

_NEVER_SENT = frozenset({PaymentStatus.DRAFT, PaymentStatus.DROPPED})


@dataclass(frozen=True, slots=True)
class OurPayment:
    """A payment as it stands when a movement names it.

    Attributes:
        was_confirmed: whether some statement has shown its debit.
    """

    end_to_end_id: str
    amount: Money
    status: PaymentStatus
    was_confirmed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a movement is to us, and why a person should look at it, if so."""

    outcome: Outcome
    doubt: Doubt | None = None


def judge(
    entry: StatementEntry, payment: OurPayment | None, *, is_own_account: bool, was_told: bool
) -> Verdict:
    """Decide what one movement is; only a booked one of the exact amount moves anything.

    Args:
        entry: the movement.
        payment: the payment that its end-to-end id names, if it is one of ours.
        is_own_account: whether the statement is of an account that we pay from.
        was_told: whether an earlier file held the same movement.
    """
    if entry.status is not EntryStatus.BOOKED:
        return Verdict(Outcome.UNBOOKED)
    if payment is None:
        return _stranger(entry) if is_own_account else Verdict(Outcome.FOREIGN)
    if was_told:
        return Verdict(Outcome.KNOWN)
    return _ours(entry, payment)


def explode(entry: StatementEntry, payments: Sequence[OurPayment]) -> list[StatementEntry]:
    """Take a whole batch that a bank booked as one debit apart into its payments.

    Args:
        entry: a movement without an end-to-end id of its own.
        payments: those of the batch that it names, at least one.

    Returns:
        One movement for each payment; or the entry itself where its sum or the number of its
        payments is not that of the batch.
    """
    together = total((each.amount for each in payments), payments[0].amount.currency)
    if entry.transactions != len(payments) or entry.amount != together:
        return [entry]
    return [
        replace(entry, end_to_end_id=each.end_to_end_id, amount=each.amount, transactions=1)
        for each in payments
    ]


def fingerprint(account: str, entry: StatementEntry) -> str:
    """Name a movement whatever file it comes in: SHA-256 over what the bank says of it."""
    reference = entry.bank_reference or entry.entry_reference
    booked_on = entry.booked_on.isoformat() if entry.booked_on else None
    content = [
        account, entry.end_to_end_id, entry.direction, entry.amount.cents,
        entry.amount.currency, booked_on, reference,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def in_order(entries: Sequence[StatementEntry]) -> list[StatementEntry]:
    """Put debits first: some banks list the newest first, a return before its payment."""
    return sorted(entries, key=lambda entry: entry.direction is Direction.CREDIT)


def _ours(entry: StatementEntry, payment: OurPayment) -> Verdict:
    if payment.status in _NEVER_SENT:
        return _unclear(Doubt.NOT_SENT)
    if entry.amount != payment.amount:
        return _unclear(Doubt.AMOUNT_DIFFERS)
    if _is_debit(entry):
        return _debit(payment)
    return _return(payment) if _goes_back(entry) else _unclear(Doubt.WRONG_DIRECTION)


def _is_debit(entry: StatementEntry) -> bool:
    turned = entry.is_reversal or entry.is_returned
    return entry.direction is Direction.DEBIT and not turned


def _goes_back(entry: StatementEntry) -> bool:
    turned = entry.is_reversal or entry.is_returned
    return entry.direction is Direction.CREDIT and turned


def _stranger(entry: StatementEntry) -> Verdict:
    # The bank's fees carry no id; what somebody ordered from our account does.
    ordered = entry.end_to_end_id or entry.batch_id
    if (_is_debit(entry) and ordered) or _goes_back(entry):
        return _unclear(Doubt.UNKNOWN_ID)
    return Verdict(Outcome.FOREIGN)


def _debit(payment: OurPayment) -> Verdict:
    if payment.status is PaymentStatus.SENT:
        return Verdict(Outcome.PAID)
    if payment.status is PaymentStatus.RETURNED and not payment.was_confirmed:
        # The return was imported before the statement that shows the payment.
        return Verdict(Outcome.KNOWN)
    return _unclear(Doubt.PAID_TWICE)


def _return(payment: OurPayment) -> Verdict:
    if payment.status is PaymentStatus.RETURNED:
        return _unclear(Doubt.RETURNED_TWICE)
    return Verdict(Outcome.RETURNED)


def _unclear(doubt: Doubt) -> Verdict:
    return Verdict(Outcome.UNCLEAR, doubt)
