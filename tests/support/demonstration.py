"""The demonstration, told to a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from grantengine.clock import SystemClock
from grantengine.db import Database
from grantengine.settings import load_settings
from grantengine.web import wiring
from grantengine.web.demonstration import story
from grantengine.web.runtime import Runtime


@contextmanager
def a_runtime(url, folder) -> Iterator[Runtime]:
    """Make what the story is told on, without the pages around it."""
    settings = load_settings("demo", environ={}, database_url=url, var_path=folder)
    database = Database(url, handlers=wiring.HANDLERS)
    yield Runtime(
        settings=settings,
        database=database,
        clock=SystemClock(),
        ports=wiring.make_ports(settings),
        registry={},
    )
    database.dispose()


@contextmanager
def a_told_runtime(url, folder) -> Iterator[Runtime]:
    """Make a runtime in whose database the whole story has been told."""
    with a_runtime(url, folder) as runtime:
        story.load(runtime)
        yield runtime
