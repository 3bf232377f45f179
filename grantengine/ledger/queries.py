"""Reading balances: of one account, of many, over time, and all of them as a trial balance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from grantengine.ledger import past
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.errors import UnknownAccountError
from grantengine.ledger.models import Account
from grantengine.money import Money
from grantengine.often import Often

_BALANCES = sa.select(
    Account.code,
    Account.debit_normal,
    Account.currency,
    Account.debit_posted_cents - Account.credit_posted_cents,
)
# Written once: building a statement anew costs more than sending it.
_BALANCES_OF = Often(_BALANCES.where(Account.code.in_(sa.bindparam("codes", expanding=True))))
_SPEC = (Account.code, Account.kind, Account.fund, Account.floor_cents, Account.currency)
_SPECS_OF = Often(sa.select(*_SPEC).where(Account.code.in_(sa.bindparam("codes", expanding=True))))


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


def account_spec(session: Session, code: str) -> AccountSpec | None:
    """Find how an account was opened, None when there is none."""
    return account_specs(session, [code]).get(code)


def account_specs(session: Session, codes: Iterable[str]) -> dict[str, AccountSpec]:
    """Find how several accounts were opened; codes of no account are left out."""
    specs = [_spec(row) for row in _SPECS_OF.rows(session, {"codes": list(codes)})]
    return {spec.code: spec for spec in specs}


def all_accounts(session: Session, prefix: str = "") -> list[AccountSpec]:
    """List accounts as they were opened, in code order: `prefix` and all below it, or every one."""
    query = sa.select(*_SPEC).where(is_under(Account.code, prefix)).order_by(Account.code)
    return [_spec(row) for row in session.execute(query)]


def is_under(code: InstrumentedAttribute[str], prefix: str) -> sa.ColumnElement[bool]:
    """Say in SQL that a code is `prefix` or below it; every code is below the empty one."""
    if not prefix:
        return sa.true()
    path = f"{prefix}:"
    # Not LIKE: on SQLite that takes one letter's two cases for the same.
    return sa.or_(code == prefix, sa.func.substr(code, 1, len(path)) == path)


def balance(session: Session, code: str) -> Money:
    """Tell what an account holds now, positive in its own direction.

    Raises:
        UnknownAccountError: there is no such account.

    Example:
        >>> print(balance(session, "budget:match:available"))
        500000.00 EUR
    """
    found = balances(session, [code])
    if code not in found:
        raise UnknownAccountError(account=code)
    return found[code]


def available(session: Session, code: str) -> Money | None:
    """Tell how much an account can give before it meets its floor; None without a floor.

    What is on hold is not available.

    Raises:
        UnknownAccountError: there is no such account.
    """
    query = sa.select(Account.room_cents, Account.currency).where(Account.code == code)
    found = session.execute(query).first()
    if found is None:
        raise UnknownAccountError(account=code)
    cents, currency = found
    return None if cents is None else Money(cents, currency)


def balances(session: Session, codes: Sequence[str]) -> dict[str, Money]:
    """Tell the balances of several accounts at once; codes of no account are left out."""
    return _as_money(_BALANCES_OF.rows(session, {"codes": list(codes)}))


def balances_under(session: Session, prefix: str) -> dict[str, Money]:
    """Tell the balances of `prefix` itself and of every account below it."""
    return _as_money(session.execute(_BALANCES.where(is_under(Account.code, prefix))))


def sum_under(session: Session, prefix: str) -> Money:
    """Add up the balances of an account and all below it, in euros; nothing there is zero."""
    cents = sum(money.cents for money in balances_under(session, prefix).values())
    return Money(cents)


def trial_balance(
    session: Session, *, on: date | None = None, known_at: datetime | None = None
) -> list[TrialLine]:
    """List debits and credits of every account, in code order; the two sums are equal.

    Args:
        session: any session.
        on: count entries effective up to and including this date; None counts all.
        known_at: count entries booked up to and including this instant, so that what came to
            be known later is left out; None counts all.

    Example:
        >>> for line in trial_balance(session, on=today)[:3]:
        ...     print(line.account, line.debit_cents, line.credit_cents, line.balance_cents)
        budget:appropriation 200000000 0 200000000
        budget:match:available 0 50000000 -50000000
        budget:match:committed:cmp_01 0 0 0
    """
    if on is None and known_at is None:
        query = sa.select(
            Account.code, Account.debit_posted_cents, Account.credit_posted_cents
        ).order_by(Account.code)
        return [TrialLine(*row) for row in session.execute(query)]
    sums = past.moved(session, on=on, known_at=known_at)
    accounts = session.execute(sa.select(Account.id, Account.code).order_by(Account.code))
    return [TrialLine(code, *sums.get(account_id, (0, 0))) for account_id, code in accounts]


def balance_at(
    session: Session, code: str, *, on: date | None = None, known_at: datetime | None = None
) -> Money:
    """Tell what an account held on a date, by what was known at an instant.

    Args:
        session: any session.
        code: the account.
        on: count entries effective up to and including this date; None counts all.
        known_at: count entries booked up to and including this instant; None counts all.

    Raises:
        UnknownAccountError: there is no such account.
    """
    query = sa.select(Account.id, Account.debit_normal, Account.currency).where(
        Account.code == code
    )
    account = session.execute(query).first()
    if account is None:
        raise UnknownAccountError(account=code)
    sums = past.moved(session, on=on, known_at=known_at, account_id=account.id)
    debited, credited = sums.get(account.id, (0, 0))
    net = debited - credited
    return Money(net if account.debit_normal else -net, account.currency)


def _spec(row: Iterable[Any]) -> AccountSpec:
    code, kind, fund, floor_cents, currency = row
    return AccountSpec(code, Kind(kind), Fund(fund), floor_cents, currency)


def _as_money(rows: Iterable[Iterable[Any]]) -> dict[str, Money]:
    return {
        code: Money(net if debit_normal else -net, currency)
        for code, debit_normal, currency, net in rows
    }
