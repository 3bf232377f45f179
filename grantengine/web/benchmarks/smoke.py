"""The figures of the first running engine: starts, replayed pledges, the campaign page."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from grantengine import migrate
from grantengine.settings import Settings, load_settings
from grantengine.web.benchmarks import load, serving
from grantengine.web.commands.import_pledges import Replay
from grantengine.web.commands.orders_file import Orders
from grantengine.web.demonstration import story
from grantengine.web.runtime import runtime

_SECONDS = 5


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
    port = serving.free_port()
    command = [sys.executable, "-m", "grantengine", "demo", "--port", str(port)]
    began = time.perf_counter()
    with serving.running(command, settings):
        serving.wait_for(f"http://127.0.0.1:{port}/healthz")
        seconds = time.perf_counter() - began
    return Figure("second start", seconds, "s", "to the first answer of /healthz")


def campaign_page(settings: Settings, slug: str) -> Figure:
    """Ask for one campaign's page as fast as it is answered."""
    port = serving.free_port()
    url = f"http://127.0.0.1:{port}/fi/campaigns/{slug}"
    with serving.running(serving.gunicorn_on(port), settings):
        serving.wait_for(url)
        load.drive(url, seconds=1)
        result = load.drive(url, seconds=_SECONDS)
    if result.failures:
        raise RuntimeError(f"{result.failures} answers were no pages")
    how = f"{serving.WORKERS} gunicorn workers, {load.CONNECTIONS} connections, {result.driver}"
    return Figure("campaign page", result.answers_per_s, "pages/s", how)


def _kind(settings: Settings) -> str:
    return "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
