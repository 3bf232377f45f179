"""The tables of reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0006_reviews"
down_revision = "0005_disbursements"
branch_labels = None
depends_on = None

# A signed decision is never changed; only the hash of its document is added, once.
KEPT = (
    "id, application_id, version, status, outcome, amount_cents, currency, grounds, presenter_id,"
    " proposed_at, decision_maker_id, signed_at, content, verification_code, experiment_id, grant_id"
)
TRIGGERS = {
    "decisions_stay": (f"UPDATE OF {KEPT}", "OLD.status = 'signed'"),
    "decisions_keep_their_seal": ("UPDATE OF pdf_sha256", "OLD.pdf_sha256 IS NOT NULL"),
    "decisions_are_not_deleted": ("DELETE", "OLD.status = 'signed'"),
}
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {name} BEFORE {event} ON decisions
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse_change()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {name} BEFORE {event} ON decisions WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'a signed decision is kept as it is'); END
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("envelope", sa.String(length=24), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("payment_plan", sa.JSON(), nullable=False),
        sa.Column("applicant_kinds", sa.JSON(), nullable=False),
        sa.Column(
            "grant_min_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "grant_max_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column(
            "grants_target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("cost_share_max_percent", sa.SmallInteger(), nullable=False),
        sa.Column("reviews_per_application", sa.SmallInteger(), nullable=False),
        sa.Column("aid_basis", sa.String(length=16), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("use_starts_on", sa.Date(), nullable=False),
        sa.Column("use_ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cost_share_max_percent BETWEEN 1 AND 100", name=op.f("ck_calls_cost_share")
        ),
        sa.CheckConstraint(
            "grant_min_cents > 0 AND grant_min_cents <= grant_max_cents",
            name=op.f("ck_calls_grant_sizes"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_calls_opens_before_it_closes")),
        sa.CheckConstraint("use_starts_on < use_ends_on", name=op.f("ck_calls_use_in_order")),
        sa.ForeignKeyConstraint(
            ["envelope"], ["envelopes.code"], name=op.f("fk_calls_envelope_envelopes")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_calls_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("slug", name=op.f("uq_calls_slug")),
    )
    op.create_index(op.f("ix_calls_status"), "calls", ["status"], unique=False)
    op.create_table(
        "call_goals",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("goal_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_goals_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_call_goals_goal_id_goals")
        ),
        sa.PrimaryKeyConstraint("call_id", "goal_id", name=op.f("pk_call_goals")),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("applicant_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("case_number", sa.String(length=24), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("testing", sa.Text(), nullable=False),
        sa.Column("learning_aim", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("budget", sa.JSON(), nullable=False),
        sa.Column("ethics", sa.JSON(), nullable=False),
        sa.Column(
            "applied_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "self_financing_cents",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_kind", sa.String(length=24), nullable=True),
        sa.Column("business_id", sa.String(length=9), nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("region_code", sa.CHAR(length=2), nullable=True),
        sa.Column("municipality_code", sa.CHAR(length=3), nullable=True),
        sa.Column("screening_note", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR case_number IS NOT NULL",
            name=op.f("ck_applications_submitted_has_case_number"),
        ),
        sa.CheckConstraint(
            "applied_cents IS NULL OR applied_cents > 0",
            name=op.f("ck_applications_applied_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["persons.id"], name=op.f("fk_applications_applicant_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_applications_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_applications_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name=op.f("fk_applications_region_code_regions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("call_id", "source_key", name="uq_applications_source"),
        sa.UniqueConstraint("case_number", name=op.f("uq_applications_case_number")),
    )
    op.create_index(
        op.f("ix_applications_applicant_id"), "applications", ["applicant_id"], unique=False
    )
    op.create_index(op.f("ix_applications_call_id"), "applications", ["call_id"], unique=False)
    op.create_index(op.f("ix_applications_status"), "applications", ["status"], unique=False)
    op.create_table(
        "application_goals",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("goal_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_goals_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_application_goals_goal_id_goals")
        ),
        sa.PrimaryKeyConstraint("application_id", "goal_id", name=op.f("pk_application_goals")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column(
            "size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_attachments_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(
        op.f("ix_attachments_application_id"), "attachments", ["application_id"], unique=False
    )
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("reviewer_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_conflicts_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["persons.id"], name=op.f("fk_conflicts_reviewer_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint(
            "application_id", "reviewer_id", name=op.f("uq_conflicts_application_id")
        ),
    )
    op.create_index(op.f("ix_conflicts_reviewer_id"), "conflicts", ["reviewer_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("reviewer_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'submitted' OR submitted_at IS NOT NULL",
            name=op.f("ck_reviews_submitted_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_reviews_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["persons.id"], name=op.f("fk_reviews_reviewer_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "application_id", "reviewer_id", name=op.f("uq_reviews_application_id")
        ),
    )
    op.create_index(op.f("ix_reviews_reviewer_id"), "reviews", ["reviewer_id"], unique=False)
    op.create_index(op.f("ix_reviews_status"), "reviews", ["status"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column(
            "amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("presenter_id", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_maker_id", sa.String(length=40), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verification_code", sa.String(length=32), nullable=True),
        sa.Column("pdf_sha256", sa.CHAR(length=64), nullable=True),
        sa.Column("experiment_id", sa.String(length=40), nullable=True),
        sa.Column("grant_id", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'awarded') = (amount_cents IS NOT NULL)", name=op.f("ck_decisions_award")
        ),
        sa.CheckConstraint(
            "(status = 'signed') = (signed_at IS NOT NULL) AND (status = 'signed') = (decision_maker_id IS NOT NULL) AND (status = 'signed') = (verification_code IS NOT NULL)",
            name=op.f("ck_decisions_signed_is_whole"),
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_decisions_amount_positive")
        ),
        sa.CheckConstraint(
            "decision_maker_id <> presenter_id", name=op.f("ck_decisions_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_decisions_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_maker_id"],
            ["persons.id"],
            name=op.f("fk_decisions_decision_maker_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.id"],
            name=op.f("fk_decisions_experiment_id_experiments"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_decisions_grant_id_grants")
        ),
        sa.ForeignKeyConstraint(
            ["presenter_id"], ["persons.id"], name=op.f("fk_decisions_presenter_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("verification_code", name=op.f("uq_decisions_verification_code")),
    )
    op.create_index(
        "ix_decisions_standing",
        "decisions",
        ["application_id", "version"],
        unique=True,
        sqlite_where=sa.text("status <> 'dropped'"),
        postgresql_where=sa.text("status <> 'dropped'"),
    )
    op.create_index(op.f("ix_decisions_status"), "decisions", ["status"], unique=False)
    op.create_table(
        "review_scores",
        sa.Column("review_id", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "points IS NULL OR points BETWEEN 1 AND 6", name=op.f("ck_review_scores_on_the_scale")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_scores_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("review_id", "criterion", name=op.f("pk_review_scores")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    trigger = POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER
    for name, (event, condition) in TRIGGERS.items():
        op.execute(trigger.format(name=name, event=event, condition=condition))


def downgrade() -> None:
    """Take them away."""
    op.drop_table("review_scores")
    op.drop_index(op.f("ix_decisions_status"), table_name="decisions")
    op.drop_index(
        "ix_decisions_standing",
        table_name="decisions",
        sqlite_where=sa.text("status <> 'dropped'"),
        postgresql_where=sa.text("status <> 'dropped'"),
    )
    op.drop_table("decisions")
    op.drop_index(op.f("ix_reviews_status"), table_name="reviews")
    op.drop_index(op.f("ix_reviews_reviewer_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_conflicts_reviewer_id"), table_name="conflicts")
    op.drop_table("conflicts")
    op.drop_index(op.f("ix_attachments_application_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_table("application_goals")
    op.drop_index(op.f("ix_applications_status"), table_name="applications")
    op.drop_index(op.f("ix_applications_call_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_applicant_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_table("call_goals")
    op.drop_index(op.f("ix_calls_status"), table_name="calls")
    op.drop_table("calls")
