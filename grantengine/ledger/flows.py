"""How much moved between groups of accounts in some days: what a drawing of flows is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grantengine.ledger.accounts import Kind
from grantengine.ledger.models import Account, TransferRow
from grantengine.ledger.queries import is_under
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class Flow:
    """What was debited to one group and credited to another, in one currency."""

    debited: str
    credited: str
    amount: Money


def flows(
    session: Session,
    groups: Mapping[str, Sequence[str | Kind]],
    *,
    from_on: date | None = None,
    to_on: date | None = None,
) -> list[Flow]:
    """Add up the transfers between groups of accounts, in one query.

    What goes back, such as a reversal, is a flow of its own in the other direction. What stays in
    a group, or has a side in none, is left out.

    Args:
        session: any session.
        groups: a name for each group, and what belongs to it: accounts with all below them, or
            kinds of account. An account of two groups counts to the first.
        from_on: the first day; None for the beginning.
        to_on: the last day; None for no end.
    """
    row, debited, credited = TransferRow, aliased(Account), aliased(Account)
    one, other = (_group_of(side, groups) for side in (debited, credited))
    sums = (
        sa.select(
            one.label("debited"),
            other.label("credited"),
            row.currency,
            sa.func.sum(row.amount_cents),
        )
        .join(debited, debited.id == row.debit_account_id)
        .join(credited, credited.id == row.credit_account_id)
        .where(
            one != other,
            row.effective_on >= (from_on or date.min),
            row.effective_on <= (to_on or date.max),
        )
        .group_by("debited", "credited", row.currency)
        .order_by("debited", "credited", row.currency)
    )
    found = session.execute(sums)
    return [Flow(one, other, Money(int(cents), currency)) for one, other, currency, cents in found]


def _group_of(
    account: type[Account], groups: Mapping[str, Sequence[str | Kind]]
) -> sa.ColumnElement[str]:
    return sa.case(
        *(
            (sa.or_(*(_is_in(account, member) for member in members)), sa.literal(name))
            for name, members in groups.items()
        )
    )


def _is_in(account: type[Account], member: str | Kind) -> sa.ColumnElement[bool]:
    return account.kind == member if isinstance(member, Kind) else is_under(account.code, member)
