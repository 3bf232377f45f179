"""How a call divides its reviews: what the assignment raises, and the fewest for each reviewer."""

import sqlalchemy as sa
from alembic import op

revision = "0083_division_of_reviews"
down_revision = "0082_sent_contents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; calls that were made before raise the lowest pair and share equally."""
    with op.batch_alter_table("selection_rules") as table:
        table.add_column(
            sa.Column(
                "objective", sa.String(length=20), server_default="pair_floor", nullable=False
            )
        )
        table.add_column(sa.Column("load_min", sa.SmallInteger(), nullable=True))
        table.create_check_constraint(op.f("ck_selection_rules_load_min"), "load_min >= 1")
    with op.batch_alter_table("assignment_runs") as table:
        table.add_column(sa.Column("shortages", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("assignment_runs") as table:
        table.drop_column("shortages")
    with op.batch_alter_table("selection_rules") as table:
        table.drop_constraint(op.f("ck_selection_rules_load_min"), type_="check")
        table.drop_column("load_min")
        table.drop_column("objective")
