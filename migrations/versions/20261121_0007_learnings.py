"""The tables of learnings."""

import sqlalchemy as sa
from alembic import op

revision = "0007_learnings"
down_revision = "0006_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "learnings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("experiment_id", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("narrator", sa.String(length=200), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("daring", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Text(), nullable=False),
        sa.Column("went_wrong", sa.Text(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'draft' OR (result IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_learnings_published_has_result"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["persons.id"], name=op.f("fk_learnings_author_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.id"],
            name=op.f("fk_learnings_experiment_id_experiments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnings")),
        sa.UniqueConstraint("experiment_id", name=op.f("uq_learnings_experiment_id")),
    )
    op.create_index("ix_learnings_published", "learnings", ["status", "published_at"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_learnings_published", table_name="learnings")
    op.drop_table("learnings")
