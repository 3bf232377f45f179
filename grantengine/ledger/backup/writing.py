"""Writing all that the ledger is, line by line, so that it can be restored elsewhere."""

from collections.abc import Iterator
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grantengine.ledger import journal, seals
from grantengine.ledger.accounts import Fund, Kind
from grantengine.ledger.backup.lines import (
    AccountLine,
    AmountField,
    EndLine,
    EntryLine,
    HoldLine,
    Line,
    PeriodLine,
    SealLine,
    TransferField,
    write_line,
)
from grantengine.ledger.entries import PostedEntry, Transfer
from grantengine.ledger.leaves import BEGINNING, leaf_hash, root_of
from grantengine.ledger.models import Account, HoldEnd, HoldRow, PeriodRow, SealRow
from grantengine.money import Money

_PAGE = 2000


def backup(session: Session) -> Iterator[str]:
    """Write every account, hold, entry, period and seal, each as a line of JSON, and an end.

    Args:
        session: a session that sees one state of the whole ledger.
    """
    count = 0
    parts = (_accounts, _holds, _entries, _periods, _seals)
    for line in chain.from_iterable(part(session) for part in parts):
        count += 1
        yield write_line(line)
    yield write_line(EndLine(lines=count, root=root(session)))


def length(session: Session) -> int:
    """Count the lines that a backup will have."""
    tables = (Account, HoldRow, PeriodRow, SealRow)
    counts = [sa.select(sa.func.count()).select_from(table) for table in tables]
    return journal.count(session) + sum(session.execute(each).scalar_one() for each in counts) + 1


def root(session: Session) -> str:
    """Reckon one root over every transfer, as if all were sealed as one block; hexadecimal."""
    return root_of(BEGINNING, map(leaf_hash, seals.leaves(session))).hex()


def _accounts(session: Session) -> Iterator[Line]:
    rows = session.scalars(
        sa.select(Account).order_by(Account.code).execution_options(yield_per=_PAGE)
    )
    for row in rows:
        yield AccountLine(
            account=row.code,
            kind=Kind(row.kind),
            fund=Fund(row.fund),
            floor_cents=row.floor_cents,
            currency=row.currency,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            spread=row.spread,
        )


def _holds(session: Session) -> Iterator[Line]:
    debit, credit = aliased(Account), aliased(Account)
    query = (
        sa.select(HoldRow, debit.code, credit.code, HoldEnd.outcome, HoldEnd.ended_at)
        .join(debit, debit.id == HoldRow.debit_account_id)
        .join(credit, credit.id == HoldRow.credit_account_id)
        .outerjoin(HoldEnd, HoldEnd.hold_number == HoldRow.number)
        .order_by(HoldRow.number)
        .execution_options(yield_per=_PAGE)
    )
    for row, debited, credited, outcome, ended_at in session.execute(query):
        transfer = Transfer(debited, credited, Money(row.amount_cents, row.currency))
        yield HoldLine(
            number=row.number,
            key=row.key,
            reason=row.reason,
            kind=row.kind,
            about=row.about,
            effective_on=row.effective_on,
            expires_on=row.expires_on,
            held_at=row.held_at,
            outcome=outcome,
            ended_at=ended_at,
            hash=row.request_hash.hex(),
            transfer=_transfer(transfer),
        )


def _entries(session: Session) -> Iterator[Line]:
    return map(_entry, journal.all_entries(session))


def _entry(entry: PostedEntry) -> EntryLine:
    return EntryLine(
        id=entry.id,
        key=entry.key,
        kind=entry.kind,
        about=entry.about,
        effective_on=entry.effective_on,
        booked_at=entry.booked_at,
        reverses=entry.reverses,
        hash=entry.request_hash,
        transfers=[_transfer(each) for each in entry.transfers],
    )


def _transfer(transfer: Transfer) -> TransferField:
    amount = AmountField(amount_cents=transfer.amount.cents, currency=transfer.amount.currency)
    return TransferField(debit=transfer.debit, credit=transfer.credit, amount=amount)


def _periods(session: Session) -> Iterator[Line]:
    for row in session.scalars(sa.select(PeriodRow).order_by(PeriodRow.last_on)):
        names = ("first_on", "last_on", "status", "changed_at", "last_entry")
        yield PeriodLine.model_validate({name: getattr(row, name) for name in names})


def _seals(session: Session) -> Iterator[Line]:
    for seal in seals.seals(session):
        yield SealLine(
            number=seal.number,
            first_entry=seal.first_entry,
            last_entry=seal.last_entry,
            rows=seal.rows,
            root=seal.root.hex(),
            sealed_at=seal.sealed_at,
        )
