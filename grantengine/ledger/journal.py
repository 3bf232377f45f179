"""Reading entries: one, those about a fact, or the whole journal in order."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grantengine.ledger.entries import PostedEntry, Transfer
from grantengine.ledger.errors import UnknownEntryError
from grantengine.ledger.models import Account, EntryRow, TransferRow
from grantengine.money import Money


def entry(session: Session, entry_id: str) -> PostedEntry:
    """Load one entry with its transfers.

    Raises:
        UnknownEntryError: there is no such entry.
    """
    for found in entries(session, sa.select(EntryRow).where(EntryRow.id == entry_id)):
        return found
    raise UnknownEntryError(entry=entry_id)


def entries_about(session: Session, about: str) -> list[PostedEntry]:
    """List the entries about one domain fact, oldest first."""
    return list(entries(session, sa.select(EntryRow).where(EntryRow.about == about)))


def all_entries(session: Session) -> Iterator[PostedEntry]:
    """Walk through every entry, oldest first, without holding them all."""
    return entries(session, sa.select(EntryRow))


def reversal_of(session: Session, entry_id: str) -> PostedEntry | None:
    """Find the entry that takes another one back."""
    query = sa.select(EntryRow).where(EntryRow.reverses == entry_id)
    return next(entries(session, query), None)


def entries(session: Session, query: sa.Select[EntryRow]) -> Iterator[PostedEntry]:
    """Load the entries that a query of entry heads selects, oldest first."""
    heads = session.scalars(query.order_by(EntryRow.number).execution_options(yield_per=500))
    for page in heads.partitions():
        transfers = _transfers(session, [head.number for head in page])
        for head in page:
            yield PostedEntry(
                id=head.id,
                key=head.key,
                kind=head.kind,
                about=head.about,
                effective_on=head.effective_on,
                booked_at=head.booked_at,
                reverses=head.reverses,
                request_hash=head.request_hash,
                transfers=transfers.get(head.number, []),
            )


def _transfers(session: Session, numbers: Sequence[int]) -> dict[int, list[Transfer]]:
    debit, credit = aliased(Account), aliased(Account)
    query = (
        sa.select(TransferRow, debit.code, credit.code)
        .join(debit, debit.id == TransferRow.debit_account_id)
        .join(credit, credit.id == TransferRow.credit_account_id)
        .where(TransferRow.entry_number.in_(numbers))
        .order_by(TransferRow.entry_number, TransferRow.line)
    )
    found: dict[int, list[Transfer]] = {}
    for row, debit_code, credit_code in session.execute(query):
        transfer = Transfer(debit_code, credit_code, Money(row.amount_cents, row.currency))
        found.setdefault(row.entry_number, []).append(transfer)
    return found
