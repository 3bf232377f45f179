"""Notes of the panel, for the minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0063_panel_notes"
down_revision = "0041_invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "panel_notes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_panel_notes_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["persons.id"], name=op.f("fk_panel_notes_author_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_notes")),
    )
    op.create_index(op.f("ix_panel_notes_call_id"), "panel_notes", ["call_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("panel_notes")
