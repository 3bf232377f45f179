"""What a client of the measurement does again and again: pledge by the service, or the bare rows.

Bare SQL writes what one pledge writes, in as many transactions and one prepared statement a row,
and reads and rules nothing. The ledger takes rows from its own postings only, so bare SQL has
copies of its two tables, with their indexes and checks.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.json import Jsonb

from grantengine.campaigns import chart, checkout
from grantengine.campaigns.match_models import MatchRule
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import SystemClock
from grantengine.db import Database, driver_conninfo
from grantengine.ids import new_id, new_secret
from grantengine.money import Money
from grantengine.programme.chart import Stage
from grantengine.web.benchmarks.pledges import world
from grantengine.web.gateways.sandbox import TEST_CARDS, SandboxGateway
from grantengine.web.wiring import HANDLERS

BARE, SERVICE = "bare SQL", "service"
SPREAD, ONE = "spread", "one campaign"
_TABLES = """
CREATE TABLE IF NOT EXISTS bare_transfers (LIKE ledger_transfers INCLUDING ALL);
CREATE TABLE IF NOT EXISTS bare_accounts (LIKE ledger_accounts INCLUDING ALL);
CREATE SEQUENCE IF NOT EXISTS bare_numbers;
INSERT INTO bare_accounts SELECT * FROM ledger_accounts ON CONFLICT DO NOTHING;
UPDATE bare_accounts SET room_cents = 1000000000000
"""
_PLEDGE = """
INSERT INTO pledges (id, campaign_id, key, request_hash, token, status, amount_cents, currency,
    backer, email, name, is_name_shown, message, language, gateway, made_at, returned_cents)
VALUES (%s, %s, %s, %s, %s, 'prepared', %s, 'EUR', %s, %s, NULL, false, NULL, 'fi', 'sandbox', %s, 0)
"""
_EVENT = "INSERT INTO status_events (subject_id, status, at) VALUES (%s, %s, %s)"
_STANDS = "UPDATE pledges SET status = 'standing', card_token = %s, entry_id = %s WHERE id = %s"
_MATCH = """
INSERT INTO pledge_matches (pledge_id, rule_id, amount_cents, counted_cents, trace)
VALUES (%s, %s, %s, %s, %s)
"""
_NUMBER = "SELECT nextval('bare_numbers')"
_LINE = """
INSERT INTO bare_transfers (number, line, lines, debit_account_id, credit_account_id, amount_cents,
    debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
    effective_on, booked_at, currency, book, fund, kind, about, key, request_hash)
VALUES (%s, %s, 2, %s, %s, %s, 0, 0, 0, 0, %s, %s, 'EUR', %s, %s, 'pledge_made', %s, %s, %s)
"""
_DEBIT = """
UPDATE bare_accounts SET debit_posted_cents = debit_posted_cents + %s,
    room_cents = room_cents - %s WHERE id = %s
"""
_CREDIT = """
UPDATE bare_accounts SET credit_posted_cents = credit_posted_cents + %s,
    room_cents = room_cents + %s WHERE id = %s
"""
_MESSAGE = """
INSERT INTO outbox_messages (id, letter, language, recipient, facts, written_at)
VALUES (%s, 'pledge_receipt', 'fi', %s, %s, %s)
"""
_JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
VALUES ('default', 'deliver_message', 0, %s)
"""
_TRACE = [{"name": name, "limit": 2000, "cents": 1000, "bit": False} for name in ("pledge", "pot")]
_FACTS = {"campaign_title": "Measured", "amount_cents": 1000, "match_cents": 1000}


def prepare(database: Database) -> None:
    """Make the copies of the ledger's tables for bare SQL."""
    with database.transaction() as session:
        for statement in _TABLES.split(";"):
            session.execute(sa.text(statement))


@contextmanager
def pledging_by(how: str, database: Database, place: str) -> Iterator[Callable[[], object]]:
    """Give what makes one pledge of EUR 10, by a backer nobody has seen before.

    Args:
        how: BARE or SERVICE.
        database: where the world of the measurement is.
        place: SPREAD over all campaigns, or all on ONE.
    """
    campaigns = world.campaign_ids(database)
    campaigns = campaigns if place == SPREAD else campaigns[:1]
    if how == SERVICE:
        yield _by_service(database, campaigns)
        return
    accounts, rule_id = _facts_of(database)
    with psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection:
        yield _by_bare_sql(connection, campaigns, accounts, rule_id)


def database_of(url: str) -> Database:
    """Connect as the application does."""
    return Database(url, handlers=HANDLERS)


def _by_service(database: Database, campaigns: list[str]) -> Callable[[], object]:
    gateway, clock, card = SandboxGateway(), SystemClock(), next(iter(TEST_CARDS))

    def pledge() -> None:
        key = new_secret()
        request = PledgeRequest(
            campaign_id=random.choice(campaigns),  # noqa: S311  # chance here guards nothing
            key=key,
            amount=Money(1000),
            email=f"{key.lower()}@example.org",
            language="fi",
        )
        checkout.make_pledge(database, gateway, clock, request, card=card)

    return pledge


def _facts_of(database: Database) -> tuple[dict[str, int], str]:
    with database.reading() as session:
        accounts = session.execute(sa.text("SELECT code, id FROM bare_accounts"))
        rule_id = session.scalars(sa.select(MatchRule.id)).one()
        return {row.code: row.id for row in accounts}, rule_id


def _by_bare_sql(
    connection: psycopg.Connection[Any],
    campaigns: list[str],
    accounts: dict[str, int],
    rule_id: str,
) -> Callable[[], object]:
    def execute(statement: str, *values: object) -> psycopg.Cursor[Any]:
        return connection.execute(statement, values, prepare=True)

    def pledge() -> None:
        campaign_id = random.choice(campaigns)  # noqa: S311  # chance here guards nothing
        now = SystemClock().now()
        pledge_id, key = new_id("plg", now), new_secret()
        email = f"{key.lower()}@example.org"
        row = (pledge_id, campaign_id, key, "0" * 64, new_secret(), 1000, email, email, now)
        with connection.transaction():
            execute(_PLEDGE, *row)
            execute(_EVENT, pledge_id, "prepared", now)
        with connection.transaction():
            (number,) = execute(_NUMBER).fetchone() or (0,)
            execute(_STANDS, "sandbox:succeeds", f"ent_{number:012}", pledge_id)
            execute(_EVENT, pledge_id, "standing", now)
            execute(_MATCH, pledge_id, rule_id, 1000, 1000, Jsonb(_TRACE))
            open_, made = accounts[chart.open_(campaign_id)], accounts[chart.made(campaign_id)]
            pot, reserved = (
                accounts[chart.POT],
                accounts[chart.match(campaign_id, Stage.RESERVED)],
            )
            said, key = (now.date(), now), f"pledge_made:{pledge_id}"
            head = ("pledges", "private", pledge_id, key, b"0" * 32)
            execute(_LINE, number, 1, open_, made, 1000, *said, *head)
            later = ("budget", "public", pledge_id, None, None)
            execute(_LINE, number, 2, pot, reserved, 1000, *said, *later)
            # In one order, so that two clients do not wait for each other.
            moves = [(open_, _DEBIT), (made, _CREDIT), (pot, _DEBIT), (reserved, _CREDIT)]
            for account, statement in sorted(moves):
                execute(statement, 1000, 1000, account)
            message_id = new_id("msg", now)
            execute(_MESSAGE, message_id, email, Jsonb(_FACTS), now)
            execute(_JOB, Jsonb({"message_id": message_id}))

    return pledge
