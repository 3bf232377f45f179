"""What an application said each time it was sent: a later sending leaves the earlier ones."""

import sqlalchemy as sa
from alembic import op

revision = "0082_sent_contents"
down_revision = "0081_review_versions"
branch_labels = None
depends_on = None

POSTGRESQL_TRIGGER = """
CREATE TRIGGER sent_contents_stay BEFORE UPDATE ON sent_contents
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER sent_contents_stay BEFORE UPDATE ON sent_contents
BEGIN SELECT RAISE(ABORT, 'what was sent stays as it was sent'); END
"""


def upgrade() -> None:
    """Make the table; of what was sent before, the last sending is in the application itself."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sent_contents",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("number", whole, nullable=False),
        sa.Column("question_set_id", sa.String(length=40), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_sent_contents_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id"],
            ["question_sets.id"],
            name=op.f("fk_sent_contents_question_set_id_question_sets"),
        ),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_sent_contents")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("sent_contents")
