"""The database's shape: up, down and up again, and what the models say it is."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from grantengine import migrate
from grantengine.db import Base, Database
from grantengine.settings import ROOT

REVISIONS = [
    script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
]


def test_the_last_file_has_the_name_of_the_last_revision():
    assert migrate.head() == REVISIONS[0]


def test_down_to_the_base_leaves_nothing(database):
    migrate.downgrade(database, "base")

    assert tables_of(database) <= {"alembic_version"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ladder(request):
    """A database of either kind on which the tests of this file go down, migration by migration."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    with databases.fresh_url() as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_down_and_up_again(ladder, revision):
    stand_at(ladder, revision)
    before = shape_of(ladder)

    migrate.downgrade(ladder, "-1")

    assert migrate.current_revision(ladder) != revision

    migrate.upgrade(ladder, revision)

    assert migrate.current_revision(ladder) == revision
    assert shape_of(ladder) == before


def test_what_went_all_the_way_down_comes_up_as_the_models_say(database):
    migrate.downgrade(database, "base")
    migrate.upgrade(database)

    migrate.check(database)
    assert differences(database) == []


def test_a_programme_in_full_swing_goes_down_and_up_again(demonstration, tmp_path):
    url, _folder = demonstration.copied_to(tmp_path)
    database = Database(url)
    with database.reading() as session:
        before = session.scalar(sa.text("SELECT count(*) FROM envelopes"))

    migrate.downgrade(database, "0051_applying_together")
    migrate.upgrade(database)

    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM envelopes")) == before
        assert session.scalar(sa.text("PRAGMA foreign_keys")) == 1
    database.dispose()


def test_the_models_say_what_the_migrations_made(database):
    assert differences(database) == []


def test_a_database_newer_than_the_code_is_refused(database):
    with database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'from-the-future'"))

    with pytest.raises(migrate.DatabaseNewerError) as refusal:
        migrate.upgrade(database)

    assert refusal.value.details == {"revision": "from-the-future"}


def test_a_database_older_than_the_code_is_named(database):
    migrate.downgrade(database, "-1")

    with pytest.raises(migrate.DatabaseOlderError) as refusal:
        migrate.check(database)

    assert refusal.value.details["wanted"] == REVISIONS[0]


def tables_of(database):
    return set(sa.inspect(database.engine).get_table_names())


def stand_at(database, revision):
    """Go to a revision from wherever the test before left the database, mostly one above."""
    standing = migrate.current_revision(database)
    if standing not in REVISIONS[: REVISIONS.index(revision) + 1]:
        migrate.upgrade(database)
    migrate.downgrade(database, revision)


def shape_of(database):
    """Give the columns and indexes of each table, in no order: SQLite copies tables to change them."""
    found = sa.inspect(database.engine)
    columns = {
        table: {(each["name"], str(each["type"]), each["nullable"]) for each in columns}
        for (_schema, table), columns in found.get_multi_columns().items()
    }
    indexes = {
        table: {(each["name"], each["unique"]) for each in indexes}
        for (_schema, table), indexes in found.get_multi_indexes().items()
    }
    return columns, indexes


def differences(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        return compare_metadata(context, Base.metadata)


def is_ours(_object, name, kind, *_rest):
    # The queue's tables are made and changed by procrastinate itself, and the index of stems is
    # on an expression that only PostgreSQL knows, so that no model can say it.
    is_queue = kind == "table" and name.startswith("procrastinate_")
    return not is_queue and (kind, name) != ("index", "ix_campaign_words_stems")
