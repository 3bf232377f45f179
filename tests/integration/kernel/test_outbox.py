"""A letter is written with its cause, and its sending queued with it."""

from datetime import UTC, datetime

import sqlalchemy as sa

from grantengine import outbox, tasks
from grantengine.db import driver_conninfo
from tests.support.databases import rolled_back

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def write(session, *, recipient="aino@example.fi"):
    facts = {"amount_cents": 1250, "campaign": "Kyläkyyti"}
    return outbox.enqueue(
        session, "pledge_made", recipient=recipient, language="fi", facts=facts, now=NOON
    )


def deliveries(database, clock):
    """Run the queue with a postman who only notes which letters he was given."""
    delivered = []
    registry = {outbox.DELIVER_TASK: lambda *, message_id: delivered.append(message_id)}
    if database.is_postgresql:
        tasks.run_all_postgresql(registry, driver_conninfo(database.engine))
    else:
        tasks.run_due(database, registry, clock)
    return delivered


def test_a_letter_is_kept_with_its_facts_and_not_yet_sent(database):
    with database.transaction() as session:
        message_id = write(session)

    with database.reading() as session:
        message = session.get_one(outbox.Message, message_id)
    assert message_id.startswith("msg_")
    assert (message.letter, message.recipient, message.language) == (
        "pledge_made",
        "aino@example.fi",
        "fi",
    )
    assert message.facts == {"amount_cents": 1250, "campaign": "Kyläkyyti"}
    assert (message.written_at, message.sent_at) == (NOON, None)


def test_each_letter_is_handed_to_the_postman_once(database, clock):
    with database.transaction() as session:
        letters = [write(session, recipient=f"{name}@example.fi") for name in ("aino", "eino")]

    assert sorted(deliveries(database, clock)) == sorted(letters)
    assert deliveries(database, clock) == []


def test_a_cause_that_is_rolled_back_takes_its_letter_with_it(database, clock):
    with rolled_back(database) as session:
        write(session)

    with database.reading() as session:
        assert session.scalars(sa.select(outbox.Message)).all() == []
    assert deliveries(database, clock) == []
