"""Sealing what was posted: a chain of roots, reckoned beside the posting and never in its way.

A seal covers the entries between two numbers. Numbers are not committed in their order, so a seal
goes only as far as nobody can come in between any more: up to a number that had been drawn before
the oldest transaction still running began.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger.leaves import BEGINNING, Leaf, leaf_hash, root_of
from grantengine.ledger.models import SealRow, TransferRow

BLOCK = 20_000
_LEAVES = """
SELECT t.number, t.line, t.lines, debited.code, credited.code, t.amount_cents,
    t.debit_debit_cents, t.debit_credit_cents, t.credit_debit_cents, t.credit_credit_cents,
    {effective_on}, {booked_at}, t.currency, t.book, t.fund, t.kind, t.about,
    t.key, t.request_hash, t.reverses
FROM ledger_transfers AS t
JOIN ledger_accounts AS debited ON debited.id = t.debit_account_id
JOIN ledger_accounts AS credited ON credited.id = t.credit_account_id
WHERE t.number BETWEEN :first AND :last
ORDER BY t.number, t.line
"""
_TEXTS = {
    "postgresql": {
        "effective_on": "CAST(t.effective_on AS text)",
        "booked_at": ("to_char(t.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24\\:MI\\:SS.US')"),
    },
    "sqlite": {"effective_on": "t.effective_on", "booked_at": "t.booked_at"},
}
_LARGEST = 2**62
_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ledger_numbers"
_OURS = "SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
_OLDEST = "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)"


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a block of entries, and with its root of all entries before it.

    Attributes:
        rows: how many transfers it covers.
        root: what to publish; nobody can change an entry before it and keep it.
    """

    number: int
    first_entry: int
    last_entry: int
    rows: int
    root: bytes
    sealed_at: datetime


def seal(session: Session, *, now: datetime) -> Seal | None:
    """Seal the next entries, at most `BLOCK`; call it again until it gives None.

    Call it first in its transaction, so that it does not wait for itself.
    """
    postgresql = _is_postgresql(session)
    if postgresql:
        # One at a time; who reads or posts does not notice.
        session.execute(sa.text("LOCK TABLE ledger_seals IN SHARE ROW EXCLUSIVE MODE"))
    before = session.scalars(sa.select(SealRow).order_by(SealRow.number.desc()).limit(1)).first()
    first = before.last_entry + 1 if before else 1
    last = min(_horizon(session), first + BLOCK - 1)
    if last < first:
        return None
    root = before.root if before else BEGINNING
    if postgresql:
        query = sa.text("SELECT rows, root FROM ledger_root(:root, :first, :last)")
        rows, root = session.execute(query, {"root": root, "first": first, "last": last}).one()
    else:
        hashes = [leaf_hash(leaf) for leaf in leaves(session, first=first, last=last)]
        rows, root = len(hashes), root_of(root, hashes)
    made = Seal(before.number + 1 if before else 1, first, last, rows, bytes(root), now)
    values = {name: getattr(made, name) for name in made.__slots__}
    session.execute(sa.insert(SealRow).values(values))
    return made


def seals(session: Session) -> list[Seal]:
    """List every seal, oldest first."""
    rows = session.scalars(sa.select(SealRow).order_by(SealRow.number))
    return [Seal(**{name: getattr(row, name) for name in Seal.__slots__}) for row in rows]


def leaves(session: Session, *, first: int = 0, last: int = _LARGEST) -> Iterator[Leaf]:
    """Walk through the transfers of some entries, as their seal sees them."""
    texts = _TEXTS[session.get_bind().dialect.name]
    query = sa.text(_LEAVES.format(**texts)).execution_options(yield_per=5000)
    for row in session.execute(query, {"first": first, "last": last}):
        yield Leaf._make(row)


def _horizon(session: Session) -> int:
    """Find the number below which no entry can appear any more."""
    if not _is_postgresql(session):
        return int(session.scalar(sa.select(sa.func.max(TransferRow.number))) or 0)
    # In this order: whoever has drawn a number by now began his transaction before this one.
    drawn = session.execute(sa.text(_DRAWN)).scalar_one()
    following = session.execute(sa.text(_OURS)).scalar_one()
    oldest = session.execute(sa.text(_OLDEST)).scalar_one()
    if oldest == following:
        return int(drawn)
    # Somebody is at work. A number that was drawn before all who are will do, if we kept one.
    kept = session.execute(sa.text("SELECT number, following FROM ledger_horizons")).first()
    if kept is None or kept.following <= oldest:
        session.execute(sa.text("DELETE FROM ledger_horizons"))
        values = {"number": drawn, "following": following}
        session.execute(sa.text("INSERT INTO ledger_horizons VALUES (:number, :following)"), values)
    return int(kept.number) if kept is not None and kept.following <= oldest else 0


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
