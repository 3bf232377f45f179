"""The ledger's tables: accounts with what they hold, and the transfers that made it so.

Triggers in the migration carry the balances and refuse every other change.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    MappedSQLExpression,
    column_property,
    mapped_column,
)

from grantengine.db import Base

# A rule of one column is its domain's on PostgreSQL, and a check of the table's on SQLite.
_ROOM, _AMOUNT = (
    sa.BigInteger()
    .with_variant(sa.Integer(), "sqlite")
    .with_variant(DOMAIN(name, sa.BigInteger(), check=rule, create_type=False), "postgresql")
    for name, rule in (("ledger_room", "VALUE >= 0"), ("ledger_amount", "VALUE > 0"))
)
# Compared byte by byte, which is faster and the same on every server.
_CODE = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")


class Slice(Base):
    """A part of a hot account, so that its postings do not all wait for one row.

    How far the account may fall is shared out among its slices, and no slice falls further than
    its share; what one has moved counts for the whole account.
    """

    __tablename__ = "ledger_slices"
    __table_args__ = ({"postgresql_with": {"fillfactor": 10}},)

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slice: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    room_cents: Mapped[int | None] = mapped_column(_ROOM)
    debit_posted_cents: Mapped[int] = mapped_column(server_default="0")
    credit_posted_cents: Mapped[int] = mapped_column(server_default="0")


class Account(Base):
    """An account: what it is never changes, what it holds is changed by trigger only.

    It can be closed while it holds nothing, and opened again. When it is spread, a part of what it
    holds is in its slices: `own_…` is its own row, the rest is the whole.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
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
    spread: Mapped[bool] = mapped_column(server_default=sa.false())
    # The last day of any closed period, for PostgreSQL's triggers; SQLite's look at the periods.
    open_after: Mapped[date] = mapped_column(server_default="0001-01-01", deferred=True)
    debit_pending_cents: Mapped[int] = mapped_column(server_default="0")
    credit_pending_cents: Mapped[int] = mapped_column(server_default="0")
    own_room_cents: Mapped[int | None] = mapped_column("room_cents", _ROOM)
    own_debit_cents: Mapped[int] = mapped_column("debit_posted_cents", server_default="0")
    own_credit_cents: Mapped[int] = mapped_column("credit_posted_cents", server_default="0")

    if TYPE_CHECKING:  # Made below, where there are slices to add.
        # How far it is above its floor, less what is on hold; None without a floor.
        room_cents: Mapped[int | None]
        debit_posted_cents: Mapped[int]
        credit_posted_cents: Mapped[int]


def _whole(
    own: InstrumentedAttribute[Any], part: InstrumentedAttribute[Any]
) -> MappedSQLExpression[Any]:
    """Add to what an account's own row says what its slices say; only spread accounts have any."""
    parts = sa.select(sa.func.coalesce(sa.func.sum(part), 0)).where(Slice.account_id == Account.id)
    total = own + sa.cast(parts.scalar_subquery(), sa.BigInteger)
    return column_property(sa.case((Account.spread, total), else_=own))


Account.room_cents = _whole(Account.own_room_cents, Slice.room_cents)
Account.debit_posted_cents = _whole(Account.own_debit_cents, Slice.debit_posted_cents)
Account.credit_posted_cents = _whole(Account.own_credit_cents, Slice.credit_posted_cents)


class TransferRow(Base):
    """One line of an entry: both sides of one amount, and what both accounts held after it.

    A line tells all by itself, so nothing is joined to read it; the first line also carries
    what makes the entry one: its key, the hash of what was asked, the entry it takes back.
    """

    __tablename__ = "ledger_transfers"
    __table_args__ = (
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
        *(
            sa.Index(
                f"ix_ledger_transfers_{side}_slice",
                f"{side}_account_id",
                f"{side}_slice",
                "number",
                postgresql_where=sa.text(f"{side}_slice <> 0"),
                sqlite_where=sa.text(f"{side}_slice <> 0"),
            )
            for side in ("debit", "credit")
        ),
        {"sqlite_with_rowid": False},
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    lines: Mapped[int] = mapped_column(sa.SmallInteger)
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(_AMOUNT)
    # Which slice of the account was moved, and what it held afterwards; 0 is the account's own row,
    # and so is -1, once the account is spread.
    debit_slice: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    credit_slice: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
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
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
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
    """Days that are booked in, and finished, together; `last_entry` is of when it was closed."""

    __tablename__ = "ledger_periods"
    __table_args__ = (
        sa.CheckConstraint("first_on <= last_on", name="days"),
        sa.CheckConstraint("status IN ('open', 'closed', 'locked')", name="status"),
    )

    last_on: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    first_on: Mapped[date] = mapped_column(sa.Date)
    status: Mapped[str] = mapped_column(sa.String(16))
    changed_at: Mapped[datetime]
    last_entry: Mapped[int | None]


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


class Day(Base):
    """What an account moved on one day, of everything that is sealed: so that no past is summed."""

    __tablename__ = "ledger_days"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective_on: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    debit_cents: Mapped[int]
    credit_cents: Mapped[int]


class DayBlock(Base):
    """How far the sums by day go: the last entry of each block that was added up."""

    __tablename__ = "ledger_day_blocks"

    last_entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added_up_at: Mapped[datetime]
