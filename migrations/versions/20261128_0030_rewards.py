"""Rewards: what a backer buys with a pledge, while there are any."""

import sqlalchemy as sa
from alembic import op

revision = "0030_rewards"
down_revision = "0012_updates"
branch_labels = None
depends_on = None

_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and let a pledge point into it."""
    op.create_table(
        "campaign_rewards",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("price_cents", _Whole, nullable=False),
        sa.Column("vat_rate_bps", _Whole, nullable=False),
        sa.Column("stock", _Whole, nullable=True),
        sa.Column("taken", _Whole, server_default="0", nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.CheckConstraint("price_cents > 0", name=op.f("ck_campaign_rewards_price_positive")),
        sa.CheckConstraint(
            "vat_rate_bps BETWEEN 0 AND 10000", name=op.f("ck_campaign_rewards_vat_rate_possible")
        ),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_campaign_rewards_taken_not_negative")),
        sa.CheckConstraint(
            "stock IS NULL OR taken <= stock", name=op.f("ck_campaign_rewards_stock_not_exceeded")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_rewards_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_rewards")),
    )
    op.create_index("ix_campaign_rewards_campaign", "campaign_rewards", ["campaign_id", "id"])
    with op.batch_alter_table("pledges") as pledges:
        pledges.add_column(sa.Column("reward_id", sa.String(length=40), nullable=True))
        pledges.create_foreign_key(
            op.f("fk_pledges_reward_id_campaign_rewards"),
            "campaign_rewards",
            ["reward_id"],
            ["id"],
        )
        pledges.create_index("ix_pledges_reward", ["reward_id"])


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("pledges") as pledges:
        pledges.drop_index("ix_pledges_reward")
        pledges.drop_constraint(op.f("fk_pledges_reward_id_campaign_rewards"), type_="foreignkey")
        pledges.drop_column("reward_id")
    op.drop_index("ix_campaign_rewards_campaign", table_name="campaign_rewards")
    op.drop_table("campaign_rewards")
