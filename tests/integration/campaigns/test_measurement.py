"""The measurement of pledges measures what it says: the same rows, and a campaign truly settled."""

import sqlalchemy as sa

from grantengine.campaigns import queries
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.ledger import audit
from grantengine.web.benchmarks.pledges import cases, settling, world

WRITTEN = (
    "pledges",
    "pledge_matches",
    "status_events",
    "outbox_messages",
    "procrastinate_jobs",
)


def rows_of(database, *tables):
    with database.reading() as session:
        return {table: session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables}


def more_rows(database, how, *tables):
    """Pledge once and tell how many rows each table has more than before."""
    with cases.pledging_by(how, database, cases.SPREAD) as pledge:
        before = rows_of(database, *tables)
        pledge()
    after = rows_of(database, *tables)
    return {table: after[table] - before[table] for table in tables}


def test_bare_sql_writes_the_rows_that_the_service_writes(postgresql_database):
    world.prepare(postgresql_database)
    cases.prepare(postgresql_database)

    served = more_rows(postgresql_database, cases.SERVICE, *WRITTEN, "ledger_transfers")
    bare = more_rows(postgresql_database, cases.BARE, *WRITTEN, "bare_transfers")

    assert list(served.values()) == list(bare.values()) == [1, 1, 2, 1, 1, 2]


def test_large_campaign_is_settled_whole_and_its_progress_told(postgresql_database):
    world.prepare(postgresql_database)
    told = []

    done = settling.settle(postgresql_database, pledges=120, tell=told.append)

    assert (done.pledges, sum(told)) == (120, 120)
    with postgresql_database.reading() as session:
        campaign_id, status = session.execute(
            sa.select(Pledge.campaign_id, Pledge.status).distinct()
        ).one()
        sums = queries.totals(session, campaign_id)
        assert status == PledgeStatus.COLLECTED
        assert sums.pledged == sums.collected == sums.matched
        assert audit.verify(session).is_clean
