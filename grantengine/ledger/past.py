"""What accounts had moved by some day, as known at some instant.

What is sealed has been added up by account and day, so a day of the past costs as many rows as
there were days, and not the history. What came to be known later is on no such sum: a question
about an instant walks through the transfers.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.db import UTCDateTime

# Debits and credits of each account.
Moved = dict[int, tuple[int, int]]
_SEALED = """
    SELECT account_id, debit_cents AS debit, credit_cents AS credit
    FROM ledger_days WHERE effective_on <= :on {and_day}
    UNION ALL
"""
_MOVED = """
SELECT account_id, sum(debit), sum(credit) FROM (
    {sealed}
    SELECT debit_account_id AS account_id, amount_cents AS debit, 0 AS credit
    FROM ledger_transfers WHERE {later} {and_debited}
    UNION ALL
    SELECT credit_account_id, 0, amount_cents
    FROM ledger_transfers WHERE {later} {and_credited}
) AS moved GROUP BY account_id
"""
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "on": sa.Date(),
    "known_at": UTCDateTime(),
    "account_id": sa.BigInteger(),
}
_UNSEALED = "number > (SELECT coalesce(max(last_entry), 0) FROM ledger_seals)"


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
    later.append(_UNSEALED if known_at is None else "booked_at <= :known_at")
    one = "" if account_id is None else "AND {}account_id = :account_id"
    query = _MOVED.format(
        sealed=_SEALED.format(and_day=one.format("")) if known_at is None else "",
        later=" AND ".join(later),
        and_debited=one.format("debit_"),
        and_credited=one.format("credit_"),
    )
    values = {"on": on or date.max, "known_at": known_at, "account_id": account_id}
    named = [name for name in values if f":{name}" in query]
    text = sa.text(query).bindparams(*(sa.bindparam(name, type_=_TYPES[name]) for name in named))
    rows = session.execute(text, {name: values[name] for name in named})
    return {found: (int(debit), int(credit)) for found, debit, credit in rows}
