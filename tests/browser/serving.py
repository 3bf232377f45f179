"""The whole application in front of a browser, on its own copy of the demonstration."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from grantengine import tasks
from grantengine.clock import Clock, SystemClock
from grantengine.db import Database
from grantengine.outbox import DELIVER_TASK, Message
from grantengine.reviews import deciding
from grantengine.settings import load_settings
from grantengine.web.application import create_app
from grantengine.web.background import Background
from grantengine.web.database import db as web_database
from grantengine.web.runtime import Runtime
from grantengine.web.wiring import SCHEDULE
from tests.support.demonstration import Told


@dataclass(frozen=True)
class Site:
    """A served application.

    Attributes:
        address: where it is served, without a slash at its end.
        app: the application itself, for what no page tells.
    """

    address: str
    app: Flask

    @property
    def runtime(self) -> Runtime:
        """What the application runs on."""
        return self.app.extensions["grantengine"]

    def work(self) -> None:
        """Do at once what the scheduler and the background thread do in their time."""
        runtime = self.runtime
        with self.app.app_context():
            with runtime.database.transaction() as session:
                for task in SCHEDULE:
                    tasks.enqueue(session, task, now=runtime.clock.now())
            tasks.run_due(runtime.database, runtime.registry, runtime.clock)


@contextmanager
def serving(
    told: Told, folder: Path, *, clock: Clock | None = None, with_background: bool = False
) -> Iterator[Site]:
    """Serve a copy of the demonstration on a free port.

    Args:
        told: what is copied.
        folder: where to; empty.
        clock: the time of the site; the machine's own when None.
        with_background: whether the site's own threads run, as in the demonstration.
    """
    url, var = told.copied_to(folder)
    _leave_old_work(url)
    with serving_at(url, var, clock=clock, with_background=with_background) as site:
        yield site


@contextmanager
def serving_at(
    url: str,
    var: Path,
    *,
    clock: Clock | None = None,
    with_background: bool = False,
    **settings: str,
) -> Iterator[Site]:
    """Serve what is in a database on a free port; `settings` are otherwise than in the demonstration."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # The port is known before the application, which writes it into its letters.
    server = make_server("127.0.0.1", 0, Flask("waiting"), threaded=True)
    address = f"http://127.0.0.1:{server.port}"
    settings = load_settings(
        "demo",
        environ={},
        database_url=url,
        var_path=var,
        public_url=address,
        log_level="error",
        **settings,
    )
    server.app = app = create_app(settings, clock=clock or SystemClock())
    background = Background(app) if with_background else None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    if background:
        background.start()
    try:
        yield Site(address, app)
    finally:
        if background:
            background.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            web_database.engine.dispose()
        app.extensions["grantengine"].database.dispose()


def _leave_old_work(url: str) -> None:
    # The documents of the past are made when somebody opens one; they take seconds each. Of its
    # eight hundred letters one of each kind in each language is sent.
    database = Database(url)
    with database.transaction() as session:
        session.execute(sa.delete(tasks.Task).where(tasks.Task.name == deciding.SEAL_TASK))
        of_a_kind = sa.select(sa.func.min(Message.id)).group_by(Message.letter, Message.language)
        kept = {message_id for (message_id,) in session.execute(of_a_kind)}
        letters = session.scalars(sa.select(tasks.Task).where(tasks.Task.name == DELIVER_TASK))
        for task in letters.all():
            if task.arguments["message_id"] not in kept:
                session.delete(task)
    database.dispose()
