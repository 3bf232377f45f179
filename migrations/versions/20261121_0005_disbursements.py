"""The tables of disbursements."""

import sqlalchemy as sa
from alembic import op

revision = "0005_disbursements"
down_revision = "0004_campaigns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.String(length=40), nullable=True),
        sa.Column(
            "paid_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "returned_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "known_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "unclear_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "foreign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "unbooked_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "paid_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "returned_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["persons.id"],
            name=op.f("fk_bank_statements_imported_by_id_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statements_sha256")),
    )
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("prepared_by_id", sa.String(length=40), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.String(length=40), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("payer_iban", sa.String(length=34), nullable=True),
        sa.Column("file_content", sa.LargeBinary(), nullable=True),
        sa.Column("file_sha256", sa.CHAR(length=64), nullable=True),
        sa.CheckConstraint(
            "(status = 'released') = (file_sha256 IS NOT NULL) AND (status = 'released') = (released_by_id IS NOT NULL)",
            name=op.f("ck_payment_batches_released_has_file"),
        ),
        sa.CheckConstraint(
            "released_by_id <> prepared_by_id", name=op.f("ck_payment_batches_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["persons.id"],
            name=op.f("fk_payment_batches_prepared_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"],
            ["persons.id"],
            name=op.f("fk_payment_batches_released_by_id_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_batches_key")),
    )
    op.create_index(op.f("ix_payment_batches_status"), "payment_batches", ["status"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("experiment_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("envelope", sa.String(length=24), nullable=True),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("payee_name", sa.String(length=200), nullable=False),
        sa.Column("payee_iban", sa.String(length=34), nullable=False),
        sa.Column("recipient_kind", sa.String(length=24), nullable=False),
        sa.Column("ledger_account", sa.String(length=8), nullable=True),
        sa.Column("budget_account", sa.String(length=40), nullable=True),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(fund = 'public') = (envelope IS NOT NULL) AND (fund = 'public') = (ledger_account IS NOT NULL)",
            name=op.f("ck_grants_public_has_envelope"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_grants_amount_positive")),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name=op.f("fk_grants_experiment_id_experiments")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_grants_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("case_number", name=op.f("uq_grants_case_number")),
        sa.UniqueConstraint("fund", "subject_id", name=op.f("uq_grants_fund")),
    )
    op.create_index(op.f("ix_grants_experiment_id"), "grants", ["experiment_id"], unique=False)
    op.create_table(
        "instalments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("grant_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_on_learning", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_instalments_amount_positive")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_instalments_grant_id_grants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalments")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_instalments_grant_id")),
    )
    op.create_index(op.f("ix_instalments_status"), "instalments", ["status"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("instalment_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("long_reference", sa.String(length=70), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("payee_name", sa.String(length=200), nullable=False),
        sa.Column("payee_iban", sa.String(length=34), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("release_entry_id", sa.String(length=40), nullable=True),
        sa.Column("confirmation_entry_id", sa.String(length=40), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=35), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batches.id"], name=op.f("fk_payments_batch_id_payment_batches")
        ),
        sa.ForeignKeyConstraint(
            ["instalment_id"],
            ["instalments.id"],
            name=op.f("fk_payments_instalment_id_instalments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_payments_batch_id")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_payments_end_to_end_id")),
    )
    op.create_index(op.f("ix_payments_instalment_id"), "payments", ["instalment_id"], unique=False)
    op.create_index(
        op.f("ix_payments_long_reference"), "payments", ["long_reference"], unique=False
    )
    op.create_index(op.f("ix_payments_paid_on"), "payments", ["paid_on"], unique=False)
    op.create_index(op.f("ix_payments_returned_on"), "payments", ["returned_on"], unique=False)
    op.create_index(
        "uq_payments_instalment_live",
        "payments",
        ["instalment_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'sent', 'paid')"),
        postgresql_where=sa.text("status IN ('draft', 'sent', 'paid')"),
    )
    op.create_table(
        "statement_movements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.CHAR(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("doubt", sa.String(length=24), nullable=True),
        sa.Column("payment_id", sa.String(length=40), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=140), nullable=True),
        sa.Column("bank_reference", sa.String(length=140), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("counterparty_name", sa.String(length=140), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.String(length=40), nullable=True),
        sa.Column("handled_note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["handled_by_id"],
            ["persons.id"],
            name=op.f("fk_statement_movements_handled_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_statement_movements_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["bank_statements.id"],
            name=op.f("fk_statement_movements_statement_id_bank_statements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_movements")),
    )
    op.create_index(
        op.f("ix_statement_movements_fingerprint"),
        "statement_movements",
        ["fingerprint"],
        unique=False,
    )
    op.create_index(
        op.f("ix_statement_movements_statement_id"),
        "statement_movements",
        ["statement_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_statement_movements_statement_id"), table_name="statement_movements")
    op.drop_index(op.f("ix_statement_movements_fingerprint"), table_name="statement_movements")
    op.drop_table("statement_movements")
    op.drop_index(
        "uq_payments_instalment_live",
        table_name="payments",
        sqlite_where=sa.text("status IN ('draft', 'sent', 'paid')"),
        postgresql_where=sa.text("status IN ('draft', 'sent', 'paid')"),
    )
    op.drop_index(op.f("ix_payments_returned_on"), table_name="payments")
    op.drop_index(op.f("ix_payments_paid_on"), table_name="payments")
    op.drop_index(op.f("ix_payments_long_reference"), table_name="payments")
    op.drop_index(op.f("ix_payments_instalment_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_index(op.f("ix_instalments_status"), table_name="instalments")
    op.drop_table("instalments")
    op.drop_index(op.f("ix_grants_experiment_id"), table_name="grants")
    op.drop_table("grants")
    op.drop_index(op.f("ix_payment_batches_status"), table_name="payment_batches")
    op.drop_table("payment_batches")
    op.drop_table("bank_statements")
    op.drop_table("number_series")
