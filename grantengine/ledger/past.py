"""What accounts had moved by some day, as known at some instant.

What is sealed is added up by account and day, beside the posting, so a day of the past costs as
many rows as there were days, and not the history. What is not added up yet is summed from its
transfers. What came to be known later is in no such sum: a question about an instant walks
through the transfers.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.db import Database, UTCDateTime
from grantengine.ledger import posting, seals
from grantengine.ledger.models import DayBlock

# Debits and credits of each account.
Moved = dict[int, tuple[int, int]]
BLOCK = 50_000
_DAYS = """
INSERT INTO ledger_days (account_id, effective_on, debit_cents, credit_cents)
SELECT account_id, effective_on, sum(debit), sum(credit) FROM (
    SELECT debit_account_id AS account_id, effective_on, CAST(amount_cents AS bigint) AS debit, CAST(0 AS bigint) AS credit
    FROM ledger_transfers WHERE number BETWEEN :first AND :last
    UNION ALL
    SELECT credit_account_id, effective_on, CAST(0 AS bigint), CAST(amount_cents AS bigint)
    FROM ledger_transfers WHERE number BETWEEN :first AND :last
) AS moved
WHERE true GROUP BY account_id, effective_on
ON CONFLICT (account_id, effective_on) DO UPDATE SET
    debit_cents = ledger_days.debit_cents + excluded.debit_cents,
    credit_cents = ledger_days.credit_cents + excluded.credit_cents
"""
_ADDED_UP = """
    SELECT account_id, debit_cents AS debit, credit_cents AS credit
    FROM ledger_days WHERE effective_on <= :on {and_day}
    UNION ALL
"""
_MOVED = """
SELECT account_id, sum(debit), sum(credit) FROM (
    {added_up}
    SELECT debit_account_id AS account_id, CAST(amount_cents AS bigint) AS debit, CAST(0 AS bigint) AS credit
    FROM ledger_transfers WHERE {later} {and_debited}
    UNION ALL
    SELECT credit_account_id, CAST(0 AS bigint), CAST(amount_cents AS bigint)
    FROM ledger_transfers WHERE {later} {and_credited}
) AS moved GROUP BY account_id
"""
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "on": sa.Date(),
    "known_at": UTCDateTime(),
    "account_id": sa.BigInteger(),
}
_NOT_ADDED_UP = "number > (SELECT coalesce(max(last_entry), 0) FROM ledger_day_blocks)"


def add_up(session: Session, *, now: datetime) -> int:
    """Add up the next entries that are sealed, at most `BLOCK`; call it again until it gives 0.

    Returns:
        How many numbers of entries it went through.
    """
    if posting.is_postgresql(session):
        session.execute(sa.text("LOCK TABLE ledger_day_blocks IN SHARE ROW EXCLUSIVE MODE"))
    first = added_up_to(session) + 1
    last = min(seals.sealed_up_to(session), first + BLOCK - 1)
    if last < first:
        return 0
    session.execute(sa.text(_DAYS), {"first": first, "last": last})
    session.execute(sa.insert(DayBlock).values(last_entry=last, added_up_at=now))
    return last - first + 1


def add_up_all(database: Database, *, now: datetime) -> None:
    """Add up everything that is sealed, each block in a transaction of its own."""
    while database.run(lambda session: add_up(session, now=now)):
        pass


def added_up_to(session: Session) -> int:
    """Tell the number up to which everything is added up; 0 when nothing is."""
    return int(session.scalar(sa.select(sa.func.max(DayBlock.last_entry))) or 0)


def moved(
    session: Session,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
    account_id: int | None = None,
) -> Moved:
    """Add up what accounts moved; an account that did not move is left out.

    Args:
        session: any session.
        on: count entries effective up to and including this date; None counts all.
        known_at: count entries booked up to and including this instant; None counts all.
        account_id: of this account only; None for all.
    """
    later = ["effective_on <= :on"]
    later.append(_NOT_ADDED_UP if known_at is None else "booked_at <= :known_at")
    one = "" if account_id is None else "AND {}account_id = :account_id"
    query = _MOVED.format(
        added_up=_ADDED_UP.format(and_day=one.format("")) if known_at is None else "",
        later=" AND ".join(later),
        and_debited=one.format("debit_"),
        and_credited=one.format("credit_"),
    )
    values = {"on": on or date.max, "known_at": known_at, "account_id": account_id}
    named = [name for name in values if f":{name}" in query]
    text = sa.text(query).bindparams(*(sa.bindparam(name, type_=_TYPES[name]) for name in named))
    rows = session.execute(text, {name: values[name] for name in named})
    return {found: (int(debit), int(credit)) for found, debit, credit in rows}
