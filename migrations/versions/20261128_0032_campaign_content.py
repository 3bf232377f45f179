"""What the money of a campaign buys, who is in the team, and its pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0032_campaign_content"
down_revision = "0031_campaign_states"
branch_labels = None
depends_on = None

_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("campaign_budget_lines", "campaign_team_members", "campaign_pictures")


def upgrade() -> None:
    """Make the tables."""
    _make(
        "campaign_budget_lines",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("amount_cents", _Whole, nullable=False),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "amount_cents > 0", name=op.f("ck_campaign_budget_lines_amount_positive")
        ),
    )
    _make(
        "campaign_team_members",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
    )
    _make(
        "campaign_pictures",
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("width", _Whole, nullable=False),
        sa.Column("height", _Whole, nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    for table in reversed(_TABLES):
        op.drop_index(f"ix_{table}_campaign", table_name=table)
        op.drop_table(table)


def _make(table: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        *own,
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f(f"fk_{table}_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_campaign", table, ["campaign_id", "id"])
