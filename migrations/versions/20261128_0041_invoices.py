"""Invoices for companies that pledge."""

import sqlalchemy as sa
from alembic import op

revision = "0041_invoices"
down_revision = "0050_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pledge_invoices",
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("company_name", sa.String(length=140), nullable=False),
        sa.Column("business_id", sa.String(length=9), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("order_reference", sa.String(length=80), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_invoices_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("pledge_id", name=op.f("pk_pledge_invoices")),
        sa.UniqueConstraint("number", name=op.f("uq_pledge_invoices_number")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("pledge_invoices")
