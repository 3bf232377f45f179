"""The questions of a call by version, and what an application answers of them."""

import sqlalchemy as sa
from alembic import op

revision = "0050_questions"
down_revision = "0062_reviewer_pool"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the versions; calls and applications that there are keep to the usual questions."""
    op.create_table(
        "question_sets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("number", _COUNT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("revision", _COUNT, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.String(length=40), nullable=True),
        sa.Column("used_from", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_question_sets_number_positive")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_question_sets_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["persons.id"], name=op.f("fk_question_sets_made_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
        sa.UniqueConstraint("call_id", "number", name="uq_question_sets_number"),
    )
    # Said with the column: SQLite adds no constraint afterwards, and both kinds read this.
    op.execute(
        "ALTER TABLE applications ADD COLUMN question_set_id VARCHAR(40)"
        " CONSTRAINT fk_applications_question_set_id_question_sets REFERENCES question_sets (id)"
    )
    op.add_column(
        "applications",
        sa.Column("more", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("attachments", sa.Column("question_key", sa.String(length=40), nullable=True))
    op.execute("UPDATE attachments SET question_key = 'attachments'")
    op.execute(
        "ALTER TABLE calls ADD COLUMN self_financing_min_percent SMALLINT DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_calls_self_financing_share CHECK"
        " (self_financing_min_percent BETWEEN 0 AND 99)"
    )


def downgrade() -> None:
    """Take them away; what was said with a column goes with it."""
    op.drop_column("calls", "self_financing_min_percent")
    op.drop_column("attachments", "question_key")
    with op.batch_alter_table("applications") as applications:
        applications.drop_column("more")
        applications.drop_column("question_set_id")
    op.drop_table("question_sets")
