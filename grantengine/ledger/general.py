"""The general ledger: what happened on each account between two days, in the order of the days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grantengine.ledger import queries
from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.entries import entry_id
from grantengine.ledger.models import Account, TransferRow
from grantengine.money import Money

_PAGE = 2000
_NOTHING: tuple[None, Iterator[Any]] = (None, iter(()))


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as one of its accounts sees it.

    Attributes:
        debit_cents: how much it debits the account, or 0.
        credit_cents: how much it credits it, or 0.
        balance: what the account then held by the order of the days, in its own direction.
    """

    entry_id: str
    kind: str
    about: str
    effective_on: date
    other_account: str
    debit_cents: int
    credit_cents: int
    balance: Money


@dataclass(frozen=True, slots=True)
class AccountBooks:
    """One account between two days.

    Attributes:
        opening: what it held at the beginning of the first day, in its own direction.
        movements: oldest first; read them before you go on to the next account.
    """

    account: AccountSpec
    opening: Money
    movements: Iterator[Movement]


def general_ledger(
    session: Session, prefix: str = "", *, from_on: date | None = None, to_on: date | None = None
) -> Iterator[AccountBooks]:
    """Walk through accounts in code order, and through what happened on each, in one query.

    Args:
        session: a session that sees one state of the ledger.
        prefix: an account, with every account below it; empty for all.
        from_on: the first day; None for the beginning.
        to_on: the last day; None for no end.
    """
    opening: dict[str, int] = {}
    if from_on is not None:
        before = queries.trial_balance(session, on=from_on - timedelta(days=1))
        opening = {line.account: line.balance_cents for line in before}
    lines = groupby(session.execute(_lines(prefix, from_on, to_on)), key=lambda row: row.code)
    code, rows = next(lines, _NOTHING)
    for account in queries.all_accounts(session, prefix):
        net_cents = opening.get(account.code, 0)
        mine = rows if account.code == code else iter(())
        movements = _movements(account, net_cents, mine)
        yield AccountBooks(account, _held(account, net_cents), movements)
        if account.code == code:
            code, rows = next(lines, _NOTHING)


def _lines(prefix: str, from_on: date | None, to_on: date | None) -> Any:
    row, account, other = TransferRow, aliased(Account), aliased(Account)
    sides = (
        (row.debit_account_id, row.credit_account_id, row.amount_cents, sa.literal(0)),
        (row.credit_account_id, row.debit_account_id, sa.literal(0), row.amount_cents),
    )
    return (
        sa.union_all(
            *(
                sa.select(
                    account.code.label("code"),
                    row.effective_on.label("effective_on"),
                    row.number.label("number"),
                    row.line.label("line"),
                    row.kind,
                    row.about,
                    other.code.label("other"),
                    debit.label("debit"),
                    credit.label("credit"),
                )
                .join(account, account.id == mine)
                .join(other, other.id == theirs)
                .where(
                    queries.is_under(account.code, prefix),
                    row.effective_on >= (from_on or date.min),
                    row.effective_on <= (to_on or date.max),
                )
                for mine, theirs, debit, credit in sides
            )
        )
        .order_by("code", "effective_on", "number", "line")
        .execution_options(yield_per=_PAGE)
    )


def _movements(account: AccountSpec, net_cents: int, rows: Iterable[Any]) -> Iterator[Movement]:
    for row in rows:
        net_cents += row.debit - row.credit
        yield Movement(
            entry_id=entry_id(row.number),
            kind=row.kind,
            about=row.about,
            effective_on=row.effective_on,
            other_account=row.other,
            debit_cents=row.debit,
            credit_cents=row.credit,
            balance=_held(account, net_cents),
        )


def _held(account: AccountSpec, net_cents: int) -> Money:
    return Money(net_cents if account.debit_normal else -net_cents, account.currency)
