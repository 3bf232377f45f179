"""The server's own threads on SQLite: the scheduler that says when, and the tasks that follow."""

import os
import threading
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from grantengine import leases, tasks
from grantengine.web.runtime import Runtime, runtime
from grantengine.web.wiring import SCHEDULE

log = structlog.get_logger(__name__)

_LEASE = "scheduler"
_LEASE_DURATION = timedelta(seconds=60)
_TASK_PAUSE_S = 1.0


class Background:
    """Runs the schedule, and on SQLite the tasks, beside the web server."""

    def __init__(self, app: Flask) -> None:
        """Belong to this application; nothing runs before `start`."""
        self._app = app
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._worker = threading.Thread(target=self._run_tasks, name="tasks", daemon=True)

    def start(self) -> None:
        """Begin; what a dead process left half-way is begun again."""
        with self._app.app_context():
            engine = runtime()
        start_schedule(self._scheduler, engine)
        if not engine.database.is_postgresql:
            tasks.release_abandoned(engine.database)
            self._worker.start()

    def stop(self) -> None:
        """Let the running task end and stop."""
        self._stopping.set()
        self._scheduler.shutdown(wait=False)
        if self._worker.is_alive():
            self._worker.join(timeout=30)

    def _run_tasks(self) -> None:
        with self._app.app_context():
            engine = runtime()
            while not self._stopping.wait(_TASK_PAUSE_S):
                try:
                    tasks.run_due(engine.database, engine.registry, engine.clock)
                except Exception:  # a locked database must not end the thread
                    log.exception("task round failed")


def start_schedule(scheduler: BackgroundScheduler, engine: Runtime) -> None:
    """Let APScheduler enqueue each scheduled task at its pace, under the lease of one leader."""
    for task, seconds in SCHEDULE.items():
        scheduler.add_job(
            enqueue_scheduled,
            "interval",
            seconds=seconds,
            args=(engine, task),
            id=task,
            coalesce=True,
            max_instances=1,
            # A busy machine may be late; late is still better than not at all.
            misfire_grace_time=None,
        )
    scheduler.start()


def enqueue_scheduled(engine: Runtime, task: str) -> None:
    """Enqueue one scheduled task if this process leads."""
    now = engine.clock.now()
    holder = f"{os.uname().nodename}:{os.getpid()}"
    with engine.database.transaction() as session:
        leads = leases.hold(session, _LEASE, holder=holder, now=now, duration=_LEASE_DURATION)
        if leads:
            tasks.enqueue(session, task, now=now)
