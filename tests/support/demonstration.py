"""The demonstration: told to a database of its own, or copied from one where it was told."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grantengine import migrate
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


@dataclass(frozen=True)
class Told:
    """A demonstration that was told once on SQLite, to be copied.

    Attributes:
        folder: holds its database, its files and the instant of its present.
    """

    folder: Path

    @property
    def at(self) -> datetime:
        """The present of the story: everything in it happened before."""
        return datetime.fromisoformat((self.folder / "present").read_text())

    def copied_to(self, folder: Path) -> tuple[str, Path]:
        """Copy database and files; give the URL of the database and the folder of the files."""
        database = shutil.copy(self.folder / "told.sqlite", folder / "told.sqlite")
        return f"sqlite:///{database}", Path(shutil.copytree(self.folder / "var", folder / "var"))


def tell(folder: Path) -> None:
    """Fill an empty folder with what `Told` copies."""
    url, var = f"sqlite:///{folder / 'told.sqlite'}", folder / "var"
    var.mkdir()
    with a_runtime(url, var) as runtime:
        migrate.upgrade(runtime.database)
        story.load(runtime)
        (folder / "present").write_text(runtime.clock.now().isoformat())
