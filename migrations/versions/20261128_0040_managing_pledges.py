"""What a backer does with a pledge: changes of it, new cards, requests for the money back."""

import sqlalchemy as sa
from alembic import op

revision = "0040_managing_pledges"
down_revision = "0070_issued_documents"
branch_labels = None
depends_on = None

_CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a refund of what came by bank transfer has no charge."""
    op.create_table(
        "pledge_changes",
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("match_cents", _CENTS, nullable=False),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_changes_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("pledge_id", "number", name=op.f("pk_pledge_changes")),
    )
    op.create_table(
        "new_cards",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("authentication_reference", sa.String(length=120), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_new_cards_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_new_cards")),
    )
    op.create_index(op.f("ix_new_cards_pledge_id"), "new_cards", ["pledge_id"], unique=False)
    _make_refund_requests()
    with op.batch_alter_table("refunds") as refunds:
        refunds.alter_column("charge_id", existing_type=sa.String(length=40), nullable=True)


def downgrade() -> None:
    """Take them away; refunds that have no charge cannot be told any more."""
    op.execute("DELETE FROM refunds WHERE charge_id IS NULL")
    with op.batch_alter_table("refunds") as refunds:
        refunds.alter_column("charge_id", existing_type=sa.String(length=40), nullable=False)
    op.drop_table("refund_requests")
    op.drop_table("new_cards")
    op.drop_table("pledge_changes")


def _make_refund_requests() -> None:
    op.create_table(
        "refund_requests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pledge_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("refund_id", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["persons.id"],
            name=op.f("fk_refund_requests_answered_by_id_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_refund_requests_pledge_id_pledges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_requests")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_refund_requests_refund_id")),
    )
    for column in ("pledge_id", "status"):
        name = op.f(f"ix_refund_requests_{column}")
        op.create_index(name, "refund_requests", [column], unique=False)
