"""Applying together: invited, accepted, kept, and known to the search for conflicts."""

import pytest
import sqlalchemy as sa

from grantengine.errors import InvalidInputError, NotFoundError
from grantengine.history import history_of
from grantengine.outbox import Message
from grantengine.programme.lifecycle import Role
from grantengine.reviews import judges, together
from grantengine.reviews.lifecycle import ConflictSource
from grantengine.transitions import IllegalMoveError
from tests.support import reviews
from tests.support.reviews import OPENS


@pytest.fixture
def session(database):
    """A transaction with a programme in it."""
    with database.transaction() as opened:
        reviews.a_programme(opened)
        yield opened


@pytest.fixture
def draft(session):
    """A draft of somebody's."""
    return reviews.a_draft(session, reviews.a_call(session))


def invited(session, draft, email="olli@olli.example"):
    return together.invite_co_applicant(
        session, draft.id, email, now=OPENS, actor_id=draft.applicant_id
    )


def accepted(session, draft, person):
    found = invited(session, draft, person.email)
    together.accept_invitation(session, found.token, person, now=OPENS)
    return found


def test_somebody_invited_twice_gets_one_letter(database):
    with database.transaction() as session:
        reviews.a_programme(session)
        draft = reviews.a_draft(session, reviews.a_call(session))
        first, second = invited(session, draft), invited(session, draft, " OLLI@olli.example ")

    assert first.id == second.id
    with database.reading() as session:
        letters = sa.select(Message).filter_by(letter="co_applicant_invited")
        assert len(session.scalars(letters).all()) == 1


def test_who_accepts_writes_and_sees_it_until_they_are_removed(session, draft):
    olli = reviews.a_person(session, "Olli Ojala")
    found = accepted(session, draft, olli)
    session.flush()

    assert together.may_write(session, draft, olli)
    assert [each.id for each in together.applications_of(session, olli.id)] == [draft.id]

    together.remove_co_applicant(
        session, draft.id, found.id, now=OPENS, actor_id=draft.applicant_id
    )
    session.flush()

    assert not together.may_write(session, draft, olli)
    assert [each.status for each in history_of(session, found.id)] == [
        "invited",
        "accepted",
        "removed",
    ]
    with pytest.raises(NotFoundError):
        together.accept_invitation(session, found.token, olli, now=OPENS)


def test_a_link_that_is_passed_on_serves_one_person(session, draft):
    olli, outi = (reviews.a_person(session, name) for name in ("Olli Ojala", "Outi Oksa"))
    found = accepted(session, draft, olli)
    session.flush()

    assert together.accept_invitation(session, found.token, olli, now=OPENS).id == draft.id
    with pytest.raises(IllegalMoveError):
        together.accept_invitation(session, found.token, outi, now=OPENS)
    assert not together.may_write(session, draft, outi)


def test_oneself_and_an_eleventh_are_not_invited(session, draft):
    with pytest.raises(InvalidInputError) as own:
        invited(session, draft, draft.applicant.email)
    for number in range(together.CO_APPLICANTS_MAX):
        invited(session, draft, f"a{number}@olli.example")
    with pytest.raises(InvalidInputError) as full:
        invited(session, draft, "last@olli.example")

    assert [each.value.details["reason"] for each in (own, full)] == ["own", "too_many"]


def test_who_applies_together_judges_neither_that_nor_any_other_of_the_call(session, draft):
    judge = reviews.a_person(session, "Raija Raati", Role.REVIEWER)
    own = reviews.a_submitted_application(session, draft.call)
    other = reviews.a_submitted_application(session, draft.call)
    accepted(session, own, judge)
    session.flush()

    assert judges.conflict_between(session, own, judge) == ConflictSource.CO_APPLICANT
    assert judges.conflict_between(session, other, judge) == ConflictSource.SAME_CALL
