"""The database's shape: up, down and up again, and what the models say it is."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from grantengine import migrate
from grantengine.db import Base
from grantengine.settings import ROOT

REVISIONS = [
    script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
]


def test_down_to_the_base_leaves_nothing(database):
    migrate.downgrade(database, "base")

    assert tables_of(database) <= {"alembic_version"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_down_and_up_again(database, revision):
    before = tables_of(database)

    migrate.downgrade(database, f"{revision}")
    migrate.downgrade(database, "-1")
    migrate.upgrade(database)

    assert tables_of(database) == before
    migrate.check(database)


def test_the_models_say_what_the_migrations_made(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


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


def is_ours(_object, name, kind, *_rest):
    # The queue's tables are made and changed by procrastinate itself, and the index of stems is
    # on an expression that only PostgreSQL knows, so that no model can say it.
    is_queue = kind == "table" and name.startswith("procrastinate_")
    return not is_queue and (kind, name) != ("index", "ix_campaign_words_stems")
