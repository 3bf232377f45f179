"""The ledger's tables, and the triggers that keep its balances and refuse every change."""

import sqlalchemy as sa
from alembic import op

revision = "0002_ledger"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None

APPEND_ONLY = ("ledger_accounts", "ledger_entries", "ledger_transfers")
POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
# Balances change, by the trigger below; none of them ever goes away.
POSTGRESQL_BALANCES_ARE_KEPT = """
CREATE TRIGGER ledger_balances_are_kept BEFORE DELETE OR TRUNCATE ON ledger_balances
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
SQLITE_APPEND_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# In account order, as the service locks them, so that no two sessions wait for each other.
POSTGRESQL_BALANCE = """
CREATE FUNCTION ledger_carry_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.debit_account_id < NEW.credit_account_id THEN
        UPDATE ledger_balances SET debit_posted_cents = debit_posted_cents + NEW.amount_cents
        WHERE account_id = NEW.debit_account_id;
        UPDATE ledger_balances SET credit_posted_cents = credit_posted_cents + NEW.amount_cents
        WHERE account_id = NEW.credit_account_id;
    ELSE
        UPDATE ledger_balances SET credit_posted_cents = credit_posted_cents + NEW.amount_cents
        WHERE account_id = NEW.credit_account_id;
        UPDATE ledger_balances SET debit_posted_cents = debit_posted_cents + NEW.amount_cents
        WHERE account_id = NEW.debit_account_id;
    END IF;
    RETURN NULL;
END $$
"""
POSTGRESQL_BALANCE_TRIGGER = """
CREATE TRIGGER ledger_transfers_carry_balance AFTER INSERT ON ledger_transfers
FOR EACH ROW EXECUTE FUNCTION ledger_carry_balance()
"""
SQLITE_BALANCE = """
CREATE TRIGGER ledger_transfers_carry_balance AFTER INSERT ON ledger_transfers BEGIN
    UPDATE ledger_balances SET debit_posted_cents = debit_posted_cents + NEW.amount_cents
    WHERE account_id = NEW.debit_account_id;
    UPDATE ledger_balances SET credit_posted_cents = credit_posted_cents + NEW.amount_cents
    WHERE account_id = NEW.credit_account_id;
END
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("book", sa.String(length=16), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_accounts_code")),
        sa.UniqueConstraint("id", "book", "fund", "currency", name=op.f("uq_ledger_accounts_id")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("request_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses"],
            ["ledger_entries.id"],
            name=op.f("fk_ledger_entries_reverses_ledger_entries"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_entries_id")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entries_key")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_entries_reverses")),
    )
    op.create_index(op.f("ix_ledger_entries_about"), "ledger_entries", ["about"], unique=False)
    op.create_index(
        op.f("ix_ledger_entries_effective_on"), "ledger_entries", ["effective_on"], unique=False
    )
    op.create_table(
        "ledger_balances",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("debit_normal", sa.Boolean(), nullable=False),
        sa.Column(
            "floor_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "debit_posted_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "credit_posted_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "floor_cents IS NULL OR CASE WHEN debit_normal THEN debit_posted_cents - credit_posted_cents ELSE credit_posted_cents - debit_posted_cents END >= floor_cents",
            name=op.f("ck_ledger_balances_floor"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_accounts.id"],
            name=op.f("fk_ledger_balances_account_id_ledger_accounts"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_balances")),
    )
    op.create_table(
        "ledger_transfers",
        sa.Column(
            "entry_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("book", sa.String(length=16), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column(
            "debit_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "credit_account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_ledger_transfers_amount_positive")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_ledger_transfers_two_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["credit_account_id", "book", "fund", "currency"],
            [
                "ledger_accounts.id",
                "ledger_accounts.book",
                "ledger_accounts.fund",
                "ledger_accounts.currency",
            ],
            name="fk_ledger_transfers_credit",
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id", "book", "fund", "currency"],
            [
                "ledger_accounts.id",
                "ledger_accounts.book",
                "ledger_accounts.fund",
                "ledger_accounts.currency",
            ],
            name="fk_ledger_transfers_debit",
        ),
        sa.ForeignKeyConstraint(
            ["entry_number"],
            ["ledger_entries.number"],
            name=op.f("fk_ledger_transfers_entry_number_ledger_entries"),
        ),
        sa.PrimaryKeyConstraint("entry_number", "line", name=op.f("pk_ledger_transfers")),
    )
    op.create_index(
        "ix_ledger_transfers_credit",
        "ledger_transfers",
        ["credit_account_id", "entry_number"],
        unique=False,
    )
    op.create_index(
        "ix_ledger_transfers_debit",
        "ledger_transfers",
        ["debit_account_id", "entry_number"],
        unique=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_BALANCE)
        op.execute(POSTGRESQL_BALANCE_TRIGGER)
        op.execute(POSTGRESQL_BALANCES_ARE_KEPT)
        for table in APPEND_ONLY:
            op.execute(POSTGRESQL_APPEND_ONLY.format(table=table))
    else:
        op.execute(SQLITE_BALANCE)
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_APPEND_ONLY.format(table=table, verb=verb))
        op.execute(SQLITE_APPEND_ONLY.format(table="ledger_balances", verb="DELETE"))


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_ledger_transfers_debit", table_name="ledger_transfers")
    op.drop_index("ix_ledger_transfers_credit", table_name="ledger_transfers")
    op.drop_table("ledger_transfers")
    op.drop_table("ledger_balances")
    op.drop_index(op.f("ix_ledger_entries_effective_on"), table_name="ledger_entries")
    op.drop_index(op.f("ix_ledger_entries_about"), table_name="ledger_entries")
    op.drop_table("ledger_entries")
    op.drop_table("ledger_accounts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_carry_balance()")
