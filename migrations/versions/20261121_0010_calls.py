"""What calls and the finance desk need: versions of drafts, corrections of accounts, screening."""

import sqlalchemy as sa
from alembic import op

revision = "0010_calls"
down_revision = "0009_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the versions of drafts and make the table."""
    for table in ("calls", "learnings"):
        version = sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="1",
            nullable=False,
        )
        op.add_column(table, version)
    op.create_table(
        "account_changes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("grant_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("old_iban", sa.String(length=34), nullable=False),
        sa.Column("new_iban", sa.String(length=34), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'confirmed' OR answered_by_id <> proposed_by_id",
            name=op.f("ck_account_changes_four_eyes"),
        ),
        sa.CheckConstraint(
            "(status = 'proposed') = (answered_by_id IS NULL)"
            " AND (status = 'proposed') = (answered_at IS NULL)",
            name=op.f("ck_account_changes_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["persons.id"],
            name=op.f("fk_account_changes_answered_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_account_changes_grant_id_grants")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["persons.id"],
            name=op.f("fk_account_changes_proposed_by_id_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    for column in ("grant_id", "status"):
        op.create_index(op.f(f"ix_account_changes_{column}"), "account_changes", [column])
    _create_screening()


def downgrade() -> None:
    """Take both away."""
    op.drop_table("screenings")
    op.drop_table("checklists")
    op.drop_table("account_changes")
    for table in ("learnings", "calls"):
        op.drop_column(table, "version")


def _create_screening() -> None:
    op.create_table(
        "checklists",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_checklists_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_checklists")),
    )
    op.create_table(
        "screenings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("screened_by_id", sa.String(length=40), nullable=True),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'supplement_asked') = (due_at IS NOT NULL)",
            name=op.f("ck_screenings_supplement_is_due"),
        ),
        sa.CheckConstraint(
            "(outcome = 'inadmissible') = (reason IS NOT NULL)",
            name=op.f("ck_screenings_turned_away_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_screenings_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["screened_by_id"], ["persons.id"], name=op.f("fk_screenings_screened_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
    )
    op.create_index(op.f("ix_screenings_application_id"), "screenings", ["application_id"])
