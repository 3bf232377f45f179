"""The tables of programme."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = "0003_programme"
down_revision = "0002_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
