"""The statement of an account, page by page, in the order in which it was booked."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grantengine.ledger.entries import entry_id
from grantengine.ledger.errors import UnknownAccountError
from grantengine.ledger.models import Account, TransferRow
from grantengine.money import Money

# As many as `ledger_slice()` in the migration counts.
SLICES = 16
_LAST = """(
    SELECT net FROM (
        (SELECT number, line, debit_debit_cents - debit_credit_cents AS net FROM ledger_transfers
        WHERE debit_account_id = :account AND {debited} ORDER BY number DESC, line DESC LIMIT 1)
        UNION ALL
        (SELECT number, line, credit_debit_cents - credit_credit_cents FROM ledger_transfers
        WHERE credit_account_id = :account AND {credited} ORDER BY number DESC, line DESC LIMIT 1)
    ) AS either ORDER BY number DESC, line DESC LIMIT 1
)"""
_IN_SLICE = "{side}_slice = slice AND {side}_slice <> 0 AND number <= :after"
_UNSPREAD = "{side}_slice = 0 AND number < first_sliced AND number <= :after"
# What an account held before a page: of each slice its last row, found by an index. Of its own row
# that is numbered -1 once it is spread; what came before that came before the first row of any slice.
_HELD_BEFORE = """
SELECT coalesce(sum(net) FILTER (WHERE slice > 0), 0)
    + coalesce(sum(net) FILTER (WHERE slice < 0), (
        SELECT {unspread} FROM (SELECT coalesce(min(first), :after + 1) AS first_sliced) AS begun
    ), 0)
FROM (
    SELECT slice, {in_slice} AS net, least(
        (SELECT min(number) FROM ledger_transfers
        WHERE debit_account_id = :account AND debit_slice = slice AND debit_slice <> 0),
        (SELECT min(number) FROM ledger_transfers
        WHERE credit_account_id = :account AND credit_slice = slice AND credit_slice <> 0)
    ) AS first
    FROM generate_series(-1, :slices) AS slice WHERE slice <> 0
) AS slices
"""
_BEFORE = sa.text(
    _HELD_BEFORE.format(
        **{
            name: _LAST.format(
                **{side + "ed": where.format(side=side) for side in ("debit", "credit")}
            )
            for name, where in (("in_slice", _IN_SLICE), ("unspread", _UNSPREAD))
        }
    )
)


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

    Example:
        >>> for line in statement(session, "budget:unallotted"):
        ...     print(line.kind, line.other_account, line.change, line.balance)
        appropriated budget:appropriation 2000000.00 EUR 2000000.00 EUR
        allotted budget:small:available -500000.00 EUR 1500000.00 EUR
        allotted budget:match:available -500000.00 EUR 1000000.00 EUR
    """
    account = session.scalars(sa.select(Account).where(Account.code == code)).first()
    if account is None:
        raise UnknownAccountError(account=code)
    sides = (TransferRow.debit_account_id, TransferRow.credit_account_id)
    ahead = sa.union_all(
        *(
            sa.select(TransferRow.number)
            .where(side == account.id, TransferRow.number > after)
            .order_by(TransferRow.number)
            .limit(limit)
            .subquery()
            .select()
            for side in sides
        )
    ).subquery()
    numbers = sa.select(ahead.c.number).order_by(ahead.c.number).limit(limit)
    # The next page begins after an entry, so this one ends with all of its last entry's lines.
    last = max(session.scalars(numbers), default=after)
    page = sa.union_all(*(_side(account, side, after=after, last=last) for side in sides))
    rows = session.execute(page.order_by("number", "line"))
    lines = [_statement_line(row, account.currency) for row in rows]
    return _of_the_whole(session, account, lines, after=after) if account.spread else lines


def _of_the_whole(
    session: Session, account: Account, lines: list[StatementLine], *, after: int
) -> list[StatementLine]:
    # A row says what its slice held: the whole is what each slice held last before this page.
    values = {"account": account.id, "after": after, "slices": SLICES}
    net = int(session.execute(_BEFORE, values).scalar_one()) * (1 if account.debit_normal else -1)
    balances = accumulate((line.change for line in lines), initial=Money(net, account.currency))
    next(balances)
    return [replace(line, balance=each) for line, each in zip(lines, balances, strict=True)]


def _side(
    account: Account, side: InstrumentedAttribute[int], *, after: int, last: int
) -> sa.Select:  # type: ignore[type-arg]
    """Select the transfers between two numbers that have the account on one side.

    What the account held after each is on the row, so no page costs more than another.
    """
    row, other = TransferRow, aliased(Account)
    if side is row.debit_account_id:
        other_id, sign = row.credit_account_id, 1
        net = row.debit_debit_cents - row.debit_credit_cents
    else:
        other_id, sign = row.debit_account_id, -1
        net = row.credit_debit_cents - row.credit_credit_cents
    direction = 1 if account.debit_normal else -1
    return (
        sa.select(
            row.number,
            row.line,
            row.kind,
            row.about,
            row.effective_on,
            other.code.label("other"),
            (row.amount_cents * sign * direction).label("change"),
            (net * direction).label("balance"),
        )
        .join(other, other.id == other_id)
        .where(side == account.id, row.number > after, row.number <= last)
    )


def _statement_line(row: sa.Row[*tuple[Any, ...]], currency: str) -> StatementLine:
    return StatementLine(
        entry_number=row.number,
        entry_id=entry_id(row.number),
        kind=row.kind,
        about=row.about,
        effective_on=row.effective_on,
        other_account=row.other,
        change=Money(row.change, currency),
        balance=Money(row.balance, currency),
    )
