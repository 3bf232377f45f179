"""The tables of matching."""

revision = "0008_matching"
down_revision = "0007_learnings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take them away."""
