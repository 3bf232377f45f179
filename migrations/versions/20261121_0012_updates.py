"""What the crowd sees and says: words to find campaigns by, updates, questions, offers of help."""

import sqlalchemy as sa
from alembic import op

revision = "0012_updates"
down_revision = "0010_calls"
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


def downgrade() -> None:
    """Take them away."""
    op.drop_table("campaign_words")
