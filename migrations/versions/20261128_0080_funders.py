"""Envelopes that another body pays into: who that is, and that it stays so."""

import sqlalchemy as sa
from alembic import op

revision = "0080_funders"
down_revision = "0051_applying_together"
branch_labels = None
depends_on = None

POSTGRESQL_TRIGGER = """
CREATE TRIGGER envelopes_funder_stays BEFORE UPDATE OF code, funder_id ON envelopes
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER envelopes_funder_stays BEFORE UPDATE OF code, funder_id ON envelopes
BEGIN SELECT RAISE(ABORT, 'whose money an envelope holds does not change'); END
"""


def upgrade() -> None:
    """Every envelope that there is holds a part of the programme's own appropriation."""
    with op.batch_alter_table("envelopes") as envelopes:
        envelopes.add_column(sa.Column("funder_id", sa.String(length=40), nullable=True))
        envelopes.create_foreign_key(
            op.f("fk_envelopes_funder_id_organisations"), "organisations", ["funder_id"], ["id"]
        )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER)


def downgrade() -> None:
    """Take it away."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    on = " ON envelopes" if is_postgresql else ""
    op.execute(f"DROP TRIGGER envelopes_funder_stays{on}")
    with op.batch_alter_table("envelopes") as envelopes:
        envelopes.drop_constraint(op.f("fk_envelopes_funder_id_organisations"), type_="foreignkey")
        envelopes.drop_column("funder_id")
