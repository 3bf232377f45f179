"""Which rule an entry breaks, judged on the accounts it touches; the databases judge the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountClosedError,
    BalanceTooLargeError,
    CrossingError,
    OverdraftError,
    UnknownAccountError,
)
from grantengine.money import LARGEST_CENTS

# The slices of an account that is spread, and its own row.
PARTS = 17


@dataclass(frozen=True, slots=True)
class Held:
    """An account with what it holds, held for update.

    Attributes:
        available_cents: how far the account is above its floor, None without one.
        net_cents: debits less credits.
    """

    id: int
    code: str
    book: str
    fund: str
    currency: str
    debit_normal: bool
    available_cents: int | None
    is_closed: bool
    net_cents: int
    is_spread: bool


def judge(entry: Entry, accounts: Mapping[str, Held]) -> None:
    """Let an entry pass that the ledger can take.

    Raises:
        UnknownAccountError: a code names no account.
        AccountClosedError: an account is closed.
        CrossingError: a transfer would leave its book, fund or currency.
        OverdraftError: an account would fall below its floor.
        BalanceTooLargeError: an account would hold more than can be told.
    """
    for code in entry.account_codes:
        if code not in accounts:
            raise UnknownAccountError(account=code)
        if accounts[code].is_closed:
            raise AccountClosedError(account=code)
    for transfer in entry.transfers:
        _refuse_crossing(accounts, transfer)
    _refuse_overdraft(accounts, entry)
    _refuse_too_much(accounts, entry)


def _refuse_crossing(accounts: Mapping[str, Held], transfer: Transfer) -> None:
    debit, credit = accounts[transfer.debit], accounts[transfer.credit]
    for dimension in ("book", "fund", "currency"):
        if getattr(debit, dimension) != getattr(credit, dimension):
            raise CrossingError(debit=debit.code, credit=credit.code, dimension=dimension)
    if transfer.amount.currency != debit.currency:
        raise CrossingError(debit=debit.code, credit=credit.code, dimension="currency")


def _refuse_overdraft(accounts: Mapping[str, Held], entry: Entry) -> None:
    # Line by line, as the database's own constraint sees it.
    available = {code: account.available_cents for code, account in accounts.items()}
    for transfer in entry.transfers:
        for code, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            change = transfer.amount.cents * (sign if accounts[code].debit_normal else -sign)
            left = available[code]
            if left is None:
                continue
            if change < 0 and left + change < 0:
                raise OverdraftError(account=code, available_cents=left, wanted_cents=-change)
            available[code] = left + change


def _refuse_too_much(accounts: Mapping[str, Held], entry: Entry) -> None:
    net = {code: account.net_cents for code, account in accounts.items()}
    for transfer in entry.transfers:
        for code, cents in (
            (transfer.debit, transfer.amount.cents),
            (transfer.credit, -transfer.amount.cents),
        ):
            net[code] += cents
            # Each part of a spread account may hold its share, as `ledger_most` in the migration says.
            largest = LARGEST_CENTS // PARTS if accounts[code].is_spread else LARGEST_CENTS
            if abs(net[code]) > largest:
                raise BalanceTooLargeError(account=code, largest_cents=largest)
