"""The tables of campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0004_campaigns"
down_revision = "0003_programme"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "match_rules",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "factor_bps", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cap_per_pledge_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "cap_per_backer_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "pledges_per_backer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "cap_per_campaign_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "cap_share_of_goal_bps",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_rules")),
    )
    op.create_index(op.f("ix_match_rules_starts_at"), "match_rules", ["starts_at"], unique=False)
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("experiment_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("legal_kind", sa.String(length=24), nullable=False),
        sa.Column("legal_number", sa.String(length=40), nullable=True),
        sa.Column(
            "ceiling_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "goal_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("payee_name", sa.String(length=140), nullable=False),
        sa.Column("payee_iban", sa.String(length=34), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "deadline_at > opens_at", name=op.f("ck_campaigns_deadline_after_opening")
        ),
        sa.CheckConstraint("goal_cents > 0", name=op.f("ck_campaigns_goal_positive")),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.id"],
            name=op.f("fk_campaigns_experiment_id_experiments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_index(
        op.f("ix_campaigns_experiment_id"), "campaigns", ["experiment_id"], unique=False
    )
    op.create_index(op.f("ix_campaigns_status"), "campaigns", ["status"], unique=False)
    op.create_table(
        "pledges",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("backer", sa.String(length=254), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("is_name_shown", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("card_token", sa.String(length=120), nullable=True),
        sa.Column("authentication_reference", sa.String(length=120), nullable=True),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_pledges_amount_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_pledges_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
        sa.UniqueConstraint("campaign_id", "key", name=op.f("uq_pledges_campaign_id")),
        sa.UniqueConstraint("token", name=op.f("uq_pledges_token")),
    )
    op.create_index(
        "ix_pledges_campaign_backer", "pledges", ["campaign_id", "backer"], unique=False
    )
    op.create_index(
        "ix_pledges_campaign_status", "pledges", ["campaign_id", "status", "id"], unique=False
    )
    op.create_table(
        "charges",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("fee_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_charges_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_charges_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("pledge_id", "attempt", name=op.f("uq_charges_pledge_id")),
    )
    op.create_index(
        "ix_charges_campaign_status", "charges", ["campaign_id", "status", "id"], unique=False
    )
    op.create_table(
        "pledge_matches",
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "counted_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_matches_pledge_id_pledges")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["match_rules.id"], name=op.f("fk_pledge_matches_rule_id_match_rules")
        ),
        sa.PrimaryKeyConstraint("pledge_id", "rule_id", name=op.f("pk_pledge_matches")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("pledge_matches")
    op.drop_index("ix_charges_campaign_status", table_name="charges")
    op.drop_table("charges")
    op.drop_index("ix_pledges_campaign_status", table_name="pledges")
    op.drop_index("ix_pledges_campaign_backer", table_name="pledges")
    op.drop_table("pledges")
    op.drop_index(op.f("ix_campaigns_status"), table_name="campaigns")
    op.drop_index(op.f("ix_campaigns_experiment_id"), table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_index(op.f("ix_match_rules_starts_at"), table_name="match_rules")
    op.drop_table("match_rules")
