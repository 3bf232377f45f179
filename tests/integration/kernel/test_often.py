"""What is sent often gives what SQLAlchemy itself would give, in every kind of session."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.history import StatusEvent
from grantengine.loaded import Loaded
from grantengine.often import Often
from grantengine.outbox import Message

NOON = datetime(2026, 9, 16, 12, 0, 0, 120_000, tzinfo=UTC)
TABLE = Message.__table__
INSERT = Often(sa.insert(TABLE))
BY_IDS = sa.select(*TABLE.columns, TABLE.c.sent_at.is_(None), sa.func.length(TABLE.c.id)).where(
    TABLE.c.id.in_(sa.bindparam("ids", expanding=True)),
    TABLE.c.language.in_(("fi", "sv")),
)
BY_ID = Often(sa.select(*TABLE.columns).where(TABLE.c.id == sa.bindparam("id")))


def a_row(name, **changes):
    facts = {"title": 'Ääni "å" \\ ’', "cents": 12, "none": None, "list": [1, "b"]}
    row = {"id": name, "letter": "receipt", "language": "fi", "recipient": "a@example.fi"}
    return row | {"facts": facts, "written_at": NOON, "sent_at": None} | changes


@pytest.fixture
def written(database):
    """Two messages, written as often."""
    with database.transaction() as session:
        assert INSERT.change(session, a_row("a")) == 1
        assert INSERT.change(session, a_row("b", sent_at=NOON, language="sv")) == 1
    return database


@pytest.mark.parametrize("opened", [Database.reading, Database.transaction])
@pytest.mark.parametrize("ids", [[], ["a"], ["a", "b", "c"], ["'; --", 'b"']])
def test_rows_are_those_that_sqlalchemy_gives(written, opened, ids):
    often = Often(BY_IDS)
    for _ in range(2):
        with opened(written) as session:
            rows = often.rows(session, {"ids": ids})
            assert sorted(rows, key=str) == sorted(
                map(tuple, session.execute(BY_IDS, {"ids": ids})), key=str
            )


def test_a_reading_session_sees_one_state_from_its_first_question_on(written):
    with written.reading() as reader:
        before = BY_ID.rows(reader, {"id": "a"})
        with written.transaction() as session:
            INSERT.change(session, a_row("c"))

        assert BY_ID.rows(reader, {"id": "c"}) == []
        assert reader.get(Message, "c") is None
        assert BY_ID.rows(reader, {"id": "a"}) == before
        reader.rollback()
        assert len(BY_ID.rows(reader, {"id": "c"})) == 1


@pytest.mark.parametrize("opened", [Database.reading, Database.transaction])
def test_what_the_database_refuses_is_an_error_of_the_session(written, opened):
    no_table = Often(sa.select(sa.literal_column("1")).select_from(sa.table("nowhere")))
    with (
        pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError), match="nowhere"),
        opened(written) as session,
    ):
        no_table.rows(session, {})

    with opened(written) as session:
        assert len(BY_ID.rows(session, {"id": "a"})) == 1


def test_a_connection_that_breaks_while_reading_is_not_used_again(postgresql_database):
    cut = Often(sa.select(sa.func.pg_terminate_backend(sa.func.pg_backend_pid())))
    with (
        pytest.raises(sa.exc.OperationalError),
        postgresql_database.reading() as session,
    ):
        cut.rows(session, {})

    with postgresql_database.reading() as session:
        assert BY_ID.rows(session, {"id": "a"}) == []


def test_one_statement_takes_lists_of_any_length(written):
    often = Often(BY_IDS)
    with written.transaction() as session:
        found = [
            [row[0] for row in often.rows(session, {"ids": ids})]
            for ids in (["a"], ["x", "b"], [], ["b"])
        ]

    assert found == [["a"], ["b"], [], ["b"]]


def test_a_change_tells_how_many_rows_it_made(written):
    update = Often(
        sa.update(TABLE)
        .where(TABLE.c.language == sa.bindparam("which"))
        .values(sent_at=sa.bindparam("at", type_=TABLE.c.sent_at.type))
    )
    with written.transaction() as session:
        counts = [update.change(session, {"which": each, "at": NOON}) for each in ("fi", "en")]

    assert counts == [1, 0]


def test_a_naive_instant_is_refused(written):
    with pytest.raises((ValueError, sa.exc.StatementError)), written.transaction() as session:
        INSERT.change(session, a_row("c", written_at=NOON.replace(tzinfo=None)))


def test_what_a_unique_column_refuses_is_an_error_of_the_session(written):
    with pytest.raises(sa.exc.IntegrityError), written.transaction() as session:
        INSERT.change(session, a_row("a"))


def test_what_the_session_has_changed_is_written_before_it_is_asked_for(written):
    with written.transaction() as session:
        session.get_one(Message, "a").letter = "changed"
        session.add(Message(**a_row("new")))

        letters = [BY_ID.rows(session, {"id": name})[0][1] for name in ("a", "new")]

    assert letters == ["changed", "receipt"]


def test_what_is_asked_after_a_savepoint_was_undone_is_answered(written):
    event = Often(sa.insert(StatusEvent.__table__))
    for _ in range(3):
        with written.transaction() as session:
            BY_ID.rows(session, {"id": "a"})
            for _ in range(6):  # So often that the driver prepares it too.
                session.scalar(sa.text("SELECT 1"))
            undone = session.begin_nested()
            event.change(session, {"subject_id": "a", "status": "undone", "at": NOON})
            undone.rollback()
            event.change(session, {"subject_id": "a", "status": "done", "at": NOON})
            assert len(BY_ID.rows(session, {"id": "a"})) == 1

    with written.reading() as session:
        assert session.scalars(sa.select(StatusEvent.status)).all() == ["done"] * 3


def test_an_object_of_a_row_is_one_of_the_session(written):
    loaded = Loaded(Message, without=["facts"])
    query = Often(sa.select(*loaded.columns).where(TABLE.c.id == "a"))
    with written.transaction() as session:
        (row,) = query.rows(session, {})
        message = loaded.of(session, row)
        assert (message.id, message.written_at, message.sent_at) == ("a", NOON, None)
        assert not session.dirty
        assert session.get(Message, "a") is message
        assert message.facts["cents"] == 12
        message.letter = "changed"

    with written.reading() as session:
        assert session.get_one(Message, "a").letter == "changed"


def test_an_object_that_the_session_has_becomes_what_the_row_says(written):
    loaded = Loaded(Message)
    with written.transaction() as session:
        known = session.get_one(Message, "a")
        session.execute(sa.update(TABLE).where(TABLE.c.id == "a").values(letter="newer"))
        (row,) = BY_ID.rows(session, {"id": "a"})

        assert loaded.of(session, row) is known
        assert known.letter == "newer"
        assert not session.dirty
