"""What every test may ask for: databases of both kinds, a clock, the application."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.settings import PREFIX, load_settings
from tests.support import speed
from tests.support.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.support.postgres import SERVER_URL_VARIABLE, server_url
from tests.support.shared import Workshop

# A Wednesday at 15:00 in Helsinki, in summer time.
NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)

# The machine may be busy: a slow example is no failure.
hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.load_profile("house")

# The reader's own settings must not reach the tests.
for _name in [name for name in os.environ if name.startswith(PREFIX)]:
    if _name != SERVER_URL_VARIABLE:
        del os.environ[_name]

speed.keep_compiled_routes()
speed.keep_compiled_statements()
speed.wait_for_no_disk()


def pytest_collection_finish():
    """Leave what all tests have imported out of each search for garbage."""
    speed.look_past_what_was_imported()


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    """What is made once in a test run, for all its workers."""
    return Workshop(tmp_path_factory)


@pytest.fixture
def clock():
    """A clock that stands at NOON until the test moves it."""
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory):
    """The maker of SQLite databases."""
    return SQLiteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgreSQLDatabases]:
    """The maker of PostgreSQL databases; each xdist worker has its own server."""
    with server_url() as url:
        databases = PostgreSQLDatabases(url)
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def demonstration(workshop):
    """The demonstration, told once in a test run; each test module takes a copy."""
    # Imported here, since it needs the web.
    from tests.support.demonstration import Told, tell

    return Told(workshop.made("demonstration", tell))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> Iterator[str]:
    """The URL of a fresh, migrated database; the test runs on both kinds."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    with databases.fresh_url() as url:
        yield url


@pytest.fixture
def database(database_url) -> Iterator[Database]:
    """A fresh, migrated database; the test runs on both kinds."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_databases) -> Iterator[Database]:
    """A fresh, migrated SQLite database, where the kind does not matter."""
    with sqlite_databases.fresh_url() as url:
        yield from _opened(url)


@pytest.fixture
def postgresql_database(postgresql_databases) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database, for what only it can do."""
    with postgresql_databases.fresh_url() as url:
        yield from _opened(url)


@pytest.fixture
def settings(sqlite_databases, tmp_path):
    """Settings of an application with its own SQLite database and folder."""
    with sqlite_databases.fresh_url() as url:
        yield load_settings("test", environ={}, database_url=url, var_path=tmp_path)


@pytest.fixture(scope="session")
def compiled_templates(workshop) -> speed.KeptTemplates:
    """Templates that were compiled before: each application would compile them anew."""
    return speed.KeptTemplates(str(workshop.made("templates", lambda _empty: None)))


@pytest.fixture
def app(settings, clock, compiled_templates) -> Iterator[Flask]:
    """The whole application on a fresh SQLite database; its time is the fixture `clock`."""
    # Imported here, so that tests of the core do not wait two seconds for the web.
    from grantengine.web.application import create_app
    from grantengine.web.database import db as web_database

    application = create_app(settings, clock=clock)
    application.jinja_env.bytecode_cache = compiled_templates
    yield application
    with application.app_context():
        engines = [application.extensions["grantengine"].database.engine, web_database.engine]
    for engine in engines:
        engine.dispose()


@pytest.fixture
def client(app):
    """A browser without JavaScript that visits the application."""
    return app.test_client()


@pytest.fixture
def app_database(app) -> Database:
    """The database under `app`, to arrange what a page shows and to look at what it did."""
    return app.extensions["grantengine"].database


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()
