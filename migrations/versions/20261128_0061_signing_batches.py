"""Decisions of a call signed in one go."""

import sqlalchemy as sa
from alembic import op

revision = "0061_signing_batches"
down_revision = "0060_selection_rules"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "signing_batches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("decision_maker_id", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_signing_batches_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["decision_maker_id"],
            ["persons.id"],
            name=op.f("fk_signing_batches_decision_maker_id_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batches")),
    )
    op.create_index(op.f("ix_signing_batches_call_id"), "signing_batches", ["call_id"])
    op.create_table(
        "signing_items",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'refused') = (refusal IS NOT NULL)",
            name=op.f("ck_signing_items_refused_has_why"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["signing_batches.id"],
            name=op.f("fk_signing_items_batch_id_signing_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_signing_items_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_items")),
        sa.UniqueConstraint("batch_id", "decision_id", name=op.f("uq_signing_items_batch_id")),
    )
    op.create_index(
        "ix_signing_items_waiting",
        "signing_items",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("signing_items")
    op.drop_table("signing_batches")
