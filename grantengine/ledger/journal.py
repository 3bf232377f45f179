"""Reading entries: one, those about a fact, or the whole journal in order."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grantengine.ledger.entries import PostedEntry, Transfer, entry_id, entry_number
from grantengine.ledger.errors import UnknownEntryError
from grantengine.ledger.models import Account, TransferRow
from grantengine.money import Money

_PAGE = 2000


def entry(session: Session, entry_id: str) -> PostedEntry:
    """Load one entry with its transfers.

    Raises:
        UnknownEntryError: there is no such entry.
    """
    for found in entries(session, TransferRow.number == entry_number(entry_id)):
        return found
    raise UnknownEntryError(entry=entry_id)


def entries_of(session: Session, entry_ids: Sequence[str]) -> list[PostedEntry]:
    """Load the entries that have these ids, oldest first; ids of no entry are left out."""
    numbers = [entry_number(each) for each in entry_ids]
    return list(entries(session, TransferRow.number.in_(numbers)))


def newest_entries(session: Session, *, before: int, limit: int) -> list[PostedEntry]:
    """List the newest entries whose number is below `before`, newest first."""
    page = sa.select(TransferRow.number).where(TransferRow.line == 1, TransferRow.number < before)
    page = page.order_by(TransferRow.number.desc()).limit(limit)
    return list(entries(session, TransferRow.number.in_(page)))[::-1]


def entries_about(session: Session, about: str) -> list[PostedEntry]:
    """List the entries about one domain fact, oldest first."""
    numbers = sa.select(TransferRow.number).where(TransferRow.line == 1, TransferRow.about == about)
    return list(entries(session, TransferRow.number.in_(numbers)))


def all_entries(session: Session) -> Iterator[PostedEntry]:
    """Walk through every entry, oldest first, without holding them all."""
    return entries(session, sa.true())


def count(session: Session) -> int:
    """Count the entries; counting takes longer the more there are."""
    query = sa.select(sa.func.count()).select_from(TransferRow).where(TransferRow.line == 1)
    return session.execute(query).scalar_one()


def reversal_of(session: Session, entry_id: str) -> PostedEntry | None:
    """Find the entry that takes another one back."""
    number = sa.select(TransferRow.number).where(TransferRow.reverses == entry_number(entry_id))
    return next(entries(session, TransferRow.number.in_(number)), None)


def entries(session: Session, condition: sa.ColumnElement[bool]) -> Iterator[PostedEntry]:
    """Load the entries all of whose lines meet a condition, oldest first."""
    # Columns and not objects: a journal is long, and nothing in it is ever changed.
    debit, credit = aliased(Account), aliased(Account)
    query = (
        sa.select(
            TransferRow.__table__,
            debit.code.label("debit"),
            credit.code.label("credit"),
        )
        .join(debit, debit.id == TransferRow.debit_account_id)
        .join(credit, credit.id == TransferRow.credit_account_id)
        .where(condition)
        .order_by(TransferRow.number, TransferRow.line)
        .execution_options(yield_per=_PAGE)
    )
    for _number, lines in groupby(session.execute(query), key=lambda row: row.number):
        yield _posted(list(lines))


def _posted(lines: Sequence[sa.Row[*tuple[Any, ...]]]) -> PostedEntry:
    head = lines[0]
    return PostedEntry(
        id=entry_id(head.number),
        key=head.key,
        kind=head.kind,
        about=head.about,
        effective_on=head.effective_on,
        booked_at=head.booked_at,
        reverses=None if head.reverses is None else entry_id(head.reverses),
        request_hash=head.request_hash.hex(),
        transfers=[
            Transfer(row.debit, row.credit, Money(row.amount_cents, row.currency)) for row in lines
        ],
    )
