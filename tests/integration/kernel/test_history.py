"""Every move of a status leaves a row that stays."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
import sqlalchemy as sa

from grantengine import history
from grantengine.transitions import IllegalMoveError, Moves
from tests.support.databases import rolled_back

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


class Loaf(StrEnum):
    DOUGH = "dough"
    BAKED = "baked"
    EATEN = "eaten"


LOAF_MOVES: Moves[Loaf] = {Loaf.DOUGH: {Loaf.BAKED}, Loaf.BAKED: {Loaf.EATEN}, Loaf.EATEN: set()}


class Bread:
    def __init__(self):
        self.id = "brd_01"
        self.status = Loaf.DOUGH


def bake(database):
    bread = Bread()
    with database.transaction() as session:
        history.start(session, bread, now=NOON, actor_id="per_baker")
        later = NOON + timedelta(hours=1)
        history.move(session, bread, LOAF_MOVES, Loaf.BAKED, now=later, note="rye")
    return bread


def rows_of(database, subject_id):
    with database.reading() as session:
        return [
            (event.status, event.at, event.actor_id, event.note)
            for event in history.history_of(session, subject_id)
        ]


def test_each_move_is_kept_with_when_and_by_whom(database):
    bread = bake(database)

    assert bread.status is Loaf.BAKED
    assert rows_of(database, "brd_01") == [
        ("dough", NOON, "per_baker", None),
        ("baked", NOON + timedelta(hours=1), None, "rye"),
    ]


def test_a_move_that_the_table_does_not_list_changes_and_writes_nothing(database):
    bread = Bread()

    with database.transaction() as session:
        history.start(session, bread, now=NOON)
        with pytest.raises(IllegalMoveError):
            history.move(session, bread, LOAF_MOVES, Loaf.EATEN, now=NOON)

    assert bread.status is Loaf.DOUGH
    assert [status for status, *_ in rows_of(database, "brd_01")] == ["dough"]


def test_a_move_rolled_back_leaves_no_history(database):
    with rolled_back(database) as session:
        history.start(session, Bread(), now=NOON)

    assert rows_of(database, "brd_01") == []


@pytest.mark.parametrize(
    "statement", ["UPDATE status_events SET status = 'eaten'", "DELETE FROM status_events"]
)
def test_history_is_neither_changed_nor_deleted(database, statement):
    bake(database)
    before = rows_of(database, "brd_01")

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(sa.text(statement))

    assert rows_of(database, "brd_01") == before


def test_history_is_not_truncated_on_postgresql(postgresql_database):
    bake(postgresql_database)

    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        postgresql_database.transaction() as session,
    ):
        session.execute(sa.text("TRUNCATE status_events"))


def test_history_is_not_replaced_on_sqlite(sqlite_database):
    bake(sqlite_database)
    replace = "REPLACE INTO status_events (id, subject_id, status, at) VALUES (1, 'x', 'x', 'x')"

    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        sqlite_database.transaction() as session,
    ):
        session.execute(sa.text(replace))
