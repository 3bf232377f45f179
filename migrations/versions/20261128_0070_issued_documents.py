"""Signed PDFs, kept once."""

import sqlalchemy as sa
from alembic import op

revision = "0070_issued_documents"
down_revision = "0061_signing_batches"
branch_labels = None
depends_on = None

EVENTS = ("UPDATE", "DELETE")
POSTGRESQL_TRIGGER = """
CREATE TRIGGER issued_documents_{event} BEFORE {event} ON issued_documents
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER issued_documents_{event} BEFORE {event} ON issued_documents
BEGIN SELECT RAISE(ABORT, 'an issued document is kept as it is'); END
"""


def upgrade() -> None:
    """Make the table, and let the database keep what is in it."""
    op.create_table(
        "issued_documents",
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint("sha256", name=op.f("uq_issued_documents_sha256")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    trigger = POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER
    for event in EVENTS:
        op.execute(trigger.format(event=event.lower() if is_postgresql else event))


def downgrade() -> None:
    """Take it away."""
    op.drop_table("issued_documents")
