"""The ledger's tables: accounts with what they hold, and the transfers that made it so.

Triggers in the migration carry the balances and refuse every other change.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base

# A balance counts in its account's normal direction; what is on hold is not available.
_FREE = (
    "CASE WHEN debit_normal "
    "THEN debit_posted_cents - credit_posted_cents - credit_pending_cents "
    "ELSE credit_posted_cents - debit_posted_cents - debit_pending_cents END"
)
_FLOOR = f"floor_cents IS NULL OR {_FREE} >= floor_cents"
# So that nothing can be posted to it or held on it: a single movement would break this.
_CLOSED = (
    "closed_at IS NULL OR debit_posted_cents = credit_posted_cents "
    "AND debit_pending_cents = 0 AND credit_pending_cents = 0"
)
# How far an account is above its floor; NULL without one.
AVAILABLE: sa.ColumnElement[int | None] = sa.literal_column(f"{_FREE} - floor_cents", sa.BigInteger)
# Compared byte by byte, which is faster and the same on every server.
_CODE = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")


class Account(Base):
    """An account: what it is never changes, what it holds is changed by trigger only.

    It can be closed while it holds nothing, and opened again.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        sa.CheckConstraint(_FLOOR, name="floor"),
        sa.CheckConstraint(_CLOSED, name="closed"),
        # Room on each page for the next version of a balance, so that no index is touched.
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(_CODE, unique=True)
    book: Mapped[str] = mapped_column(sa.String(16))
    fund: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(16))
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    debit_normal: Mapped[bool]
    floor_cents: Mapped[int | None]
    debit_posted_cents: Mapped[int] = mapped_column(server_default="0")
    credit_posted_cents: Mapped[int] = mapped_column(server_default="0")
    debit_pending_cents: Mapped[int] = mapped_column(server_default="0")
    credit_pending_cents: Mapped[int] = mapped_column(server_default="0")


class TransferRow(Base):
    """One line of an entry: both sides of one amount, and what both accounts held after it.

    A line tells all by itself, so nothing is joined to read it; the first line also carries
    what makes the entry one: its key, the hash of what was asked, the entry it takes back.
    """

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        sa.CheckConstraint("line BETWEEN 1 AND lines", name="line"),
        sa.CheckConstraint(
            "(line = 1) = (key IS NOT NULL) AND (line = 1) = (request_hash IS NOT NULL)",
            name="first_line",
        ),
        sa.Index("ix_ledger_transfers_debit", "debit_account_id", "number"),
        sa.Index("ix_ledger_transfers_credit", "credit_account_id", "number"),
        *(
            sa.Index(
                f"{kind}_ledger_transfers_{name}",
                name,
                unique=kind == "uq",
                postgresql_where=sa.text(condition),
                sqlite_where=sa.text(condition),
            )
            for kind, name, condition in (
                ("ix", "about", "line = 1"),
                ("uq", "reverses", "reverses IS NOT NULL"),
            )
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    lines: Mapped[int] = mapped_column(sa.SmallInteger)
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
    amount_cents: Mapped[int]
    debit_debit_cents: Mapped[int]
    debit_credit_cents: Mapped[int]
    credit_debit_cents: Mapped[int]
    credit_credit_cents: Mapped[int]
    effective_on: Mapped[date] = mapped_column(sa.Date)
    booked_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    book: Mapped[str] = mapped_column(sa.String(16))
    fund: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(64))
    about: Mapped[str] = mapped_column(sa.String(80))
    key: Mapped[str | None] = mapped_column(_CODE, unique=True)
    request_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    reverses: Mapped[int | None]


class HoldRow(Base):
    """An amount set aside: not moved yet, and not available any more."""

    __tablename__ = "ledger_holds"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        sa.Index("ix_ledger_holds_expires_on", "expires_on"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(_CODE, unique=True)
    reason: Mapped[str] = mapped_column(_CODE, unique=True)
    request_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    kind: Mapped[str] = mapped_column(sa.String(64))
    about: Mapped[str] = mapped_column(sa.String(80))
    debit_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"))
    credit_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    effective_on: Mapped[date] = mapped_column(sa.Date)
    expires_on: Mapped[date | None] = mapped_column(sa.Date)
    held_at: Mapped[datetime]


class HoldEnd(Base):
    """What became of a hold: its primary key is the hold's, so it ends once."""

    __tablename__ = "ledger_hold_ends"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('captured', 'released', 'expired')", name="outcome"),
    )

    hold_number: Mapped[int] = mapped_column(
        sa.ForeignKey("ledger_holds.number"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[str] = mapped_column(sa.String(16))
    ended_at: Mapped[datetime]


class PeriodRow(Base):
    """Days that are booked in, and finished, together."""

    __tablename__ = "ledger_periods"
    __table_args__ = (
        sa.CheckConstraint("first_on <= last_on", name="days"),
        sa.CheckConstraint("status IN ('open', 'closed', 'locked')", name="status"),
    )

    last_on: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    first_on: Mapped[date] = mapped_column(sa.Date)
    status: Mapped[str] = mapped_column(sa.String(16))
    changed_at: Mapped[datetime]


class SealRow(Base):
    """A link of the chain over everything posted: the root over a block and all before it."""

    __tablename__ = "ledger_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_entry: Mapped[int]
    last_entry: Mapped[int]
    rows: Mapped[int]
    root: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    sealed_at: Mapped[datetime]


class Horizon(Base):
    """A number drawn, and the transaction that will come next: the sealer's note to itself."""

    __tablename__ = "ledger_horizons"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    following: Mapped[int]
