"""What an account is: its kind, its book, the fund it belongs to, its floor."""

import re
from dataclasses import dataclass
from enum import StrEnum

from grantengine.ledger.errors import AccountCodeError

# Beancount wants a letter or a digit at the beginning of each name.
_CODE = re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9][A-Za-z0-9_-]*)+")


class Book(StrEnum):
    """Which story an account tells; a transfer never leaves its book."""

    BUDGET = "budget"  # the right to spend public money, from appropriation to paid
    CASH = "cash"  # money that exists, and what it was spent on
    PLEDGES = "pledges"  # what backers have promised, and what became of it


class Fund(StrEnum):
    """Whose money an account holds; a transfer never leaves its fund."""

    PUBLIC = "public"
    PRIVATE = "private"


class Kind(StrEnum):
    """The five kinds of account of double-entry bookkeeping."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


# An asset or an expense grows on the debit side, everything else on the credit side.
DEBIT_KINDS = frozenset({Kind.ASSET, Kind.EXPENSE})


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """An account to open.

    Attributes:
        code: path of names, such as `budget:match:available`; the first name is the book.
        kind: decides the side on which the balance counts as positive.
        fund: whose money it is.
        floor_cents: the balance never goes below it; None for no floor.
        currency: ISO 4217.

    Raises:
        AccountCodeError: the code is not a path that begins with the name of a book.
    """

    code: str
    kind: Kind
    fund: Fund
    floor_cents: int | None = 0
    currency: str = "EUR"

    def __post_init__(self) -> None:
        """Refuse a code that the exports could not write."""
        if not _CODE.fullmatch(self.code) or self.code.split(":")[0] not in set(Book):
            raise AccountCodeError(account=self.code)

    @property
    def book(self) -> Book:
        """Tell the book, the first name of the code."""
        return Book(self.code.split(":")[0])

    @property
    def debit_normal(self) -> bool:
        """Tell whether the balance is debits less credits."""
        return self.kind in DEBIT_KINDS
