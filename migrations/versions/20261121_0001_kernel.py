"""Outbox, tasks, leases and the history of statuses; on PostgreSQL also procrastinate's own schema."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001_kernel"
down_revision = None
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
HISTORY_IS_KEPT = """
CREATE TRIGGER status_events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON status_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
SQLITE_HISTORY_IS_KEPT = """
CREATE TRIGGER status_events_no_{verb} BEFORE {verb} ON status_events
BEGIN SELECT RAISE(ABORT, 'status_events is append-only'); END
"""
PROCRASTINATE_GONE = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT oid::regclass AS name FROM pg_class
        WHERE relname LIKE 'procrastinate%' AND relkind = 'r' LOOP
        EXECUTE 'DROP TABLE ' || one.name || ' CASCADE';
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate%' LOOP
        EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE';
    END LOOP;
    FOR one IN SELECT oid::regtype AS name FROM pg_type
        WHERE typname LIKE 'procrastinate%' AND typtype IN ('c', 'e') LOOP
        EXECUTE 'DROP TYPE ' || one.name || ' CASCADE';
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_table(
        "status_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_events")),
    )
    op.create_index(
        op.f("ix_status_events_subject_id"), "status_events", ["subject_id"], unique=False
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_status"), "tasks", ["status"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _raw(SchemaManager.get_schema())
        _raw(REFUSE_CHANGE)
        _raw(HISTORY_IS_KEPT)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_HISTORY_IS_KEPT.format(verb=verb))


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "postgresql":
        _raw(PROCRASTINATE_GONE)
        _raw("DROP TRIGGER status_events_are_kept ON status_events")
        _raw("DROP FUNCTION refuse_change()")
    op.drop_index(op.f("ix_tasks_status"), table_name="tasks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_status_events_subject_id"), table_name="status_events")
    op.drop_table("status_events")
    op.drop_table("outbox_messages")
    op.drop_table("leases")


def _raw(script: str) -> None:
    # The driver itself, so that percent signs and several statements pass unread.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script)
    cursor.close()
