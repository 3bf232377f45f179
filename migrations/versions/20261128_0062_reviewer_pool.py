"""The pool of reviewers: what each is at home in, what binds them, what applications are about."""

import sqlalchemy as sa
from alembic import op

revision = "0062_reviewer_pool"
down_revision = "0040_managing_pledges"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reviewer_profiles",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("goal_ids", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("capacity", _WHOLE, nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "capacity IS NULL OR capacity >= 0", name=op.f("ck_reviewer_profiles_capacity")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_reviewer_profiles_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reviewer_profiles")),
    )
    op.create_table(
        "reviewer_ties",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("business_id", sa.String(length=9), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_reviewer_ties_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["persons.id"], name=op.f("fk_reviewer_ties_declared_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_ties")),
    )
    op.create_index(op.f("ix_reviewer_ties_person_id"), "reviewer_ties", ["person_id"])
    op.create_table(
        "application_subjects",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_subjects_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_subjects")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("application_subjects")
    op.drop_table("reviewer_ties")
    op.drop_table("reviewer_profiles")
