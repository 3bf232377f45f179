"""Work that outlives a request: enqueued with its cause, run once, tried again when it fails.

On SQLite a row of `tasks` waits for the server's own thread. On PostgreSQL the same call hands
the work to procrastinate, over the caller's connection, so that it commits with its cause.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from grantengine import writing
from grantengine.clock import Clock
from grantengine.db import Base, Database
from grantengine.ids import new_id
from grantengine.transitions import Moves

if TYPE_CHECKING:
    import procrastinate

TaskFunction = Callable[..., object]
Registry = dict[str, TaskFunction]

ATTEMPTS_MAX = 5
RETRY_AFTER = timedelta(seconds=10)
# How long a task that was done can still be looked at.
KEPT = timedelta(days=1)
FORGET_TASK = "forget_done_tasks"

log = structlog.get_logger(__name__)


class Priority(IntEnum):
    """Which task is begun first: the larger, as procrastinate has it, and then the earlier."""

    AWAITED = 10  # Somebody looks at the page that will tell.
    ORDINARY = 0
    PATIENT = -10  # It takes a while, and whoever asks earlier is served without it.


class TaskStatus(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


TASK_MOVES: Moves[TaskStatus] = {
    TaskStatus.QUEUED: {TaskStatus.RUNNING},
    TaskStatus.RUNNING: {TaskStatus.DONE, TaskStatus.QUEUED, TaskStatus.FAILED},
    TaskStatus.DONE: set(),
    TaskStatus.FAILED: {TaskStatus.QUEUED},
}


class Task(Base):
    """A piece of work waiting for this machine, or done by it."""

    __tablename__ = "tasks"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    arguments: Mapped[dict[str, Any]]
    status: Mapped[TaskStatus] = mapped_column(sa.String(16), index=True)
    priority: Mapped[Priority] = mapped_column(sa.SmallInteger, default=Priority.ORDINARY)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)


_WRITE = writing.writer_of(Task)
# What procrastinate's own `defer` inserts, without what that costs each time.
_DEFER = writing.Writer(
    sa.table(
        "procrastinate_jobs",
        sa.column("queue_name", sa.String),
        sa.column("task_name", sa.String),
        sa.column("priority", sa.Integer),
        sa.column("args", postgresql.JSONB),
    )
)


def enqueue(
    session: Session,
    name: str,
    *,
    now: datetime,
    priority: Priority = Priority.ORDINARY,
    **arguments: Any,
) -> None:
    """Queue a task in the caller's transaction.

    Args:
        session: the transaction whose commit makes the task real.
        name: the task's name in the registry.
        now: the present instant.
        priority: whether it goes before others that wait, or after them.
        arguments: JSON values, handed to the task function by name.
    """
    if session.get_bind().dialect.name == "postgresql":
        job = {
            "queue_name": "default",
            "task_name": name,
            "priority": int(priority),
            "args": arguments,
        }
        writing.append(session, _DEFER, job)
        return
    row = {
        "id": new_id("tsk", now),
        "name": name,
        "arguments": arguments,
        "status": TaskStatus.QUEUED,
        "priority": priority,
        "due_at": now,
        "attempts": 0,
        "error": None,
    }
    writing.append(session, _WRITE, row)


def run_due(database: Database, registry: Registry, clock: Clock) -> int:
    """Run every task that is due on SQLite, in order; return how many were run.

    A task that raises is tried again later, five times in all, and then kept as failed.
    """
    count = 0
    while (task_id := _claim(database, clock.now())) is not None:
        _run(database, registry, task_id, clock)
        count += 1
    return count


def release_abandoned(database: Database) -> int:
    """Take from a dead process what it left running, to be queued again; return how many.

    Call it at the start of the one process that runs tasks on SQLite. A task that was in its
    last attempt is kept as failed: it may be what kills the process.
    """
    with database.transaction() as session:
        abandoned = session.scalars(sa.select(Task).where(Task.status == TaskStatus.RUNNING)).all()
        for task in abandoned:
            task.error = "abandoned"
            is_last = task.attempts >= ATTEMPTS_MAX
            task.status = TaskStatus.FAILED if is_last else TaskStatus.QUEUED
        return len(abandoned)


def forget_done(database: Database, clock: Clock) -> None:
    """Delete what was done more than a day ago on SQLite; what failed is kept.

    On PostgreSQL the workers delete each task when it is done.
    """
    with database.transaction() as session:
        old = sa.delete(Task).where(
            Task.status == TaskStatus.DONE, Task.due_at < clock.now() - KEPT
        )
        session.execute(old)


def procrastinate_app(registry: Registry, conninfo: str) -> "procrastinate.App":
    """Make the app that a PostgreSQL worker runs: the same functions under the same names."""
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))
    wait_s = int(RETRY_AFTER.total_seconds())
    # Procrastinate counts the retries, not the first attempt, and begins its waits at nought.
    retry = procrastinate.RetryStrategy(
        max_attempts=ATTEMPTS_MAX - 1, wait=wait_s, linear_wait=wait_s
    )
    for name, function in registry.items():
        app.task(name=name, retry=retry)(function)
    return app


def run_postgresql(registry: Registry, conninfo: str) -> None:
    """Work for procrastinate until the process is told to stop."""
    procrastinate_app(registry, conninfo).run_worker(delete_jobs="successful")


def run_all_postgresql(registry: Registry, conninfo: str) -> None:
    """Run what procrastinate holds now and return when its queue is empty."""
    app = procrastinate_app(registry, conninfo)

    def work() -> None:
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    # In a thread of its own: the caller's may have an event loop that runs already.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def _claim(database: Database, now: datetime) -> str | None:
    with database.transaction() as session:
        due = sa.select(Task).where(Task.status == TaskStatus.QUEUED, Task.due_at <= now)
        in_order = due.order_by(Task.priority.desc(), Task.due_at, Task.id)
        task = session.scalars(in_order.limit(1)).first()
        if task is None:
            return None
        task.status = TaskStatus.RUNNING
        task.attempts += 1
        return task.id


def _run(database: Database, registry: Registry, task_id: str, clock: Clock) -> None:
    with database.reading() as session:
        task = session.get_one(Task, task_id)
    try:
        registry[task.name](**task.arguments)
    except Exception as error:  # the queue must outlive whatever a task does
        log.exception("task failed", task=task.name, attempts=task.attempts)
        _finish(database, task_id, error=repr(error), now=clock.now())
    else:
        _finish(database, task_id, error=None, now=clock.now())


def _finish(database: Database, task_id: str, *, error: str | None, now: datetime) -> None:
    with database.transaction() as session:
        task = session.get_one(Task, task_id)
        task.error = error
        if error is None:
            task.status = TaskStatus.DONE
        elif task.attempts >= ATTEMPTS_MAX:
            task.status = TaskStatus.FAILED
        else:
            task.status = TaskStatus.QUEUED
            task.due_at = now + RETRY_AFTER * task.attempts
