"""The tables of reviews."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = "0006_reviews"
down_revision = "0005_disbursements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
