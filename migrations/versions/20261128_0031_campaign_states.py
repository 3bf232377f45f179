"""Campaigns are checked, settled and closed; what the law asks of each kind is data."""

import sqlalchemy as sa
from alembic import op

revision = "0031_campaign_states"
down_revision = "0071_aftermath"
branch_labels = None
depends_on = None

_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _added() -> list[sa.Column]:
    return [
        sa.Column("legal_notified_on", sa.Date(), nullable=True),
        sa.Column("legal_starts_on", sa.Date(), nullable=True),
        sa.Column("legal_ends_on", sa.Date(), nullable=True),
        sa.Column("legal_area", sa.String(length=200), nullable=True),
        sa.Column("purpose", sa.String(length=300), nullable=True),
        sa.Column("secondary_purpose", sa.String(length=300), nullable=True),
        sa.Column("optimum_cents", _Whole, nullable=True),
        sa.Column("check_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_note", sa.String(length=500), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    """Add the columns, and say of ended campaigns how far they have come."""
    with op.batch_alter_table("campaigns") as campaigns:
        for column in _added():
            campaigns.add_column(column)
        campaigns.create_check_constraint(
            op.f("ck_campaigns_optimum_not_below_goal"),
            "optimum_cents IS NULL OR optimum_cents >= goal_cents",
        )
    op.execute(
        "UPDATE campaigns SET outcome = status, status = 'settled'"
        " WHERE status IN ('funded', 'failed')"
    )
    op.execute("UPDATE campaigns SET status = outcome WHERE status = 'settling'")


def downgrade() -> None:
    """Take them away."""
    op.execute("UPDATE campaigns SET status = 'settling' WHERE status IN ('funded', 'failed')")
    op.execute("UPDATE campaigns SET status = outcome WHERE status IN ('settled', 'closed')")
    op.execute("UPDATE campaigns SET status = 'draft' WHERE status = 'checked'")
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_constraint(op.f("ck_campaigns_optimum_not_below_goal"), type_="check")
        for column in _added():
            campaigns.drop_column(column.name)
