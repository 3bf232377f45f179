"""The tables of matching: pots, rules of every kind, what was given at a campaign's close."""

import sqlalchemy as sa
from alembic import op

revision = "0008_matching"
down_revision = "0007_learnings"
branch_labels = None
depends_on = None

_CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Name of a step's limit, and of the cap per backer and campaign, before and after.
_RENAMED = (
    ('"limit_cents":', '"limit":'),
    ('"cap_per_backer"', '"cap_per_backer_campaign"'),
)


def upgrade() -> None:
    """Make the tables, and let rules have versions, kinds, pots and conditions."""
    op.create_table(
        "match_pots",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pots")),
        sa.UniqueConstraint("code", name=op.f("uq_match_pots_code")),
    )
    with op.batch_alter_table("match_rules") as table:
        table.alter_column("cap_per_backer_cents", new_column_name="cap_per_backer_campaign_cents")
    with op.batch_alter_table("match_rules") as table:
        table.add_column(
            sa.Column("code", sa.String(length=40), server_default="match", nullable=False)
        )
        table.add_column(
            sa.Column("kind", sa.String(length=16), server_default="promise", nullable=False)
        )
        table.add_column(sa.Column("pot_id", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("tier", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("region_code", sa.CHAR(length=2), nullable=True))
        table.add_column(sa.Column("goal_code", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("cap_per_backer_cents", _CENTS, nullable=True))
        table.add_column(sa.Column("threshold_bps", _CENTS, nullable=True))
        table.add_column(sa.Column("min_backers", _CENTS, nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_match_rules_pot_id_match_pots"), "match_pots", ["pot_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_match_rules_region_code_regions"), "regions", ["region_code"], ["code"]
        )
        table.create_foreign_key(
            op.f("fk_match_rules_goal_code_goals"), "goals", ["goal_code"], ["code"]
        )
        table.create_check_constraint(
            op.f("ck_match_rules_ends_after_start"), "ends_at IS NULL OR ends_at > starts_at"
        )
        table.create_index("ix_match_rules_code", ["code", "starts_at"], unique=False)
    op.create_table(
        "campaign_matches",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_matches_campaign_id_campaigns"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["match_rules.id"], name=op.f("fk_campaign_matches_rule_id_match_rules")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "rule_id", name=op.f("pk_campaign_matches")),
    )
    op.create_table(
        "backer_turns",
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("backer", sa.String(length=254), nullable=False),
        sa.Column("turns", _CENTS, nullable=False),
        sa.PrimaryKeyConstraint("rule_code", "backer", name=op.f("pk_backer_turns")),
    )
    op.create_index("ix_pledges_backer", "pledges", ["backer"], unique=False)
    for before, after in _RENAMED:
        _rename_in_traces(before, after)


def downgrade() -> None:
    """Take them away; of the rules only what promises from the programme's own pot is left."""
    for before, after in reversed(_RENAMED):
        _rename_in_traces(after, before)
    op.drop_index("ix_pledges_backer", table_name="pledges")
    op.drop_table("backer_turns")
    op.drop_table("campaign_matches")
    with op.batch_alter_table("match_rules") as table:
        table.drop_index("ix_match_rules_code")
        table.drop_constraint(op.f("ck_match_rules_ends_after_start"), type_="check")
        table.drop_constraint(op.f("fk_match_rules_goal_code_goals"), type_="foreignkey")
        table.drop_constraint(op.f("fk_match_rules_region_code_regions"), type_="foreignkey")
        table.drop_constraint(op.f("fk_match_rules_pot_id_match_pots"), type_="foreignkey")
        for name in (
            "closed_at",
            "min_backers",
            "threshold_bps",
            "cap_per_backer_cents",
            "goal_code",
            "region_code",
            "tier",
            "ends_at",
            "pot_id",
            "kind",
            "code",
        ):
            table.drop_column(name)
    with op.batch_alter_table("match_rules") as table:
        table.alter_column("cap_per_backer_campaign_cents", new_column_name="cap_per_backer_cents")
    op.drop_table("match_pots")


def _rename_in_traces(before: str, after: str) -> None:
    """Rename a word in the stored traces, which are text to one database and JSON to the other."""
    kind = sa.Text() if op.get_bind().dialect.name == "sqlite" else sa.JSON()
    matches = sa.table("pledge_matches", sa.column("trace"))
    renamed = sa.func.replace(sa.cast(matches.c.trace, sa.Text()), before, after)
    op.execute(sa.update(matches).values(trace=sa.cast(renamed, kind)))
