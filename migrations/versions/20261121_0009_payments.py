"""The tables of payments."""

import sqlalchemy as sa
from alembic import op

revision = "0009_payments"
down_revision = "0008_matching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and what pledges and charges need for them."""
    op.add_column("charges", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pledges", sa.Column("transfer_reference", sa.String(length=20), nullable=True))
    op.create_index("ix_pledges_transfer_reference", "pledges", ["transfer_reference"], unique=True)
    op.create_index("ix_charges_reference", "charges", ["reference"], unique=False)
    op.create_index("ix_charges_status_due", "charges", ["status", "due_at"], unique=False)
    op.add_column(
        "pledges",
        sa.Column(
            "returned_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            server_default="0",
        ),
    )
    op.create_table(
        "provider_events",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", "gateway", name=op.f("pk_provider_events")),
    )
    op.create_index(op.f("ix_provider_events_status"), "provider_events", ["status"], unique=False)
    op.create_table(
        "payouts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_amount_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_payouts_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("campaign_id", "attempt", name=op.f("uq_payouts_campaign_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payouts_reference")),
    )
    op.create_index(op.f("ix_payouts_status"), "payouts", ["status"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("charge_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "fee_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.String(length=40), nullable=False),
        sa.Column("fee_entry_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["charges.id"], name=op.f("fk_disputes_charge_id_charges")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_disputes_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("reference", name=op.f("uq_disputes_reference")),
    )
    op.create_index(op.f("ix_disputes_pledge_id"), "disputes", ["pledge_id"], unique=False)
    op.create_index(op.f("ix_disputes_status"), "disputes", ["status"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("charge_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("asked_by_id", sa.String(length=40), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["persons.id"], name=op.f("fk_refunds_asked_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["charges.id"], name=op.f("fk_refunds_charge_id_charges")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_refunds_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("reference", name=op.f("uq_refunds_reference")),
    )
    op.create_index(op.f("ix_refunds_pledge_id"), "refunds", ["pledge_id"], unique=False)
    op.create_index(op.f("ix_refunds_status"), "refunds", ["status"], unique=False)
    op.create_table(
        "incoming_transfers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.CHAR(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("doubt", sa.String(length=24), nullable=True),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("payer_name", sa.String(length=140), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.String(length=40), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_incoming_transfers_amount_positive")),
        sa.ForeignKeyConstraint(
            ["handled_by_id"],
            ["persons.id"],
            name=op.f("fk_incoming_transfers_handled_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_incoming_transfers_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_transfers")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_transfers_key")),
    )
    op.create_index(
        op.f("ix_incoming_transfers_status"), "incoming_transfers", ["status"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_incoming_transfers_status"), table_name="incoming_transfers")
    op.drop_table("incoming_transfers")
    op.drop_index("ix_pledges_transfer_reference", table_name="pledges")
    op.drop_column("pledges", "transfer_reference")
    op.drop_column("pledges", "returned_cents")
    op.drop_index("ix_charges_status_due", table_name="charges")
    op.drop_index("ix_charges_reference", table_name="charges")
    op.drop_column("charges", "due_at")
    op.drop_index(op.f("ix_refunds_status"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_pledge_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_disputes_status"), table_name="disputes")
    op.drop_index(op.f("ix_disputes_pledge_id"), table_name="disputes")
    op.drop_table("disputes")
    op.drop_index(op.f("ix_payouts_status"), table_name="payouts")
    op.drop_table("payouts")
    op.drop_index(op.f("ix_provider_events_status"), table_name="provider_events")
    op.drop_table("provider_events")
