"""Finishing: an account that is no longer used, and the books of a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI
from grantengine.ledger import journal, periods, posting, queries, service
from grantengine.ledger.accounts import AccountSpec, Book, Kind
from grantengine.ledger.entries import Entry, PostedEntry, Transfer
from grantengine.ledger.errors import (
    AccountNotEmptyError,
    UnknownAccountError,
    YearNotOverError,
)
from grantengine.ledger.models import Account
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import Money

_RESULTS = frozenset({Kind.INCOME, Kind.EXPENSE})


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """What closing a year did.

    Attributes:
        entry_id: the entry that carried its result over, None when nothing was left to carry.
        carried: how many accounts it brought to nought.
    """

    entry_id: str | None
    carried: int


def close_account(session: Session, code: str, *, now: datetime) -> None:
    """Close an account that holds nothing; nothing is posted to it or held on it any more.

    Closing it again changes nothing. What happened on it stays in every statement.

    Raises:
        UnknownAccountError: there is no such account.
        AccountNotEmptyError: it holds money, or something is on hold.
    """
    # Held until the end of the transaction, so that nobody posts between the look and the close.
    posting.lock_codes(session, [code])
    query = sa.select(Account).where(Account.code == code)
    account = session.scalars(query.execution_options(populate_existing=True)).first()
    if account is None:
        raise UnknownAccountError(account=code)
    net_cents = account.debit_posted_cents - account.credit_posted_cents
    held_cents = account.debit_pending_cents + account.credit_pending_cents
    if net_cents or held_cents:
        raise AccountNotEmptyError(account=code, net_cents=net_cents, held_cents=held_cents)
    if account.closed_at is None:
        account.closed_at = now
        session.flush()  # Posting looks past the session's unit of work.


def reopen_account(session: Session, code: str) -> None:
    """Open a closed account again; an open one stays as it is.

    Raises:
        UnknownAccountError: there is no such account.
    """
    account = session.scalars(sa.select(Account).where(Account.code == code)).first()
    if account is None:
        raise UnknownAccountError(account=code)
    account.closed_at = None
    session.flush()  # Posting looks past the session's unit of work.


def close_year(session: Session, year: int, *, now: datetime) -> ClosedYear:
    """Close the books of a calendar year and carry its result over to the equity of the next.

    Every day of the year comes into a closed period. Then an entry of the first day of the next
    year brings income and expenses of the cash book to nought, fund by fund, against the account
    `cash:carried:<fund>`. The other books have no years: an appropriation may be used in the
    years that follow, and what was pledged to a campaign is told as long as there is one.

    Done again it changes nothing; after a year was opened once more and closed again, only what
    came late is carried over.

    Raises:
        YearNotOverError: its last day has not passed in Helsinki.
        PeriodOverlapError: a period reaches over its end.
        PeriodClosedError: the next year is closed already.
    """
    first_on, last_on, next_on = date(year, 1, 1), date(year, 12, 31), date(year + 1, 1, 1)
    if now.astimezone(HELSINKI).date() <= last_on:
        raise YearNotOverError(year=year)
    for last_day in periods.cover(session, first_on=first_on, last_on=last_on, now=now):
        if periods.status_on(session, last_day) is PeriodStatus.OPEN:
            periods.move_period(session, PeriodStatus.CLOSED, last_on=last_day, now=now)
    about = f"year:{year}"
    before = journal.entries_about(session, about)
    transfers = []
    for spec, net_cents in _results(session, last_on, carried=before):
        # Each currency has its own, for a transfer never leaves its currency.
        equity = AccountSpec(_carried(spec), Kind.EQUITY, spec.fund, None, spec.currency)
        service.open_account(session, equity, now=now)
        sides = (equity.code, spec.code) if net_cents > 0 else (spec.code, equity.code)
        transfers.append(Transfer(*sides, Money(abs(net_cents), spec.currency)))
    if not transfers:
        return ClosedYear(None, 0)
    key = f"year_closed:{year}:{len(before) + 1}"
    entry = Entry(key, "year_closed", about, next_on, transfers)
    return ClosedYear(service.post(session, entry, now=now), len(transfers))


def _carried(spec: AccountSpec) -> str:
    currency = "" if spec.currency == "EUR" else f":{spec.currency.lower()}"
    return f"{Book.CASH}:carried:{spec.fund}{currency}"


def _results(
    session: Session, on: date, *, carried: list[PostedEntry]
) -> Iterator[tuple[AccountSpec, int]]:
    """Give the accounts that hold a result on a day, and the result, debits less credits."""
    nets = {line.account: line.balance_cents for line in queries.trial_balance(session, on=on)}
    for entry in carried:
        for transfer in entry.transfers:
            nets[transfer.debit] += transfer.amount.cents
            nets[transfer.credit] -= transfer.amount.cents
    for spec in queries.all_accounts(session):
        if spec.book is Book.CASH and spec.kind in _RESULTS and nets[spec.code]:
            yield spec, nets[spec.code]
