"""Work is queued with its cause, done once, tried again when it fails, and at last given up."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from grantengine import tasks
from grantengine.db import driver_conninfo
from grantengine.tasks import Priority, Task, TaskStatus
from tests.support.databases import rolled_back
from tests.support.threads import run_together

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


class Bakery:
    """What the tasks work on: a list of what was baked, and an oven that may be broken."""

    def __init__(self, *, broken=False):
        self.baked = []
        self.attempts = 0
        self.broken = broken
        self.registry = {"bake": self.bake}

    def bake(self, *, loaf):
        self.attempts += 1
        if self.broken:
            raise RuntimeError("the oven is cold")
        self.baked.append(loaf)


def queue(database, *loaves, now=NOON, priority=Priority.ORDINARY):
    with database.transaction() as session:
        for loaf in loaves:
            tasks.enqueue(session, "bake", now=now, priority=priority, loaf=loaf)


def run(database, bakery, clock):
    """Run what is due, as a worker of that kind of database does."""
    if database.is_postgresql:
        tasks.run_all_postgresql(bakery.registry, driver_conninfo(database.engine))
    else:
        tasks.run_due(database, bakery.registry, clock)


def statuses_in(database):
    with database.reading() as session:
        if database.is_postgresql:
            query = "SELECT status::text FROM procrastinate_jobs ORDER BY id"
            return session.scalars(sa.text(query)).all()
        return [TaskStatus(each) for each in session.scalars(sa.select(Task.status))]


def test_a_task_is_done_once(database, clock):
    bakery = Bakery()
    queue(database, "rye")

    run(database, bakery, clock)
    run(database, bakery, clock)

    assert bakery.baked == ["rye"]


def test_a_task_whose_cause_is_rolled_back_was_never_queued(database, clock):
    bakery = Bakery()

    with rolled_back(database) as session:
        tasks.enqueue(session, "bake", now=NOON, loaf="rye")

    run(database, bakery, clock)
    assert bakery.attempts == 0
    assert statuses_in(database) == []


def test_only_what_a_savepoint_undoes_was_never_queued(database, clock):
    bakery = Bakery()

    with database.transaction() as session:
        tasks.enqueue(session, "bake", now=NOON, loaf="rye")
        with session.begin_nested():
            tasks.enqueue(session, "bake", now=NOON, loaf="oat")
            undone = session.begin_nested()
            tasks.enqueue(session, "bake", now=NOON, loaf="undone")
            undone.rollback()
        around = session.begin_nested()
        with session.begin_nested():
            tasks.enqueue(session, "bake", now=NOON, loaf="undone with what is around it")
        around.rollback()

    run(database, bakery, clock)
    assert sorted(bakery.baked) == ["oat", "rye"]


def test_a_task_is_not_seen_before_its_cause_commits(postgresql_database, clock):
    bakery = Bakery()

    with postgresql_database.transaction() as session:
        tasks.enqueue(session, "bake", now=NOON, loaf="rye")
        run(postgresql_database, bakery, clock)
        assert bakery.attempts == 0

    run(postgresql_database, bakery, clock)
    assert bakery.baked == ["rye"]


def test_arguments_arrive_as_they_were_given(database, clock):
    seen = []
    loaf = {"name": "Åländskt svartbröd 🍞", "weights": [1, 2.5, None], "sliced": False}
    queue(database, loaf)

    bakery = Bakery()
    bakery.registry["bake"] = lambda *, loaf: seen.append(loaf)
    run(database, bakery, clock)

    assert seen == [loaf]


def test_earlier_tasks_are_done_first(sqlite_database, clock):
    bakery = Bakery()
    queue(sqlite_database, "second", now=NOON - timedelta(minutes=1))
    queue(sqlite_database, "third", now=NOON)
    queue(sqlite_database, "first", now=NOON - timedelta(minutes=2))

    run(sqlite_database, bakery, clock)

    assert bakery.baked == ["first", "second", "third"]


def test_what_somebody_waits_for_is_done_first_and_what_can_wait_last(database, clock):
    bakery = Bakery()
    queue(database, "slow", priority=Priority.PATIENT)
    queue(database, "first letter", "second letter")
    queue(database, "awaited", priority=Priority.AWAITED)

    run(database, bakery, clock)

    assert bakery.baked == ["awaited", "first letter", "second letter", "slow"]


def test_a_failure_is_tried_again_later_and_leaves_no_trace_once_it_works(sqlite_database, clock):
    bakery = Bakery(broken=True)
    queue(sqlite_database, "rye")

    run(sqlite_database, bakery, clock)
    assert the_task(sqlite_database).error == "RuntimeError('the oven is cold')"
    run(sqlite_database, bakery, clock)
    assert bakery.attempts == 1, "not before its time"

    bakery.broken = False
    clock.advance(tasks.RETRY_AFTER)
    run(sqlite_database, bakery, clock)

    task = the_task(sqlite_database)
    assert bakery.baked == ["rye"]
    assert (task.status, task.attempts, task.error) == (TaskStatus.DONE, 2, None)


def test_after_its_last_attempt_a_task_is_kept_as_failed(database, clock, monkeypatch):
    monkeypatch.setattr(tasks, "RETRY_AFTER", timedelta(0))
    bakery = Bakery(broken=True)
    queue(database, "rye")

    for _ in range(tasks.ATTEMPTS_MAX + 3):
        run(database, bakery, clock)

    assert bakery.attempts == tasks.ATTEMPTS_MAX
    assert statuses_in(database) == ["failed"]


def test_a_task_that_fails_holds_up_no_other(database, clock):
    bakery = Bakery()
    bakery.registry["bake"] = lambda *, loaf: bakery.baked.append(loaf[0])
    queue(database, [], ["rye"])

    run(database, bakery, clock)

    assert bakery.baked == ["rye"]


def test_a_task_of_an_unknown_name_is_a_failure_and_not_a_crash(sqlite_database, clock):
    with sqlite_database.transaction() as session:
        tasks.enqueue(session, "brew", now=NOON)

    run(sqlite_database, Bakery(), clock)

    assert the_task(sqlite_database).error == "KeyError('brew')"


def test_what_a_dead_process_left_running_is_done_by_the_next(sqlite_database, clock):
    queue(sqlite_database, "rye")
    leave_running(sqlite_database)
    bakery = Bakery()
    run(sqlite_database, bakery, clock)
    assert bakery.attempts == 0

    assert tasks.release_abandoned(sqlite_database) == 1
    run(sqlite_database, bakery, clock)

    assert bakery.baked == ["rye"]


def test_a_task_that_kills_its_process_each_time_is_given_up(sqlite_database):
    queue(sqlite_database, "rye")
    leave_running(sqlite_database, attempts=tasks.ATTEMPTS_MAX)

    tasks.release_abandoned(sqlite_database)

    assert the_task(sqlite_database).status == TaskStatus.FAILED
    assert the_task(sqlite_database).error == "abandoned"


def test_two_threads_that_run_the_queue_at_once_do_nothing_twice(sqlite_database, clock):
    bakery = Bakery()
    loaves = [f"loaf {number}" for number in range(20)]
    queue(sqlite_database, *loaves)

    run_together(*[lambda: run(sqlite_database, bakery, clock)] * 2)

    assert sorted(bakery.baked) == sorted(loaves)


def leave_running(database, *, attempts=1):
    with database.transaction() as session:
        task = session.scalars(sa.select(Task)).one()
        task.status, task.attempts = TaskStatus.RUNNING, attempts


def the_task(database):
    with database.reading() as session:
        return session.scalars(sa.select(Task)).one()


def test_what_was_done_is_forgotten_after_a_day_and_what_failed_is_kept(sqlite_database, clock):
    bakery, cold = Bakery(), Bakery(broken=True)
    queue(sqlite_database, "rye")
    run(sqlite_database, bakery, clock)
    queue(sqlite_database, "wheat")
    for _attempt in range(tasks.ATTEMPTS_MAX):
        run(sqlite_database, cold, clock)
        clock.advance(timedelta(hours=1))

    tasks.forget_done(sqlite_database, clock)
    kept_today = statuses_in(sqlite_database)
    clock.advance(timedelta(days=1))
    tasks.forget_done(sqlite_database, clock)

    assert sorted(kept_today) == [TaskStatus.DONE, TaskStatus.FAILED]
    assert statuses_in(sqlite_database) == [TaskStatus.FAILED]
