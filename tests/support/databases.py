"""Fresh databases for tests: copies of a template that was migrated once."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import migrate
from grantengine.db import Database


class ChangeOfMind(Exception):  # noqa: N818  # no error: a change of mind
    """What makes a transaction roll back in a test."""


@contextmanager
def rolled_back(database: Database) -> Iterator[Session]:
    """Open a transaction that its block does its work in, and that then fails."""
    try:
        with database.transaction() as session:
            yield session
            raise ChangeOfMind
    except ChangeOfMind:
        pass


def told_at_connecting(url, **settings):
    """Add settings of the server to the URL of a PostgreSQL database, for each session of it."""
    options = " ".join(
        f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings.items()
    )
    told = sa.make_url(url).update_query_dict({"options": options} if settings else {})
    return told.render_as_string(hide_password=False)


class SQLiteDatabases:
    """Makes SQLite databases by copying a migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite"
        _migrate(f"sqlite:///{self._template}")

    @contextmanager
    def fresh_url(self) -> Iterator[str]:
        """Give the URL of a migrated database and remove it afterwards."""
        path = self._folder / f"{secrets.token_hex(8)}.sqlite"
        shutil.copyfile(self._template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for left in self._folder.glob(f"{path.name}*"):  # WAL and shared memory too
                left.unlink()


class PostgreSQLDatabases:
    """Makes PostgreSQL databases from a migrated template on one server."""

    def __init__(self, server_url: str) -> None:
        self._server_url = sa.make_url(server_url)
        # One connection for all commands, asked whether it lives before each.
        self._engine = sa.create_engine(
            self._server_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )
        self._template = f"grantengine_template_{secrets.token_hex(8)}"
        self._command(f"CREATE DATABASE {self._template}")
        _migrate(self._url(self._template))

    @contextmanager
    def fresh_url(self) -> Iterator[str]:
        """Give the URL of a migrated database and drop it afterwards."""
        name = f"grantengine_test_{secrets.token_hex(8)}"
        # Files are copied for half of what it costs to log every page of them.
        self._command(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        try:
            yield self._url(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template; on a server that is not ours nothing stays behind."""
        self._command(f"DROP DATABASE {self._template} WITH (FORCE)")
        self._engine.dispose()

    def _url(self, name: str) -> str:
        return self._server_url.set(database=name).render_as_string(hide_password=False)

    def _command(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


def _migrate(url: str) -> None:
    database = Database(url)
    try:
        migrate.upgrade(database)
    finally:
        database.dispose()
