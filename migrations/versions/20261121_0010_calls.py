"""What the pages of calls need: versions of the drafts that several people write."""

import sqlalchemy as sa
from alembic import op

revision = "0010_calls"
down_revision = "0009_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the versions of drafts."""
    for table in ("calls", "learnings"):
        column = sa.Column("version", sa.Integer(), server_default="1", nullable=False)
        op.add_column(table, column)


def downgrade() -> None:
    """Count them no more."""
    for table in ("learnings", "calls"):
        op.drop_column(table, "version")
