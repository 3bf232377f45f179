"""How grants, instalments, batches and bank statements are spoken of."""

from grantengine.disbursements.lifecycle import (
    AccountChangeStatus,
    BatchStatus,
    Doubt,
    InstalmentStatus,
    Outcome,
    PaymentStatus,
)
from grantengine.disbursements.models import BankStatement
from grantengine.disbursements.reports import State
from grantengine.ledger.accounts import Fund
from grantengine.money import Money
from grantengine.web.formatting import money
from grantengine.web.i18n import LazyText, _, lazy, ngettext

FUNDS: dict[Fund, LazyText] = {
    Fund.PUBLIC: lazy("Public money"),
    Fund.PRIVATE: lazy("Backers’ money"),
}

INSTALMENT_STATUSES: dict[InstalmentStatus, LazyText] = {
    InstalmentStatus.WAITING: lazy("Waits for the learning"),
    InstalmentStatus.OPEN: lazy("To be paid"),
    InstalmentStatus.BATCHED: lazy("In a draft batch"),
    InstalmentStatus.IN_PAYMENT: lazy("In payment"),
    InstalmentStatus.PAID: lazy("Paid"),
    InstalmentStatus.DROPPED: lazy("Given back to backers"),
}

BATCH_STATUSES: dict[BatchStatus, LazyText] = {
    BatchStatus.DRAFT: lazy("Waits for release"),
    BatchStatus.RELEASED: lazy("Released"),
    BatchStatus.CANCELLED: lazy("Cancelled"),
}

PAYMENT_STATUSES: dict[PaymentStatus, LazyText] = {
    PaymentStatus.DRAFT: lazy("Not sent yet"),
    PaymentStatus.DROPPED: lazy("Dropped with its batch"),
    PaymentStatus.SENT: lazy("In payment"),
    PaymentStatus.PAID: lazy("Paid"),
    PaymentStatus.RETURNED: lazy("Returned by the bank"),
}

ACCOUNT_CHANGE_STATUSES: dict[AccountChangeStatus, LazyText] = {
    AccountChangeStatus.PROPOSED: lazy("Waits for confirmation"),
    AccountChangeStatus.CONFIRMED: lazy("Confirmed"),
    AccountChangeStatus.DROPPED: lazy("Dropped"),
}

OUTCOMES: dict[Outcome, LazyText] = {
    Outcome.PAID: lazy("Paid"),
    Outcome.RETURNED: lazy("Returned by the bank"),
    Outcome.KNOWN: lazy("Known from an earlier statement"),
    Outcome.UNCLEAR: lazy("For a person to look at"),
    Outcome.FOREIGN: lazy("Nothing of ours"),
    Outcome.UNBOOKED: lazy("Not booked yet"),
}

DOUBTS: dict[Doubt, LazyText] = {
    Doubt.AMOUNT_DIFFERS: lazy("The amount is not what we sent."),
    Doubt.UNKNOWN_ID: lazy("We never gave a payment with this id."),
    Doubt.NOT_SENT: lazy("The payment has this id, but nobody has released it."),
    Doubt.PAID_TWICE: lazy("The bank debited this payment a second time."),
    Doubt.RETURNED_TWICE: lazy("The bank returned this payment a second time."),
    Doubt.WRONG_DIRECTION: lazy("Money came in under the id of a payment, but not as a return."),
}

REPORT_STATES: dict[State, LazyText] = {
    State.PAID: lazy("Paid"),
    State.RETURNED: lazy("Returned by the bank"),
    State.IN_PAYMENT: lazy("In payment"),
}

# ISO 20022 external return reason codes that Finnish banks use for credit transfers.
RETURN_REASONS: dict[str, LazyText] = {
    "AC01": lazy("the account number is wrong"),
    "AC04": lazy("the account is closed"),
    "AC06": lazy("the account is blocked"),
    "AG01": lazy("the account does not take such payments"),
    "AM05": lazy("the payment was a duplicate"),
    "BE04": lazy("the payee’s address is missing"),
    "FOCR": lazy("it was called back"),
    "MD07": lazy("the payee has died"),
    "MS02": lazy("the payee refused it"),
    "MS03": lazy("the bank gave no reason"),
    "RR04": lazy("regulation forbids it"),
}


def return_reason(code: str | None) -> str:
    """Say why a bank sent money back, with the code that the bank gave."""
    if not code:
        return _("the bank gave no reason")
    known = RETURN_REASONS.get(code)
    return f"{known} ({code})" if known else code


def statement_summary(statement: BankStatement) -> str:
    """Say in one line what was taken from a statement, what was left, and why."""
    parts = [
        _taken(statement.paid_count, statement.paid_cents),
        _returned(statement.returned_count, statement.returned_cents),
        _left(statement),
    ]
    return " ".join(part for part in parts if part)


def _taken(count: int, cents: int) -> str:
    if not count:
        return _("No payment was marked paid.")
    return ngettext(
        "%(num)s payment was marked paid, %(sum)s.",
        "%(num)s payments were marked paid, %(sum)s in all.",
        count,
        sum=money(Money(cents)),
    )


def _returned(count: int, cents: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)s payment came back, %(sum)s: its instalment is open again.",
        "%(num)s payments came back, %(sum)s in all: their instalments are open again.",
        count,
        sum=money(Money(cents)),
    )


def _left(statement: BankStatement) -> str:
    left = [
        (statement.unclear_count, _("%(count)s for a person to look at")),
        (statement.known_count, _("%(count)s known from an earlier statement")),
        (statement.unbooked_count, _("%(count)s not booked yet")),
        (statement.foreign_count, _("%(count)s nothing of ours")),
    ]
    reasons = [text % {"count": count} for count, text in left if count]
    if not reasons:
        return _("Nothing was left.")
    return _("Left: %(reasons)s.", reasons=", ".join(reasons))
