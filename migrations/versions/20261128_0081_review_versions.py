"""Reviews count how often they were saved, so that no tab overwrites another unseen."""

import sqlalchemy as sa
from alembic import op

revision = "0081_review_versions"
down_revision = "0080_funders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin to count; a release that knows nothing of it leaves the count as it is."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("reviews", sa.Column("version", whole, nullable=False, server_default="0"))


def downgrade() -> None:
    """Take the count away."""
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_column("version")
