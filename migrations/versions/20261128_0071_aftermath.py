"""What follows a decision: conditions of awards, requests for review, what became of a grant."""

import sqlalchemy as sa
from alembic import op

revision = "0071_aftermath"
down_revision = "0063_panel_notes"
branch_labels = None
depends_on = None

KEPT = "decision_id, goal_cents, currency, until_on"
POSTGRESQL_TRIGGER = f"""
CREATE TRIGGER award_conditions_stay BEFORE UPDATE OF {KEPT} ON award_conditions
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
SQLITE_TRIGGER = f"""
CREATE TRIGGER award_conditions_stay BEFORE UPDATE OF {KEPT} ON award_conditions
BEGIN SELECT RAISE(ABORT, 'a condition is kept as it was proposed'); END
"""
INSTANT = sa.DateTime(timezone=True)
CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("status IN ('received', 'handled')")


def upgrade() -> None:
    """Make the tables; every grant that there is was awarded without a condition."""
    op.add_column("grants", sa.Column("confirmed_at", INSTANT, nullable=True))
    op.add_column("grants", sa.Column("ended_at", INSTANT, nullable=True))
    op.execute("UPDATE grants SET confirmed_at = awarded_at")
    op.create_table(
        "award_conditions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("goal_cents", CENTS, nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("goal_cents > 0", name=op.f("ck_award_conditions_goal_positive")),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_award_conditions_decision_id_decisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_conditions")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_award_conditions_decision_id")),
    )
    op.create_index(op.f("ix_award_conditions_status"), "award_conditions", ["status"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER)
    _make_requests()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("review_requests")
    op.drop_table("award_conditions")
    with op.batch_alter_table("grants") as grants:
        grants.drop_column("ended_at")
        grants.drop_column("confirmed_at")


def _make_requests() -> None:
    op.create_table(
        "review_requests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("handler_id", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('received', 'handled')) = (answered_at IS NULL)",
            name=op.f("ck_review_requests_answered_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_review_requests_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["persons.id"], name=op.f("fk_review_requests_handler_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_requests")),
    )
    for column in ("decision_id", "status"):
        op.create_index(op.f(f"ix_review_requests_{column}"), "review_requests", [column])
    op.create_index(
        "uq_review_requests_waiting",
        "review_requests",
        ["decision_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
