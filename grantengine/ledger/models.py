"""The ledger's four tables; triggers in the migration keep them honest."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base

# A balance counts in its account's normal direction; what is pending is not available.
_FLOOR = (
    "floor_cents IS NULL OR "
    "CASE WHEN debit_normal THEN debit_posted_cents - credit_posted_cents "
    "ELSE credit_posted_cents - debit_posted_cents END >= floor_cents"
)


class Account(Base):
    """An account, never changed once opened."""

    __tablename__ = "ledger_accounts"
    # What a transfer's foreign keys point at, so that it cannot leave its book, fund, currency.
    __table_args__ = (sa.UniqueConstraint("id", "book", "fund", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(160), unique=True)
    book: Mapped[str] = mapped_column(sa.String(16))
    fund: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(16))
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    opened_at: Mapped[datetime]


class Balance(Base):
    """What an account holds now: the only rows of the ledger that change, and by trigger only."""

    __tablename__ = "ledger_balances"
    __table_args__ = (sa.CheckConstraint(_FLOOR, name="floor"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_accounts.id"), primary_key=True)
    debit_normal: Mapped[bool]
    floor_cents: Mapped[int | None]
    debit_posted_cents: Mapped[int] = mapped_column(default=0)
    credit_posted_cents: Mapped[int] = mapped_column(default=0)


class EntryRow(Base):
    """The head of an entry."""

    __tablename__ = "ledger_entries"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(40), unique=True)
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    request_hash: Mapped[str] = mapped_column(sa.CHAR(64))
    kind: Mapped[str] = mapped_column(sa.String(64))
    about: Mapped[str] = mapped_column(sa.String(80), index=True)
    effective_on: Mapped[date] = mapped_column(sa.Date, index=True)
    booked_at: Mapped[datetime]
    reverses: Mapped[str | None] = mapped_column(
        sa.String(40), sa.ForeignKey("ledger_entries.id"), unique=True
    )


class TransferRow(Base):
    """One line of an entry: both sides of one amount."""

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        sa.ForeignKeyConstraint(
            ["debit_account_id", "book", "fund", "currency"],
            ["ledger_accounts.id", *(f"ledger_accounts.{n}" for n in ("book", "fund", "currency"))],
            name="fk_ledger_transfers_debit",
        ),
        sa.ForeignKeyConstraint(
            ["credit_account_id", "book", "fund", "currency"],
            ["ledger_accounts.id", *(f"ledger_accounts.{n}" for n in ("book", "fund", "currency"))],
            name="fk_ledger_transfers_credit",
        ),
        sa.Index("ix_ledger_transfers_debit", "debit_account_id", "entry_number"),
        sa.Index("ix_ledger_transfers_credit", "credit_account_id", "entry_number"),
    )

    entry_number: Mapped[int] = mapped_column(
        sa.ForeignKey("ledger_entries.number"), primary_key=True
    )
    line: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    book: Mapped[str] = mapped_column(sa.String(16))
    fund: Mapped[str] = mapped_column(sa.String(16))
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
    amount_cents: Mapped[int]
