"""The tables of learnings."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = "0007_learnings"
down_revision = "0006_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
