"""The application's own role on PostgreSQL may do what the service does, and nothing beside it."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.ledger import holds, periods, queries, seals, service
from grantengine.ledger.holds import Hold
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    findings_of,
)
from tests.support.roles import a_role, connected_as

AUGUST = {"first_on": date(2026, 8, 1), "last_on": date(2026, 8, 31)}
ATTACKS = [
    "UPDATE ledger_transfers SET amount_cents = amount_cents * 2",
    "UPDATE ledger_accounts SET floor_cents = NULL",
    "UPDATE ledger_accounts SET credit_posted_cents = 0, debit_posted_cents = 0",
    "UPDATE ledger_accounts SET debit_pending_cents = 0, credit_pending_cents = 0",
    "UPDATE ledger_holds SET amount_cents = 1",
    "UPDATE ledger_hold_ends SET outcome = 'released'",
    "UPDATE ledger_seals SET root = ''",
    "DELETE FROM ledger_transfers",
    "DELETE FROM ledger_accounts",
    "DELETE FROM ledger_holds",
    "DELETE FROM ledger_hold_ends",
    "DELETE FROM ledger_periods",
    "DELETE FROM ledger_seals",
    "TRUNCATE ledger_transfers",
    "TRUNCATE ledger_accounts CASCADE",
    (
        "MERGE INTO ledger_transfers AS t USING ledger_accounts AS a ON t.debit_account_id = a.id"
        " WHEN MATCHED THEN DELETE"
    ),
    "INSERT INTO ledger_seals SELECT * FROM ledger_seals ON CONFLICT (number) DO UPDATE SET root = ''",
    "ALTER TABLE ledger_transfers DISABLE TRIGGER ALL",
    "ALTER DOMAIN ledger_room DROP CONSTRAINT ledger_room",
    "DROP TRIGGER ledger_transfers_are_kept ON ledger_transfers",
    "DROP TABLE ledger_transfers",
    "CREATE RULE forge AS ON INSERT TO ledger_transfers DO INSTEAD NOTHING",
    (
        "CREATE TRIGGER forge BEFORE INSERT ON ledger_transfers"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ),
    (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'"
    ),
    "CREATE TABLE forgery (x int)",
    "CREATE TEMPORARY TABLE forgery (x int)",
    "SET session_replication_role = replica",
]


@pytest.fixture(scope="module")
def application(postgresql_databases):
    """A filled ledger, opened by the application's own role."""
    with postgresql_databases.fresh_url() as url:
        owner = Database(url)
        a_filled_pot(owner, "100.00")
        with a_role(owner, documented=True) as role, connected_as(owner, role) as application:
            yield application
        owner.dispose()


@pytest.fixture(scope="module", autouse=True)
def _use_everything(application):
    """Do each thing that the service can do once, as the application."""
    line = (JAR.code, POT.code, "10.00")
    with application.transaction() as session:
        seals.seal(session, now=NOON)
    with application.transaction() as session:
        service.open_account(session, POT, now=NOON)
        moved = service.post(session, an_entry("moved", line), now=NOON)
        service.reverse(session, moved, key="back", effective_on=TODAY, now=NOON)
        service.post_many(session, [an_entry(key, line) for key in ("one", "two")], now=NOON)
        held = holds.hold(session, Hold(an_entry("held", line), "held"), now=NOON)
        holds.capture(session, held, amount=eur("9.00"), effective_on=TODAY, now=NOON)
        holds.hold(session, Hold(an_entry("standing", line), "standing"), now=NOON)
        holds.expire(session, on=TODAY, now=NOON)
        periods.open_period(session, **AUGUST, now=NOON)
        periods.move_period(session, PeriodStatus.CLOSED, last_on=AUGUST["last_on"], now=NOON)


def test_the_application_does_everything_that_the_service_does(application):
    with application.reading() as session:
        assert queries.balance(session, JAR.code) == eur("29.00")
        assert queries.available(session, POT.code) == eur("61.00")
        assert len(seals.seals(session)) == 1
    assert_in_balance(application)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_application_may_not(application, attack):
    with pytest.raises(sa.exc.DBAPIError), application.transaction() as session:
        session.execute(sa.text(attack))

    assert findings_of(application) == []
