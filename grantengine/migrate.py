"""Bringing a database to the shape that the code expects, and knowing when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from grantengine.db import Database
from grantengine.errors import GrantEngineError
from grantengine.settings import ROOT


class DatabaseNewerError(GrantEngineError):
    """The database was made by a later version of the code (revision)."""

    code = "database_newer"


class DatabaseOlderError(GrantEngineError):
    """The database waits for migrations (revision, wanted)."""

    code = "database_older"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations up to `revision`.

    Raises:
        DatabaseNewerError: the database is ahead of this code.
    """
    if revision == "head" and current_revision(database) == head():
        return
    _refuse_newer(database)
    with _connected(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Run the migrations down to `revision`; `base` takes everything away."""
    with _connected(database) as connection:
        command.downgrade(_config(connection), revision)


def check(database: Database) -> None:
    """Let a database pass that has exactly the shape that this code expects.

    Raises:
        DatabaseNewerError: the database is ahead of this code.
        DatabaseOlderError: migrations are waiting.
    """
    revision = current_revision(database)
    if revision != head():
        _refuse_newer(database)
        raise DatabaseOlderError(revision=revision, wanted=head())


def current_revision(database: Database) -> str | None:
    """Tell the revision that a database stands at, None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """Name the last revision, by its file: to load all of them takes a tenth of a second."""
    last = max(path.stem for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    _day, _underscore, revision = last.partition("_")
    return revision


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    """Connect; on SQLite, which changes a table by making it anew, without minding references.

    They are checked at the end of the transaction, by `migrations/env.py`. SQLite takes the word
    outside a transaction only, so it goes to the driver itself.
    """
    with database.engine.connect() as connection:
        if database.is_postgresql:
            yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys = ON")


def _refuse_newer(database: Database) -> None:
    revision = current_revision(database)
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseNewerError(revision=revision)


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config
