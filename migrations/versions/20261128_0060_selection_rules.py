"""The rules by which a call chooses."""

import sqlalchemy as sa
from alembic import op

revision = "0060_selection_rules"
down_revision = "0030_rewards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a call without a row keeps the usual rules."""
    op.create_table(
        "selection_rules",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("hides_names", sa.Boolean(), nullable=False),
        sa.Column("floors", sa.JSON(), nullable=False),
        sa.Column("when_short", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_selection_rules_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_selection_rules")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("selection_rules")
