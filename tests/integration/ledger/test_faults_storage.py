"""A disk that is full, a database that may only be read: a clear refusal, and nothing broken."""

import itertools
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.faults import DiskFullError, ReadOnlyError
from grantengine.ledger import journal, service
from tests.support.databases import told_at_connecting
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    post,
)
from tests.support.postgres import SERVER_URL_VARIABLE

TO_AND_FRO = (JAR.code, POT.code, "1.00"), (POT.code, JAR.code, "1.00")
NOBODY = 65534  # as whom the server of the tests runs when we are root


def one_line(database, key):
    return [post(database, an_entry(key, TO_AND_FRO[0]))]


def two_lines(database, key):
    return [post(database, an_entry(key, *TO_AND_FRO))]


def a_batch(database, key):
    entries = [an_entry(f"{key}:{number}", *TO_AND_FRO) for number in range(20)]
    with database.transaction() as session:
        return service.post_many(session, entries, now=NOON)


def post_until_full(database, act):
    """Post until there is no room; give the ids of what was acknowledged."""
    ids = []
    for number in itertools.count():
        try:
            ids += act(database, f"moved {number}")
        except DiskFullError:
            return ids
    raise AssertionError("never reached")


def posted_in(database):
    with database.reading() as session:
        return [entry.id for entry in journal.all_entries(session)]


def allow_pages(database, count):
    """Let an SQLite database grow to so many pages and no further, from now on."""

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {count}")

    database.dispose()
    sa.event.listen(database.engine, "connect", limit)


@pytest.mark.parametrize("act", [one_line, two_lines, a_batch])
def test_a_full_disk_refuses_and_breaks_nothing_on_sqlite(sqlite_database, act):
    filled = a_filled_pot(sqlite_database, "900.00")
    with sqlite_database.reading() as session:
        pages = session.scalar(sa.text("PRAGMA page_count"))
    allow_pages(sqlite_database, pages + 4)

    ids = post_until_full(sqlite_database, act)

    assert posted_in(sqlite_database) == [filled, *ids]
    assert_in_balance(sqlite_database)
    allow_pages(sqlite_database, 2**30)
    assert act(sqlite_database, "when there is room again")


@pytest.mark.parametrize("act", [one_line, two_lines, a_batch])
def test_a_database_that_may_only_be_read_is_read_on_sqlite(sqlite_database, act):
    filled = a_filled_pot(sqlite_database)
    path = sqlite_database.engine.url.database
    read_only = Database(f"sqlite:///file:{path}?mode=ro&uri=true")

    with pytest.raises(ReadOnlyError):
        act(read_only, "moved")

    assert posted_in(read_only) == [filled]
    assert_in_balance(read_only)
    read_only.dispose()


@pytest.mark.parametrize("act", [one_line, two_lines, a_batch])
def test_a_database_that_may_only_be_read_is_read_on_postgresql(postgresql_database, act):
    filled = a_filled_pot(postgresql_database)
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    read_only = Database(told_at_connecting(url, default_transaction_read_only="on"))

    with pytest.raises(ReadOnlyError):
        act(read_only, "moved")

    assert posted_in(read_only) == [filled]
    assert_in_balance(read_only)
    read_only.dispose()


@pytest.fixture
def small_disk():
    """A folder on a disk of one megabyte that belongs to the server of the tests."""
    if os.geteuid() != 0 or SERVER_URL_VARIABLE in os.environ:
        pytest.skip("only root can mount a small disk, and only under a server of our own")
    folder = Path(tempfile.mkdtemp(prefix="grantengine-disk-"))
    owner = f"size=1m,uid={NOBODY},gid={NOBODY}"
    mounting = ["mount", "-t", "tmpfs", "-o", owner, "none", folder]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.fixture
def cramped_database(postgresql_database, small_disk):
    """A database whose transfers are kept on the small disk."""
    run_alone(postgresql_database, f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    run_alone(postgresql_database, "ALTER TABLE ledger_transfers SET TABLESPACE small")
    yield postgresql_database
    run_alone(postgresql_database, "ALTER TABLE ledger_transfers SET TABLESPACE pg_default")
    run_alone(postgresql_database, "DROP TABLESPACE small")


def run_alone(database, statement):
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def test_a_full_disk_refuses_and_breaks_nothing_on_postgresql(cramped_database):
    filled = a_filled_pot(cramped_database, "900.00")

    ids = post_until_full(cramped_database, a_batch)

    assert posted_in(cramped_database) == [filled, *ids]
    assert_in_balance(cramped_database)
