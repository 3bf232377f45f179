"""How an entry is written down: by one call of a function on PostgreSQL, row by row on SQLite.

Both leave the rules to the database and, when it refuses, look which rule it was.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from grantengine.db import UTCDateTime
from grantengine.faults import DatabaseBusyError
from grantengine.ledger import journal
from grantengine.ledger.entries import Entry, entry_id, entry_number
from grantengine.ledger.errors import (
    AlreadyReversedError,
    KeyReusedError,
    LedgerError,
    OverdraftError,
    PeriodClosedError,
)
from grantengine.ledger.models import AVAILABLE, Account, PeriodRow, TransferRow
from grantengine.ledger.refusals import Held, judge

# A refusal that is gone when we look was a race, which cannot be lost this often; unless what
# refused us came after our transaction's snapshot, so that only a new transaction sees it.
_ATTEMPTS = 10
POSTGRESQL = "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_LOCK_MANY = (
    "SELECT count(*) FROM (SELECT id FROM ledger_accounts WHERE code = ANY (%s::text[])"
    " ORDER BY id FOR NO KEY UPDATE) AS held"
)
_POST_MANY = """
SELECT ledger_post(key, request_hash, kind, about, effective_on::date, booked_at::timestamptz,
    reverses, debits::text[], credits::text[], amounts::bigint[], currencies::text[])
FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
    %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
    AS one (key, request_hash, kind, about, effective_on, booked_at, reverses,
        debits, credits, amounts, currencies, position)
ORDER BY position
"""
_PAGE = 1000
_SQLITE = sa.text("""
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
""").bindparams(sa.bindparam("booked_at", type_=UTCDateTime()))
_LATER_LINE = {"key": None, "request_hash": None, "reverses": None}
# Written once: building a statement anew costs more than sending it.
_KNOWN = sa.select(TransferRow.number, TransferRow.request_hash).where(
    TransferRow.key == sa.bindparam("key")
)
_CLOSED = sa.select(PeriodRow.last_on, PeriodRow.status).where(
    PeriodRow.first_on <= sa.bindparam("on"),
    PeriodRow.last_on >= sa.bindparam("on"),
    PeriodRow.status != "open",
)
_LOCK = (
    sa.select(
        Account.id,
        Account.code,
        Account.book,
        Account.fund,
        Account.currency,
        Account.debit_normal,
        AVAILABLE,
        Account.closed_at.is_not(None),
    )
    .where(Account.code.in_(sa.bindparam("codes", expanding=True)))
    .order_by(Account.id)  # Same order everywhere, so no deadlock.
    .with_for_update(key_share=True)
)


def post(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> str:
    """Write an entry down, or give the id of the one that its key stands for.

    Raises:
        LedgerError: the rule that it breaks.
        DatabaseBusyError: what refused it cannot be seen from this transaction.
    """
    attempt = _call if session.get_bind().dialect.name == "postgresql" else _insert
    for _ in range(_ATTEMPTS):
        number = attempt(session, entry, reverses=reverses, now=now)
        if number is None:
            number = _known(session, entry)
        if number is not None:
            return entry_id(number)
        _refuse(session, entry, reverses=reverses)
    raise DatabaseBusyError(reason="serialization")


def post_many(session: Session, entries: Sequence[Entry], *, now: datetime) -> list[str]:
    """Write entries down in order; undo all of them when one is refused.

    Raises:
        LedgerError: the rule that one of them breaks, with its `row`.
    """
    if session.get_bind().dialect.name == "postgresql":
        # All accounts at once, in account order, so that two batches do not wait for each other;
        # and before the savepoint, so that they stay held when it is undone.
        codes = sorted({code for entry in entries for code in entry.account_codes})
        session.connection().exec_driver_sql(_LOCK_MANY, (_array(codes),))
        try:
            with session.begin_nested():
                return _call_many(session, entries, now=now)
        except _SomeRefusedError:
            pass  # One by one, to hear which and why; or a key stood for an entry already.
    ids = []
    with session.begin_nested():
        for row, entry in enumerate(entries, start=1):
            try:
                ids.append(post(session, entry, reverses=None, now=now))
            except LedgerError as error:
                error.details["row"] = row
                raise
    return ids


class _SomeRefusedError(Exception):
    """At least one of many was refused; all of them are undone."""


def _call_many(session: Session, entries: Sequence[Entry], *, now: datetime) -> list[str]:
    connection, ids = session.connection(), []
    for begin in range(0, len(entries), _PAGE):
        page = [values(each, reverses=None, now=now) for each in entries[begin : begin + _PAGE]]
        columns = [list(column) for column in zip(*page, strict=True)]
        numbers = connection.exec_driver_sql(_POST_MANY, tuple(columns)).scalars().all()
        if None in numbers:
            raise _SomeRefusedError
        ids += [entry_id(number) for number in numbers]
    return ids


def lock(session: Session, entry: Entry) -> dict[str, Held]:
    """Hold the accounts that an entry touches until the transaction ends."""
    rows = session.execute(_LOCK, {"codes": entry.account_codes})
    return {row.code: Held(*row) for row in rows}


def values(entry: Entry, *, reverses: str | None, now: datetime) -> tuple[object, ...]:
    """Say what the function on PostgreSQL is called with."""
    transfers = entry.transfers
    return (
        entry.key,
        bytes.fromhex(entry.request_hash),
        entry.kind,
        entry.about,
        entry.effective_on.isoformat(),
        now.isoformat(),
        None if reverses is None else entry_number(reverses),
        _array([each.debit for each in transfers]),
        _array([each.credit for each in transfers]),
        _array([str(each.amount.cents) for each in transfers]),
        _array([each.amount.currency for each in transfers]),
    )


def _array(words: list[str]) -> str:
    # Written out as PostgreSQL reads it: the driver takes ten times as long to do that.
    quoted = [each.replace("\\", "\\\\").replace('"', '\\"') for each in words]
    return '{"' + '","'.join(quoted) + '"}'


def _call(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> int | None:
    # Straight to the driver: nothing here needs to be built or cached by SQLAlchemy.
    called = session.connection().exec_driver_sql(
        POSTGRESQL, values(entry, reverses=reverses, now=now)
    )
    number: int | None = called.scalar()
    return number


def _insert(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> int | None:
    head: dict[str, Any] = {
        "number": None,
        "lines": len(entry.transfers),
        "effective_on": entry.effective_on.isoformat(),
        "booked_at": now,
        "kind": entry.kind,
        "about": entry.about,
        "key": entry.key,
        "request_hash": bytes.fromhex(entry.request_hash),
        "reverses": None if reverses is None else entry_number(reverses),
    }
    # A statement that is refused undoes itself; of several the first ones have to be undone.
    together = session.begin_nested() if len(entry.transfers) > 1 else nullcontext()
    try:
        with together:
            for line, each in enumerate(entry.transfers, start=1):
                row = {
                    "line": line,
                    "debit": each.debit,
                    "credit": each.credit,
                    "cents": each.amount.cents,
                    "currency": each.amount.currency,
                }
                head["number"] = session.execute(_SQLITE, {**head, **row}).scalar_one()
                head |= _LATER_LINE
    except (IntegrityError, NoResultFound):
        return None
    number: int = head["number"]
    return number


def _known(session: Session, entry: Entry) -> int | None:
    found = session.execute(_KNOWN, {"key": entry.key}).first()
    if found is None:
        return None
    if found.request_hash != bytes.fromhex(entry.request_hash):
        raise KeyReusedError(key=entry.key)
    return int(found.number)


def _refuse(session: Session, entry: Entry, *, reverses: str | None) -> None:
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
        if _known(session, entry) is None:
            raise
