"""The ledger's tables, and beside this file the triggers that keep them, for each database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOMAIN

revision = "0002_ledger"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None

FREE = (
    "CASE WHEN debit_normal "
    "THEN debit_posted_cents - credit_posted_cents - credit_pending_cents "
    "ELSE credit_posted_cents - debit_posted_cents - debit_pending_cents END"
)
FLOOR = {"floor": "room_cents >= 0"}
SQLITE_ACCOUNT_CHECKS = FLOOR | {
    "room": f"room_cents IS {FREE} - floor_cents",
    "closed": (
        "closed_at IS NULL OR debit_posted_cents = credit_posted_cents "
        "AND debit_pending_cents = 0 AND credit_pending_cents = 0"
    ),
}
SQLITE_TRANSFER_CHECKS = {
    "line": "line BETWEEN 1 AND lines",
    "first_line": "(line = 1) = (key IS NOT NULL) AND (line = 1) = (request_hash IS NOT NULL)",
}
MOVES = {
    "amount_positive": "amount_cents > 0",
    "two_accounts": "debit_account_id <> credit_account_id",
}
VIEWS = ("ledger_postings", "ledger_batches")
FUNCTIONS = (
    *("ledger_post", "ledger_post_batch", "ledger_refuse", "ledger_watch_periods", "ledger_close"),
    *("ledger_want_open", "ledger_tell_accounts", "ledger_last_closed"),
    *("ledger_gather", "ledger_lock", "ledger_slice"),
    *("ledger_slice_begin", "ledger_begin_empty", "ledger_root", "ledger_most"),
    *("ledger_hold_carry", "ledger_hold_end_carry", "ledger_pend"),
)
CODE = sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# On PostgreSQL a rule of one column is its domain's: the text of a CHECK is read anew in each statement.
DOMAINS = {"ledger_room": "VALUE >= 0", "ledger_amount": "VALUE > 0"}
ROOM, AMOUNT = (
    sa.BigInteger()
    .with_variant(sa.Integer(), "sqlite")
    .with_variant(DOMAIN(name, sa.BigInteger(), check=rule, create_type=False), "postgresql")
    for name, rule in DOMAINS.items()
)


def upgrade() -> None:
    """Make the tables and what keeps them."""
    if op.get_bind().dialect.name == "postgresql":
        for name, rule in DOMAINS.items():
            op.execute(f"CREATE DOMAIN {name} AS bigint CONSTRAINT {name} CHECK ({rule})")
    _create_accounts()
    _create_transfers()
    _create_holds()
    _create_periods()
    _create_seals()
    if op.get_bind().dialect.name == "postgresql":
        _raw(_beside("postgresql"))
    else:
        for statement in _statements(_beside("sqlite")):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Take them away; their triggers and indexes go with them."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        for name in VIEWS:
            op.execute(f"DROP VIEW {name}")
    op.drop_table("ledger_day_blocks")
    op.drop_table("ledger_days")
    op.drop_table("ledger_horizons")
    op.drop_table("ledger_seals")
    op.drop_table("ledger_periods")
    op.drop_table("ledger_hold_ends")
    op.drop_table("ledger_holds")
    op.drop_table("ledger_transfers")
    op.drop_table("ledger_slices")
    op.drop_table("ledger_accounts")
    if postgresql:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}")
        for name in DOMAINS:
            op.execute(f"DROP DOMAIN {name}")
        op.execute("DROP SEQUENCE ledger_numbers")


def _create_accounts() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("book", sa.String(length=16), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("debit_normal", sa.Boolean(), nullable=False),
        sa.Column("floor_cents", NUMBER, nullable=True),
        sa.Column("room_cents", ROOM, nullable=True),
        sa.Column("spread", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("open_after", sa.Date(), server_default="0001-01-01", nullable=False),
        sa.Column("debit_posted_cents", NUMBER, server_default="0", nullable=False),
        sa.Column("credit_posted_cents", NUMBER, server_default="0", nullable=False),
        sa.Column("debit_pending_cents", NUMBER, server_default="0", nullable=False),
        sa.Column("credit_pending_cents", NUMBER, server_default="0", nullable=False),
        *_sqlite_checks("ledger_accounts", SQLITE_ACCOUNT_CHECKS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_accounts_code")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "ledger_slices",
        sa.Column("account_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("slice", sa.SmallInteger(), nullable=False),
        sa.Column("room_cents", ROOM, nullable=True),
        sa.Column("debit_posted_cents", NUMBER, server_default="0", nullable=False),
        sa.Column("credit_posted_cents", NUMBER, server_default="0", nullable=False),
        *_sqlite_checks("ledger_slices", FLOOR),
        sa.PrimaryKeyConstraint("account_id", "slice", name=op.f("pk_ledger_slices")),
        postgresql_with={"fillfactor": 10},
    )


def _create_transfers() -> None:
    op.create_table(
        "ledger_transfers",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("lines", sa.SmallInteger(), nullable=False),
        sa.Column("debit_account_id", NUMBER, nullable=False),
        sa.Column("credit_account_id", NUMBER, nullable=False),
        sa.Column("amount_cents", AMOUNT, nullable=False),
        sa.Column("debit_slice", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("credit_slice", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("debit_debit_cents", NUMBER, nullable=False),
        sa.Column("debit_credit_cents", NUMBER, nullable=False),
        sa.Column("credit_debit_cents", NUMBER, nullable=False),
        sa.Column("credit_credit_cents", NUMBER, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("book", sa.String(length=16), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("key", CODE, nullable=True),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("reverses", NUMBER, nullable=True),
        *_sqlite_checks("ledger_transfers", MOVES | SQLITE_TRANSFER_CHECKS),
        sa.PrimaryKeyConstraint("number", "line", name=op.f("pk_ledger_transfers")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transfers_key")),
        # Rows in the order of the key, so that the key needs no index of its own.
        sqlite_with_rowid=False,
    )
    for side in ("debit", "credit"):
        name = f"ix_ledger_transfers_{side}"
        op.create_index(name, "ledger_transfers", [f"{side}_account_id", "number"])
        sliced = (f"{side}_account_id", f"{side}_slice", "number")
        _create_partial_index(f"{name}_slice", *sliced, where=f"{side}_slice <> 0")
    _create_partial_index("ix_ledger_transfers_about", "about", where="line = 1")
    _create_partial_index(
        "uq_ledger_transfers_reverses", "reverses", where="reverses IS NOT NULL", unique=True
    )


def _create_holds() -> None:
    # Their triggers look for the accounts: a foreign key would be looked at whenever one is moved.
    op.create_table(
        "ledger_holds",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("debit_account_id", NUMBER, nullable=False),
        sa.Column("credit_account_id", NUMBER, nullable=False),
        sa.Column("amount_cents", NUMBER, nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        *_checks("ledger_holds", MOVES),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_holds")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_holds_key")),
        sa.UniqueConstraint("reason", name=op.f("uq_ledger_holds_reason")),
    )
    op.create_index("ix_ledger_holds_expires_on", "ledger_holds", ["expires_on"])
    op.create_table(
        "ledger_hold_ends",
        sa.Column("hold_number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('captured', 'released', 'expired')",
            name=op.f("ck_ledger_hold_ends_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["hold_number"],
            ["ledger_holds.number"],
            name=op.f("fk_ledger_hold_ends_hold_number_ledger_holds"),
        ),
        sa.PrimaryKeyConstraint("hold_number", name=op.f("pk_ledger_hold_ends")),
    )


def _create_periods() -> None:
    op.create_table(
        "ledger_periods",
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_entry", NUMBER, nullable=True),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_ledger_periods_days")),
        sa.CheckConstraint(
            "status IN ('open', 'closed', 'locked')", name=op.f("ck_ledger_periods_status")
        ),
        sa.PrimaryKeyConstraint("last_on", name=op.f("pk_ledger_periods")),
    )


def _create_seals() -> None:
    op.create_table(
        "ledger_seals",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("first_entry", NUMBER, nullable=False),
        sa.Column("last_entry", NUMBER, nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_seals")),
    )
    op.create_table(
        "ledger_horizons",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("following", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_horizons")),
    )
    op.create_table(
        "ledger_days",
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("debit_cents", NUMBER, nullable=False),
        sa.Column("credit_cents", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "effective_on", name=op.f("pk_ledger_days")),
    )
    op.create_table(
        "ledger_day_blocks",
        sa.Column("last_entry", NUMBER, autoincrement=False, nullable=False),
        sa.Column("added_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("last_entry", name=op.f("pk_ledger_day_blocks")),
    )


def _sqlite_checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return _checks(table, checks) if op.get_bind().dialect.name == "sqlite" else []


def _checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(each, name=op.f(f"ck_{table}_{name}")) for name, each in checks.items()
    ]


def _create_partial_index(name: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        "ledger_transfers",
        list(columns),
        unique=unique,
        postgresql_where=condition,
        sqlite_where=condition,
    )


def _raw(script: str) -> None:
    # Straight to the driver: a script of functions holds many statements and percent signs.
    op.get_bind().connection.cursor().execute(script)


def _beside(dialect: str) -> str:
    file = Path(__file__)
    return file.with_name(f"{file.stem}_{dialect}.sql").read_text(encoding="utf-8")


def _statements(script: str) -> Iterator[str]:
    # The driver takes one statement at a time, and knows where a trigger ends.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
