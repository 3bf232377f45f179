"""Which task goes first on SQLite; procrastinate has its own column for it."""

import sqlalchemy as sa
from alembic import op

revision = "0084_priority_of_tasks"
down_revision = "0083_division_of_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what waits already is ordinary."""
    with op.batch_alter_table("tasks") as table:
        table.add_column(
            sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("tasks") as table:
        table.drop_column("priority")
