"""The mark of a database is another one after anybody's commit, and the same while nobody writes."""

import sqlalchemy as sa

from grantengine.db import Database
from grantengine.outbox import Message

_A_ROW = sa.text("INSERT INTO number_series (name, last) VALUES ('marks', 1)")


def test_reading_leaves_the_mark(database):
    before = database.mark()

    with database.reading() as session:
        session.scalar(sa.select(sa.func.count()).select_from(Message))

    assert database.mark() == before


def test_what_another_process_commits_changes_it(database):
    before = database.mark()

    another = Database(database.engine.url.render_as_string(hide_password=False))
    with another.transaction() as session:
        session.execute(_A_ROW)
    another.dispose()

    assert database.mark() != before


def test_a_commit_of_its_own_changes_it(database):
    before = database.mark()

    with database.transaction() as session:
        session.execute(_A_ROW)

    assert database.mark() != before
