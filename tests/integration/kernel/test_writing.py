"""What is written past the unit of work is there in time, and gone with what caused it."""

from datetime import UTC, datetime

import sqlalchemy as sa

from grantengine import outbox, writing
from grantengine.outbox import Message
from tests.support.databases import rolled_back

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
_WRITE = writing.writer_of(Message)


def a_message(name, **changes):
    values = {"letter": "receipt", "language": "fi", "recipient": f"{name}@example.fi"}
    return (
        values | {"id": f"msg_{name}", "facts": {}, "written_at": NOON, "sent_at": None} | changes
    )


def names_in(database):
    with database.reading() as session:
        return session.scalars(sa.select(Message.id).order_by(Message.id)).all()


def test_rows_wait_for_the_commit_and_are_written_in_their_order(database):
    with database.transaction() as session:
        for name in ("a", "b", "c"):
            writing.append(session, _WRITE, a_message(name))
        assert session.scalars(sa.select(Message)).all() == []

    assert names_in(database) == ["msg_a", "msg_b", "msg_c"]


def test_rows_that_are_read_in_their_own_transaction_can_be_written_before_its_end(database):
    with database.transaction() as session:
        writing.append(session, _WRITE, a_message("a"))
        writing.write_waiting(session)
        assert session.scalars(sa.select(Message.id)).all() == ["msg_a"]

    assert names_in(database) == ["msg_a"]


def test_only_what_a_savepoint_undoes_is_not_written(database):
    with database.transaction() as session:
        writing.append(session, _WRITE, a_message("before"))
        with session.begin_nested():
            writing.append(session, _WRITE, a_message("inside"))
        undone = session.begin_nested()
        writing.append(session, _WRITE, a_message("undone"))
        with session.begin_nested():
            writing.append(session, _WRITE, a_message("within_undone"))
        undone.rollback()

    assert names_in(database) == ["msg_before", "msg_inside"]


def test_letters_of_a_transaction_that_fails_are_not_written(database):
    with rolled_back(database) as session:
        outbox.enqueue(
            session, "receipt", recipient="a@example.fi", language="fi", facts={}, now=NOON
        )

    assert names_in(database) == []


def test_a_row_put_in_at_once_is_had_by_the_session_and_can_be_changed(database):
    with database.transaction() as session:
        message = Message(**a_message("a"))
        assert writing.put(session, message)
        assert session.get_one(Message, "msg_a") is message
        message.sent_at = NOON

    with database.reading() as session:
        assert session.get_one(Message, "msg_a").sent_at == NOON


def test_a_row_put_in_leaves_the_one_that_has_its_unique_columns(database):
    with database.transaction() as session:
        assert writing.put(session, Message(**a_message("a")), unless=("id",))

    with database.transaction() as session:
        other = Message(**a_message("a", language="sv"))
        assert not writing.put(session, other, unless=("id",))
        assert other not in session

    with database.reading() as session:
        assert session.get_one(Message, "msg_a").language == "fi"


def test_what_was_changed_of_a_loaded_row_is_written_with_what_it_causes(database):
    with database.transaction() as session:
        writing.put(session, Message(**a_message("a")))

    with database.transaction() as session:
        message = session.get_one(Message, "msg_a")
        message.sent_at, message.language = NOON, "sv"
        writing.save(session, message)
        writing.append(session, _WRITE, a_message("b"))
        assert message in session
        assert not session.dirty

    with database.reading() as session:
        kept = session.get_one(Message, "msg_a")
        assert (kept.sent_at, kept.language, kept.recipient) == (NOON, "sv", "a@example.fi")
    assert names_in(database) == ["msg_a", "msg_b"]


def test_change_that_a_savepoint_undoes_is_not_written(database):
    with database.transaction() as session:
        writing.put(session, Message(**a_message("a")))

    with database.transaction() as session:
        message = session.get_one(Message, "msg_a")
        undone = session.begin_nested()
        message.language = "sv"
        writing.save(session, message)
        undone.rollback()

    with database.reading() as session:
        assert session.get_one(Message, "msg_a").language == "fi"


def test_row_that_is_saved_can_be_changed_again(database):
    with database.transaction() as session:
        writing.put(session, Message(**a_message("a")))

    with database.transaction() as session:
        message = session.get_one(Message, "msg_a")
        message.language = "sv"
        writing.save(session, message)
        message.sent_at = NOON

    with database.reading() as session:
        kept = session.get_one(Message, "msg_a")
        assert (kept.language, kept.sent_at) == ("sv", NOON)
