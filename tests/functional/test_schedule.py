"""What is done by itself is enqueued by one process, and somebody knows how to do it."""

import sqlalchemy as sa

from grantengine.leases import Lease
from grantengine.ledger import daily
from grantengine.tasks import Task
from grantengine.web.background import enqueue_scheduled
from grantengine.web.wiring import SCHEDULE


def engine_of(app):
    return app.extensions["grantengine"]


def enqueued(database):
    with database.reading() as session:
        return session.scalars(sa.select(Task.name)).all()


def test_every_scheduled_task_is_a_task_that_can_be_done(app):
    assert set(SCHEDULE) <= set(engine_of(app).registry)


def test_the_ledger_seals_its_days_and_frees_what_expired_by_itself():
    assert {daily.SEAL_TASK, daily.EXPIRE_TASK} <= set(SCHEDULE)


def test_the_process_that_leads_enqueues(app, app_database):
    enqueue_scheduled(engine_of(app), daily.SEAL_TASK)

    assert enqueued(app_database) == [daily.SEAL_TASK]


def test_a_process_that_does_not_lead_leaves_it_to_the_one_that_does(app, app_database, clock):
    with app_database.transaction() as session:
        now = clock.now()
        session.add(
            Lease(name="scheduler", holder="elsewhere:1", expires_at=now.replace(year=2027))
        )

    enqueue_scheduled(engine_of(app), daily.SEAL_TASK)

    assert enqueued(app_database) == []
