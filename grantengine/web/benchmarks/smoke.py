"""The figures of the first running engine: starts, replayed pledges, the campaign page."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from grantengine import migrate
from grantengine.settings import Settings, load_settings
from grantengine.web.benchmarks import load
from grantengine.web.commands.import_pledges import Replay
from grantengine.web.commands.orders_file import Orders
from grantengine.web.commands.serve import THREADS
from grantengine.web.demonstration import story
from grantengine.web.runtime import runtime

_SECONDS = 5
_PATIENCE_S = 120.0
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: what, how much, of what unit, and how it was taken."""

    name: str
    value: float
    unit: str
    how: str


def settings_in(folder: Path, database_url: str | None = None) -> Settings:
    """Make settings for a demonstration of its own in an empty folder."""
    url = database_url or f"sqlite:///{folder / 'bench.sqlite'}"
    return load_settings("demo", environ={}, database_url=url, var_path=folder, log_level="error")


def tell_story(application: Flask) -> Figure:
    """Load the demonstration, unless it is there, and say how long that took."""
    began = time.perf_counter()
    with application.app_context():
        engine = runtime()
        migrate.upgrade(engine.database)
        story.load(engine)
        engine.database.dispose()
        kind = _kind(engine.settings)
    return Figure(f"story told, {kind}", time.perf_counter() - began, "s", "demonstration loaded")


def replay(application: Flask, orders: Orders) -> Figure:
    """Replay orders through the services and say how many pledges a second were settled.

    By the application that has told the story, so that its statements are built, as those of a
    server that has run for a minute are.
    """
    with application.app_context():
        engine = runtime()
        began = time.perf_counter()
        told = Replay(engine.database, engine.ports["payments"], now=engine.clock.now())
        told.take_all(orders, lambda _count: None)
        seconds = time.perf_counter() - began
        engine.database.dispose()
        kind = _kind(engine.settings)
    how = f"{len(told.taken)} orders pledged, matched, settled"
    return Figure(f"replay, {kind}", len(told.taken) / seconds, "pledges/s", how)


def second_start(settings: Settings) -> Figure:
    """Start the demonstration that is loaded already and wait for its first answer."""
    port = _free_port()
    command = [sys.executable, "-m", "grantengine", "demo", "--port", str(port)]
    began = time.perf_counter()
    with _running(command, settings):
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        seconds = time.perf_counter() - began
    return Figure("second start", seconds, "s", "to the first answer of /healthz")


def campaign_page(settings: Settings, slug: str) -> Figure:
    """Ask for one campaign's page as fast as it is answered."""
    port = _free_port()
    # As `serve` does it, but with as many processes on SQLite as on PostgreSQL.
    command = [sys.executable, "-m", "gunicorn", "--workers", str(_WORKERS)]
    command += ["--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["grantengine.web.commands.main:make_app()"]
    url = f"http://127.0.0.1:{port}/fi/campaigns/{slug}"
    with _running(command, settings):
        _wait_for(url)
        load.drive(url, seconds=1)
        result = load.drive(url, seconds=_SECONDS)
    if result.failures:
        raise RuntimeError(f"{result.failures} answers were no pages")
    how = f"{_WORKERS} gunicorn workers, {load.CONNECTIONS} connections, {result.driver}"
    return Figure("campaign page", result.answers_per_s, "pages/s", how)


@contextmanager
def _running(command: list[str], settings: Settings) -> Iterator[None]:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("GRANTENGINE_")
    }
    environ |= {
        "GRANTENGINE_DATABASE_URL": settings.database_url,
        "GRANTENGINE_VAR_PATH": str(settings.var_path),
        "GRANTENGINE_LOG_LEVEL": "error",
    }
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str) -> None:
    deadline = time.perf_counter() + _PATIENCE_S
    while True:
        try:
            with urlopen(url, timeout=_PATIENCE_S):  # noqa: S310  # an address of this machine
                return
        except (URLError, ConnectionError):
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kind(settings: Settings) -> str:
    return "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
