"""The tables of campaigns."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = "0004_campaigns"
down_revision = "0003_programme"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
