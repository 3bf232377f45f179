"""The application's own role on PostgreSQL may do what the service does, and nothing beside it."""

import re
import secrets
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
from tests.support.source import CHECKOUT

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


def documented_grants(*, name, role):
    """Read from the documentation what the owner is told to run."""
    text = (CHECKOUT / "docs" / "ledger.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    block = block.replace("grantengine_app", role)
    return block.replace("DATABASE grantengine ", f"DATABASE {name} ")


@pytest.fixture(scope="module")
def application(postgresql_databases):
    """A filled ledger, opened by the application's own role."""
    role = f"app_{secrets.token_hex(4)}"
    with postgresql_databases.fresh_url() as url:
        owner = Database(url)
        with owner.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
            name = owner.engine.url.database
            connection.exec_driver_sql(documented_grants(name=name, role=role))
        a_filled_pot(owner, "100.00")
        own_url = owner.engine.url.set(username=role).render_as_string(hide_password=False)
        application = Database(own_url)
        yield application
        application.dispose()
        with owner.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
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
