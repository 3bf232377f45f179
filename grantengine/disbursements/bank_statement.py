"""What a bank statement says, whatever file it came in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grantengine.money import Money, total


class Direction(StrEnum):
    """Whether money came to the account or left it."""

    CREDIT = "credit"
    DEBIT = "debit"


class EntryStatus(StrEnum):
    """How certain an entry is; only a booked one is money."""

    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One movement: a whole entry, or one transaction of an entry that holds several.

    Attributes:
        number: place in the statement from 1; with the statement's id it names the movement.
        amount: never negative; the sign is in `direction`.
        end_to_end_id: the id in our own bank file; none where the bank gives none.
        reference: viitenumero or RF reference as the bank wrote it, often filled with zeros.
        batch_id: the bank file or the block in it that the movement came from.
        transactions: how many payments the movement stands for: 1, or more where the bank
            gives no details of a batch, or details that do not add up.
        is_reversal: the entry undoes an earlier one.
        is_returned: the payee's bank sent the money back, or the bank refused the payment.
        return_reason: ISO external return reason code, such as `AC04` for a closed account.
    """

    number: int
    entry_reference: str | None
    bank_reference: str | None
    booked_on: date | None
    value_on: date | None
    amount: Money
    direction: Direction
    status: EntryStatus
    end_to_end_id: str | None
    reference: str | None
    message: str
    counterparty_name: str | None
    counterparty_account: str | None
    bank_transaction_code: str | None
    batch_id: str | None
    transactions: int
    is_reversal: bool
    is_returned: bool
    return_reason: str | None

    @property
    def signed_amount(self) -> Money:
        """Give the amount as the account feels it."""
        return self.amount if self.direction is Direction.CREDIT else -self.amount


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's statement; balances are signed, and absent where the bank gives none."""

    id: str
    account_iban: str | None
    account_number: str
    currency: str
    opening_balance: Money | None
    closing_balance: Money | None
    entries: tuple[StatementEntry, ...]

    @property
    def booked_entries(self) -> tuple[StatementEntry, ...]:
        """Leave out what is pending or only information."""
        return tuple(each for each in self.entries if each.status is EntryStatus.BOOKED)


def balances_agree(statement: Statement) -> bool | None:
    """Say whether opening balance and booked entries make the closing balance.

    Returns:
        None where the bank gives no balances to compare, or an entry in another currency.
    """
    opening, closing = statement.opening_balance, statement.closing_balance
    if opening is None or closing is None:
        return None
    amounts = [each.signed_amount for each in statement.booked_entries]
    if any(amount.currency != opening.currency for amount in [*amounts, closing]):
        return None
    moved = total(amounts, opening.currency)
    return opening + moved == closing
