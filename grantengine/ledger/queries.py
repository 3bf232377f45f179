"""Reading balances: of one account, of many, over time, and all of them as a trial balance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grantengine.ledger.accounts import DEBIT_KINDS, AccountSpec, Fund, Kind
from grantengine.ledger.errors import UnknownAccountError
from grantengine.ledger.models import Account, Balance, EntryRow, TransferRow
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One account of a trial balance; `balance_cents` is debits less credits."""

    account: str
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """Debits less credits."""
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of an account, with the balance after it in the account's own direction."""

    entry_number: int
    entry_id: str
    kind: str
    about: str
    effective_on: date
    other_account: str
    change: Money
    balance: Money


_BALANCES = sa.select(
    Account.code,
    Account.kind,
    Account.currency,
    Balance.debit_posted_cents - Balance.credit_posted_cents,
).join(Balance, Balance.account_id == Account.id)
# Written once: building a statement anew costs more than sending it.
_BALANCES_OF = _BALANCES.where(Account.code.in_(sa.bindparam("codes", expanding=True)))


def account_spec(session: Session, code: str) -> AccountSpec | None:
    """Find how an account was opened, None when there is none."""
    query = (
        sa.select(Account, Balance.floor_cents)
        .join(Balance, Balance.account_id == Account.id)
        .where(Account.code == code)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    return _spec(*found)


def all_accounts(session: Session) -> list[AccountSpec]:
    """List every account as it was opened, in code order."""
    query = sa.select(Account, Balance.floor_cents).join(Balance, Balance.account_id == Account.id)
    return [
        _spec(account, floor_cents)
        for account, floor_cents in session.execute(query.order_by(Account.code))
    ]


def balance(session: Session, code: str) -> Money:
    """Tell what an account holds now, positive in its own direction.

    Raises:
        UnknownAccountError: there is no such account.
    """
    found = balances(session, [code])
    if code not in found:
        raise UnknownAccountError(account=code)
    return found[code]


def balances(session: Session, codes: Sequence[str]) -> dict[str, Money]:
    """Tell the balances of several accounts at once; codes of no account are left out."""
    return _as_money(session.execute(_BALANCES_OF, {"codes": list(codes)}))


def balances_under(session: Session, prefix: str) -> dict[str, Money]:
    """Tell the balances of `prefix` itself and of every account below it."""
    path = f"{prefix}:"
    # Not LIKE: on SQLite that takes one letter's two cases for the same.
    below = sa.func.substr(Account.code, 1, len(path)) == path
    return _balances(session, sa.or_(Account.code == prefix, below))


def sum_under(session: Session, prefix: str) -> Money:
    """Add up the balances of an account and all below it, in euros; nothing there is zero."""
    cents = sum(money.cents for money in balances_under(session, prefix).values())
    return Money(cents)


def trial_balance(session: Session, *, on: date | None = None) -> list[TrialLine]:
    """List debits and credits of every account, in code order; the two sums are equal.

    Args:
        session: any session.
        on: count entries effective up to and including this date; None counts all.
    """
    if on is None:
        query = sa.select(
            Account.code, Balance.debit_posted_cents, Balance.credit_posted_cents
        ).join(Balance, Balance.account_id == Account.id)
        return [TrialLine(*row) for row in session.execute(query.order_by(Account.code))]
    debited = _sums(session, TransferRow.debit_account_id, on)
    credited = _sums(session, TransferRow.credit_account_id, on)
    accounts = session.execute(sa.select(Account.id, Account.code).order_by(Account.code))
    return [
        TrialLine(code, debited.get(account_id, 0), credited.get(account_id, 0))
        for account_id, code in accounts
    ]


def statement(
    session: Session, code: str, *, after: int = 0, limit: int = 100
) -> list[StatementLine]:
    """List the movements of one account, oldest first.

    Args:
        session: any session.
        code: the account.
        after: entry number of the last line of the page before; 0 begins.
        limit: about this many lines; an entry with several lines is never cut.

    Raises:
        UnknownAccountError: there is no such account.
    """
    spec = account_spec(session, code)
    if spec is None:
        raise UnknownAccountError(account=code)
    lines = _movements(code, debit_normal=spec.debit_normal).subquery()
    running = sa.func.sum(lines.c.change).over(order_by=(lines.c.number, lines.c.line))
    numbered = sa.select(lines, running.label("balance")).subquery()
    ahead = sa.select(lines.c.number).where(lines.c.number > after)
    within = ahead.order_by(lines.c.number, lines.c.line).limit(limit).subquery()
    # The next page begins after an entry, so this one ends with all of its last entry's lines.
    last = sa.select(sa.func.max(within.c.number)).scalar_subquery()
    page = sa.select(numbered).where(numbered.c.number > after, numbered.c.number <= last)
    page = page.order_by(numbered.c.number, numbered.c.line)
    return [
        StatementLine(
            entry_number=row.number,
            entry_id=row.id,
            kind=row.kind,
            about=row.about,
            effective_on=row.effective_on,
            other_account=row.other,
            change=Money(int(row.change), spec.currency),
            balance=Money(int(row.balance), spec.currency),
        )
        for row in session.execute(page)
    ]


def _spec(account: Account, floor_cents: int | None) -> AccountSpec:
    return AccountSpec(
        code=account.code,
        kind=Kind(account.kind),
        fund=Fund(account.fund),
        floor_cents=floor_cents,
        currency=account.currency,
    )


def _balances(session: Session, condition: sa.ColumnElement[bool]) -> dict[str, Money]:
    return _as_money(session.execute(_BALANCES.where(condition)))


def _as_money(rows: Iterable[sa.Row[str, str, str, int]]) -> dict[str, Money]:
    return {
        code: Money(net if Kind(kind) in DEBIT_KINDS else -net, currency)
        for code, kind, currency, net in rows
    }


def _sums(session: Session, side: InstrumentedAttribute[int], on: date) -> dict[int, int]:
    query = (
        sa.select(side, sa.func.sum(TransferRow.amount_cents))
        .join(EntryRow, EntryRow.number == TransferRow.entry_number)
        .where(EntryRow.effective_on <= on)
        .group_by(side)
    )
    return {account_id: int(cents) for account_id, cents in session.execute(query)}


def _movements(code: str, *, debit_normal: bool) -> sa.CompoundSelect[tuple[object, ...]]:
    account, other = aliased(Account), aliased(Account)

    def side(
        own: InstrumentedAttribute[int], its: InstrumentedAttribute[int], sign: int
    ) -> sa.Select:  # type: ignore[type-arg]
        return (
            sa.select(
                EntryRow.number,
                TransferRow.line,
                EntryRow.id,
                EntryRow.kind,
                EntryRow.about,
                EntryRow.effective_on,
                other.code.label("other"),
                (TransferRow.amount_cents * sign).label("change"),
            )
            .join(EntryRow, EntryRow.number == TransferRow.entry_number)
            .join(account, account.id == own)
            .join(other, other.id == its)
            .where(account.code == code)
        )

    debit, credit = TransferRow.debit_account_id, TransferRow.credit_account_id
    sign = 1 if debit_normal else -1
    return sa.union_all(side(debit, credit, sign), side(credit, debit, -sign))
