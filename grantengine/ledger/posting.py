"""How an entry is written down: PostgreSQL takes it through a view, SQLite row by row.

Both leave the rules to the database and, when it refuses, look which rule it was.
"""

import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from grantengine.faults import DatabaseBusyError
from grantengine.ledger import journal
from grantengine.ledger.entries import Entry, entry_id, entry_number
from grantengine.ledger.errors import (
    AlreadyReversedError,
    KeyReusedError,
    OverdraftError,
    PeriodClosedError,
)
from grantengine.ledger.models import Account, PeriodRow, TransferRow
from grantengine.ledger.refusals import Held, judge
from grantengine.sessions import WritingSession

# A refusal that is gone when we look was a race, which cannot be lost this often; unless what
# refused us came after our transaction's snapshot, so that only a new transaction sees it.
_ATTEMPTS = 10
_POSTGRESQL = """
INSERT INTO ledger_postings (
    key, request_hash, kind, about, effective_on, booked_at, reverses, {line}
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING number
"""
ONE_LINE = _POSTGRESQL.format(line="debit, credit, amount, currency")
_LINES = _POSTGRESQL.format(line="debits, credits, amounts, currencies")
SQLITE = """
INSERT INTO ledger_transfers (
    number, line, lines, debit_account_id, credit_account_id, amount_cents,
    debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
    effective_on, booked_at, currency, book, fund, kind, about, key, request_hash, reverses
)
SELECT
    coalesce(:number, (SELECT coalesce(max(number), 0) + 1 FROM ledger_transfers)),
    :line, :lines, debited.id, credited.id, :cents,
    debited.debit_posted_cents + :cents, debited.credit_posted_cents,
    credited.debit_posted_cents, credited.credit_posted_cents + :cents,
    :effective_on, :booked_at, :currency, debited.book, debited.fund, :kind, :about,
    :key, :request_hash, :reverses
FROM ledger_accounts AS debited, ledger_accounts AS credited
WHERE debited.code = :debit AND credited.code = :credit
RETURNING number
"""
_LATER_LINE = {"key": None, "request_hash": None, "reverses": None}
# Every account in one order and slices after it, so no deadlock; on SQLite we are alone.
_LOCK = "SELECT ledger_lock(%s, NULL)"
# Written once: building a statement anew costs more than sending it.
_HELD = sa.select(
    Account.id,
    Account.code,
    Account.book,
    Account.fund,
    Account.currency,
    Account.debit_normal,
    Account.room_cents,
    Account.closed_at.is_not(None),
    Account.debit_posted_cents - Account.credit_posted_cents,
    Account.spread,
).where(Account.code.in_(sa.bindparam("codes", expanding=True)))
_KNOWN = sa.select(TransferRow.number, TransferRow.request_hash).where(
    TransferRow.key == sa.bindparam("key")
)
_CLOSED = sa.select(PeriodRow.last_on, PeriodRow.status).where(
    PeriodRow.first_on <= sa.bindparam("on"),
    PeriodRow.last_on >= sa.bindparam("on"),
    PeriodRow.status != "open",
)


def post(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> str:
    """Write an entry down, or give the id of the one that its key stands for.

    Raises:
        LedgerError: the rule that it breaks.
        DatabaseBusyError: what refused it cannot be seen from this transaction.
    """
    attempt = _put_in if is_postgresql(session) else _insert
    for _ in range(_ATTEMPTS):
        number = attempt(session, entry, reverses=reverses, now=now)
        if number is None:
            number = _known(session, entry, reverses)
        if number is not None:
            return entry_id(number)
        _refuse(session, entry, reverses)
    raise DatabaseBusyError(reason="serialization")


def lock(session: Session, entry: Entry) -> dict[str, Held]:
    """Hold the accounts that an entry touches until the transaction ends."""
    codes = entry.account_codes
    lock_codes(session, codes)
    found: Iterable[tuple[Any, ...]] = map(tuple, session.execute(_HELD, {"codes": codes}))
    return {held.code: held for held in itertools.starmap(Held, found)}


def lock_codes(session: Session, codes: Sequence[str]) -> None:
    """Hold accounts until the transaction ends, in the one order in which everybody does.

    On SQLite whoever writes holds all of them.
    """
    if is_postgresql(session):
        session.connection().exec_driver_sql(_LOCK, (array(codes),))


def is_postgresql(session: Session) -> bool:
    """Tell which of the two databases a session speaks with."""
    return session.get_bind().dialect.name == "postgresql"


def statement_of(
    entry: Entry, *, reverses: str | None, now: datetime
) -> tuple[str, tuple[str | bytes | int | None, ...]]:
    """Say what writes an entry down on PostgreSQL: a statement and its values."""
    transfers = entry.transfers
    head = (
        entry.key,
        entry.fingerprint(reverses),
        entry.kind,
        entry.about,
        entry.effective_on.isoformat(),
        now.isoformat(),
        None if reverses is None else entry_number(reverses),
    )
    if len(transfers) == 1:
        (each,) = transfers
        return ONE_LINE, (*head, each.debit, each.credit, each.amount.cents, each.amount.currency)
    return _LINES, (
        *head,
        array([each.debit for each in transfers]),
        array([each.credit for each in transfers]),
        array([str(each.amount.cents) for each in transfers]),
        array([each.amount.currency for each in transfers]),
    )


def array(words: Sequence[str]) -> str:
    """Write an array as PostgreSQL reads it: the driver takes ten times as long to do that."""
    text = '","'.join(words)
    if "\\" in text or text.count('"') > 2 * (len(words) - 1):
        text = '","'.join([each.replace("\\", "\\\\").replace('"', '\\"') for each in words])
    return f'{{"{text}"}}'


def _put_in(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> int | None:
    statement, values = statement_of(entry, reverses=reverses, now=now)
    assert isinstance(session, WritingSession)
    return session.fetch_number(statement, values)


def _insert(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> int | None:
    assert isinstance(session, WritingSession)
    # A statement that is refused undoes itself; of several the first ones have to be undone.
    together = session.savepoint_on_sqlite() if len(entry.transfers) > 1 else nullcontext()
    number: int | None = None
    try:
        with together:
            for row in sqlite_rows(entry, reverses=reverses, now=now):
                row["number"] = number
                number = _number_given(session.execute_on_sqlite(SQLITE, row))
    except (IntegrityError, NoResultFound):
        return None
    return number


def _number_given(written: sqlite3.Cursor) -> int:
    found = written.fetchall()
    if not found:
        # One of the two accounts is not there.
        raise NoResultFound
    ((number,),) = found
    return int(number)


def sqlite_rows(entry: Entry, *, reverses: str | None, now: datetime) -> list[dict[str, Any]]:
    """Say what `SQLITE` is executed with, line by line; the number is None for the first."""
    head: dict[str, Any] = {
        "number": None,
        "lines": len(entry.transfers),
        "effective_on": entry.effective_on.isoformat(),
        "booked_at": now.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00"),
        "kind": entry.kind,
        "about": entry.about,
        "key": entry.key,
        "request_hash": entry.fingerprint(reverses),
        "reverses": None if reverses is None else entry_number(reverses),
    }
    rows = []
    for line, each in enumerate(entry.transfers, start=1):
        row = {
            "line": line,
            "debit": each.debit,
            "credit": each.credit,
            "cents": each.amount.cents,
            "currency": each.amount.currency,
        }
        rows.append({**head, **row})
        head |= _LATER_LINE
    return rows


def _known(session: Session, entry: Entry, reverses: str | None) -> int | None:
    found = session.execute(_KNOWN, {"key": entry.key}).first()
    if found is None:
        return None
    if found.request_hash != entry.fingerprint(reverses):
        raise KeyReusedError(key=entry.key)
    return int(found.number)


def _refuse(session: Session, entry: Entry, reverses: str | None) -> None:
    accounts = lock(session, entry)
    if reverses is not None:
        taken_back = journal.reversal_of(session, reverses)
        if taken_back is not None and taken_back.key != entry.key:
            raise AlreadyReversedError(entry=reverses, reversal=taken_back.id)
    closed = session.execute(_CLOSED, {"on": entry.effective_on}).first()
    if closed is not None:
        raise PeriodClosedError(
            effective_on=entry.effective_on, last_on=closed.last_on, status=closed.status
        )
    try:
        judge(entry, accounts)
    except OverdraftError:
        # Whoever held the accounts before us may have spent the money on this very entry.
        if _known(session, entry, reverses) is None:
            raise
