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

from grantengine.driver_transactions import sqlite3_of
from grantengine.ledger.leaves import BEGINNING, Leaf, leaf_hash, root_of
from grantengine.ledger.models import SealRow, TransferRow

BLOCK = 50_000
_LEAVES = """
SELECT number, {booked_at}, key, request_hash FROM ledger_transfers
WHERE line = 1 AND number BETWEEN :first AND :last ORDER BY number
"""
# How an instant is written in a leaf.
BOOKED_AT = {
    "postgresql": "to_char(booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24\\:MI\\:SS.US')",
    "sqlite": "booked_at",
}
_ROOT = "SELECT rows, root FROM ledger_root(:root, :first, :last)"
_ROWS = "SELECT count(*) FROM ledger_transfers WHERE number BETWEEN :first AND :last"
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
    if _is_postgresql(session):
        # One at a time; who reads or posts does not notice.
        session.execute(sa.text("LOCK TABLE ledger_seals IN SHARE ROW EXCLUSIVE MODE"))
    before = session.scalars(sa.select(SealRow).order_by(SealRow.number.desc()).limit(1)).first()
    first = before.last_entry + 1 if before else 1
    last = min(_horizon(session), first + BLOCK - 1)
    if last < first:
        return None
    rows, root = root_over(session, before.root if before else BEGINNING, first, last)
    made = Seal(before.number + 1 if before else 1, first, last, rows, root, now)
    values = {name: getattr(made, name) for name in made.__slots__}
    session.execute(sa.insert(SealRow).values(values))
    return made


def seals(session: Session) -> list[Seal]:
    """List every seal, oldest first."""
    return [_seal(row) for row in session.scalars(sa.select(SealRow).order_by(SealRow.number))]


def newest_seals(session: Session, *, before: int, limit: int) -> list[Seal]:
    """List the newest seals whose number is below `before`, newest first."""
    query = sa.select(SealRow).where(SealRow.number < before).order_by(SealRow.number.desc())
    return [_seal(row) for row in session.scalars(query.limit(limit))]


def sealed_up_to(session: Session) -> int:
    """Tell the number up to which everything is sealed; 0 when nothing is."""
    return int(session.scalar(sa.select(sa.func.max(SealRow.last_entry))) or 0)


def leaves(session: Session, *, first: int = 0, last: int = _LARGEST) -> Iterator[Leaf]:
    """Walk through some entries, as their seal sees them."""
    query = _LEAVES.format(booked_at=BOOKED_AT[session.get_bind().dialect.name])
    block = {"first": first, "last": last}
    if _is_postgresql(session):
        chunks = sa.text(query).execution_options(yield_per=5000)
        return map(tuple, session.execute(chunks, block))
    return sqlite3_of(session.connection().connection).execute(query, block)


def root_over(session: Session, previous: bytes, first: int, last: int) -> tuple[int, bytes]:
    """Count the transfers between two numbers, and reckon the root over them and all before."""
    block = {"root": previous, "first": first, "last": last}
    if _is_postgresql(session):
        rows, root = session.execute(sa.text(_ROOT), block).one()
        return int(rows), bytes(root)
    rows = session.execute(sa.text(_ROWS), {"first": first, "last": last}).scalar_one()
    return rows, root_of(previous, map(leaf_hash, leaves(session, first=first, last=last)))


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


def _seal(row: SealRow) -> Seal:
    return Seal(**{name: getattr(row, name) for name in Seal.__slots__})


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
