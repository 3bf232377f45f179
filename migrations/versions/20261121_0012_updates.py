"""What the crowd sees and says: words to find campaigns by, updates, questions, offers of help."""

import sqlalchemy as sa
from alembic import op

revision = "0012_updates"
down_revision = "0011_draw"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and keep the words of the campaigns that there are."""
    op.create_table(
        "campaign_words",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_words_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_words")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "ix_campaign_words_stems",
            "campaign_words",
            [sa.text("to_tsvector('finnish', text)")],
            postgresql_using="gin",
        )
    # Other languages and places are kept with them when their texts are next changed.
    op.execute(
        "INSERT INTO campaign_words (campaign_id, headline, text)"
        " SELECT id, lower(title || ' ' || summary),"
        " lower(title || ' ' || summary || ' ' || story) FROM campaigns"
    )
    _make_sayings()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("update_opt_outs")
    op.drop_index("ix_campaign_updates_campaign", table_name="campaign_updates")
    op.drop_table("campaign_updates")
    op.drop_index("ix_campaign_questions_status", table_name="campaign_questions")
    op.drop_table("campaign_questions")
    op.drop_index("ix_campaign_offers_status", table_name="campaign_offers")
    op.drop_table("campaign_offers")
    op.drop_index("ix_campaign_needs_campaign", table_name="campaign_needs")
    op.drop_table("campaign_needs")
    op.drop_table("campaign_words")


def _make_sayings() -> None:
    op.create_table(
        "campaign_needs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_needs_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_needs")),
    )
    op.create_index(
        "ix_campaign_needs_campaign", "campaign_needs", ["campaign_id", "id"], unique=False
    )
    op.create_table(
        "campaign_offers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hours", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_name_shown", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "hours IS NULL OR hours > 0", name=op.f("ck_campaign_offers_hours_positive")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["persons.id"],
            name=op.f("fk_campaign_offers_answered_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_offers_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_offers")),
        sa.UniqueConstraint("campaign_id", "key", name=op.f("uq_campaign_offers_campaign_id")),
        sa.UniqueConstraint("token", name=op.f("uq_campaign_offers_token")),
    )
    op.create_index(
        "ix_campaign_offers_status",
        "campaign_offers",
        ["campaign_id", "status", "id"],
        unique=False,
    )
    op.create_table(
        "campaign_questions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["persons.id"],
            name=op.f("fk_campaign_questions_answered_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_questions_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_questions")),
        sa.UniqueConstraint("campaign_id", "key", name=op.f("uq_campaign_questions_campaign_id")),
        sa.UniqueConstraint("token", name=op.f("uq_campaign_questions_token")),
    )
    op.create_index(
        "ix_campaign_questions_status",
        "campaign_questions",
        ["campaign_id", "status", "id"],
        unique=False,
    )
    op.create_table(
        "campaign_updates",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_through", sa.String(length=254), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["persons.id"], name=op.f("fk_campaign_updates_author_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_updates_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_updates")),
    )
    op.create_index(
        "ix_campaign_updates_campaign", "campaign_updates", ["campaign_id", "id"], unique=False
    )
    op.create_table(
        "update_opt_outs",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("backer", sa.String(length=254), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_update_opt_outs_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "backer", name=op.f("pk_update_opt_outs")),
    )
