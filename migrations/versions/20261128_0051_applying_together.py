"""Those who apply together, and what was last sent of an application that may still change."""

import sqlalchemy as sa
from alembic import op

revision = "0051_applying_together"
down_revision = "0032_campaign_content"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "co_applicants",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'accepted' OR person_id IS NOT NULL",
            name=op.f("ck_co_applicants_accepted_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_co_applicants_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_co_applicants_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_applicants")),
        sa.UniqueConstraint("token", name=op.f("uq_co_applicants_token")),
    )
    for column in ("application_id", "person_id"):
        op.create_index(op.f(f"ix_co_applicants_{column}"), "co_applicants", [column])
    sent = sa.Column(
        "sent_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
    )
    op.add_column("applications", sent)
    op.execute("UPDATE applications SET sent_version = version WHERE submitted_at IS NOT NULL")


def downgrade() -> None:
    """Take them away."""
    op.drop_column("applications", "sent_version")
    op.drop_table("co_applicants")
