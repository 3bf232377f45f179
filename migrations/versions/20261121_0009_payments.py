"""The tables of payments."""

revision = "0009_payments"
down_revision = "0008_matching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
