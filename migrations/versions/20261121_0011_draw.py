"""Assignments to recompute, more reviews at the funding line, and draws of lots."""

import sqlalchemy as sa
from alembic import op

revision = "0011_draw"
down_revision = "0010_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and count the extra reviews."""
    extra = sa.Column("reviews_extra", sa.SmallInteger(), server_default="0", nullable=False)
    op.add_column("applications", extra)
    op.create_table(
        "assignment_runs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_assignment_runs_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_runs")),
    )
    op.create_index(op.f("ix_assignment_runs_call_id"), "assignment_runs", ["call_id"])
    op.create_table(
        "draws",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("winners", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("randomness_source", sa.Text(), nullable=False),
        sa.Column("randomness_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commitment", sa.CHAR(length=64), nullable=False),
        sa.Column("one_time_code", sa.CHAR(length=64), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_randomness", sa.Text(), nullable=True),
        sa.Column("tickets", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'drawn') = (public_randomness IS NOT NULL)"
            " AND (status = 'drawn') = (drawn_at IS NOT NULL)"
            " AND (status = 'drawn') = (tickets IS NOT NULL)",
            name=op.f("ck_draws_drawn_is_whole"),
        ),
        sa.CheckConstraint("announced_at < randomness_at", name=op.f("ck_draws_announced_before")),
        sa.CheckConstraint("winners > 0", name=op.f("ck_draws_somebody_wins")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_draws_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("call_id", name=op.f("uq_draws_call_id")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("draws")
    op.drop_table("assignment_runs")
    op.drop_column("applications", "reviews_extra")
