"""Reviewers: assigned around every conflict, and scoring what only they may touch."""

import pytest
import sqlalchemy as sa

from grantengine.errors import NotFoundError
from grantengine.outbox import Message
from grantengine.programme.lifecycle import Role
from grantengine.reviews import applying, queries, reviewing
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.errors import (
    ConflictOfInterestError,
    ConflictUndeclaredError,
    ScoreError,
)
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus, ReviewStatus
from grantengine.reviews.models import Application, Review
from grantengine.reviews.rubric import Score
from grantengine.transitions import IllegalMoveError
from tests.support.reviews import (
    CLOSES,
    a_body,
    a_call,
    a_finished_review,
    a_person,
    a_programme,
    a_submitted_application,
    scores,
    screen,
    send_to_review,
    some_reviewers,
)
from tests.support.threads import outcomes_of


@pytest.fixture
def session(database):
    with database.transaction() as session:
        a_programme(session)
        yield session


@pytest.fixture
def call(session):
    return a_call(session)


def assigned(session, application):
    query = sa.select(Review).where(
        Review.application_id == application.id, Review.status == ReviewStatus.ASSIGNED
    )
    return list(session.scalars(query.order_by(Review.id)))


def conflicts(session):
    return sorted(
        (each.reviewer.name, each.source) for each in session.scalars(sa.select(Conflict))
    )


def test_every_application_gets_its_reviewers_in_equal_measure(session, call):
    people = some_reviewers(session, 4)
    applications = [a_submitted_application(session, call) for _ in range(6)]

    assert send_to_review(session, call) == {}

    assert all(len(assigned(session, each)) == 2 for each in applications)
    assert set(queries.loads_of(session, [each.id for each in people]).values()) == {3}
    assert {each.status for each in applications} == {ApplicationStatus.IN_REVIEW}
    assert call.status == CallStatus.IN_REVIEW


def test_each_reviewer_is_written_to_in_their_language(session, call):
    a_person(session, "Granskare", Role.REVIEWER, language="sv")
    application = a_submitted_application(session, call)

    send_to_review(session, call)
    session.commit()  # Letters are written at the commit.

    (review,) = assigned(session, application)
    query = sa.select(Message).where(Message.letter == "review_assigned")
    (letter,) = session.scalars(query)
    assert (letter.recipient, letter.language) == ("granskare@granskare.example", "sv")
    assert letter.facts == {"review_id": review.id, "name": "Granskare"}


def test_shortages_are_told_and_filled_when_reviewers_have_joined(session, call):
    application = a_submitted_application(session, call)
    some_reviewers(session, 1)

    assert send_to_review(session, call) == {application.id: 1}
    a_person(session, "Myöhemmin", Role.REVIEWER)
    assert send_to_review(session, call) == {}
    assert send_to_review(session, call) == {}
    assert len(assigned(session, application)) == 2


@pytest.mark.parametrize(
    ("reviewer", "source"),
    [
        ({"business_id": "0245437-2", "name": "Toinen nimi oy"}, "same_business_id"),
        ({"name": " kylä  RY "}, "same_organisation"),
        ({"email": "arvioija@HAKIJA.example"}, "same_email_domain"),
        ({"email": "sama@gmail.com"}, None),
        ({}, None),
    ],
)
def test_a_found_conflict_is_written_down_with_its_source_and_never_crossed(
    session, call, reviewer, source
):
    body = reviewer.get("name") and a_body(
        session, reviewer["name"], business_id=reviewer.get("business_id")
    )
    applicant_email = "oma@gmail.com" if reviewer.get("email") == "sama@gmail.com" else None
    applicant = a_person(session, "Hakija", email=applicant_email)
    a_person(session, "Arvioija", Role.REVIEWER, body=body, email=reviewer.get("email"))
    application = a_submitted_application(session, call, applicant)

    shortages = send_to_review(session, call)

    if source is None:
        assert conflicts(session) == []
        assert shortages == {application.id: 1}
        return
    assert conflicts(session) == [("Arvioija", source)]
    assert assigned(session, application) == []
    assert shortages == {application.id: 2}


def test_nobody_reviews_their_own_application(session, call):
    applicant = a_person(session, "Hakija Arvioija", Role.REVIEWER)
    other = a_person(session, "Toinen", Role.REVIEWER)
    application = a_submitted_application(session, call, applicant)

    send_to_review(session, call)

    assert [each.reviewer_id for each in assigned(session, application)] == [other.id]
    assert conflicts(session) == [("Hakija Arvioija", "applicant")]


def test_a_conflict_found_after_the_assignment_stops_the_reviewer(session, call):
    some_reviewers(session)
    application = a_submitted_application(session, call)
    send_to_review(session, call)
    review = assigned(session, application)[0]
    review.reviewer.organisation_id = a_body(session, "Kylä ry").id
    session.flush()
    session.expire_all()

    with pytest.raises(ConflictOfInterestError) as refusal:
        reviewing.declare_no_conflict(session, review.id, review.reviewer, now=CLOSES)

    assert refusal.value.details["source"] == "same_organisation"


def test_who_declares_a_conflict_is_replaced_and_kept_out(session, call):
    some_reviewers(session, 3)
    application = a_submitted_application(session, call)
    send_to_review(session, call)
    first, second = assigned(session, application)

    reviewing.declare_conflict(session, first.id, first.reviewer, note="Serkku.", now=CLOSES)

    assert first.status == ReviewStatus.CONFLICTED
    after = {each.reviewer_id for each in assigned(session, application)}
    assert len(after) == 2
    assert first.reviewer_id not in after
    assert second.reviewer_id in after
    assert conflicts(session) == [(first.reviewer.name, "declared")]
    assert queries.recused_names(session, application.id) == [first.reviewer.name]
    with pytest.raises(ConflictOfInterestError):
        reviewing.declare_no_conflict(session, first.id, first.reviewer, now=CLOSES)
    with pytest.raises(ConflictOfInterestError):
        save(session, first, scores())
    with pytest.raises(IllegalMoveError):
        reviewing.declare_conflict(session, first.id, first.reviewer, note="", now=CLOSES)


def test_a_declared_conflict_without_anybody_left_is_a_shortage(session, call):
    some_reviewers(session, 2)
    application = a_submitted_application(session, call)
    send_to_review(session, call)
    first, _second = assigned(session, application)

    reviewing.declare_conflict(session, first.id, first.reviewer, note="", now=CLOSES)

    assert len(assigned(session, application)) == 1
    assert send_to_review(session, call) == {application.id: 1}


def test_two_who_stand_aside_at_once_get_two_successors(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        some_reviewers(session, 6)
        call = a_call(session)
        application = a_submitted_application(session, call)
        send_to_review(session, call)
        reviews = assigned(session, application)
        people = [each.reviewer for each in reviews]

    def stand_aside(review, person):
        with database.transaction() as session:
            reviewing.declare_conflict(session, review.id, person, note="", now=CLOSES)

    outcomes = outcomes_of(
        *[
            lambda review=review, person=person: stand_aside(review, person)
            for review, person in zip(reviews, people, strict=True)
        ]
    )

    assert outcomes == [None, None]
    with database.reading() as session:
        after = {each.reviewer_id for each in assigned(session, application)}
    assert len(after) == 2
    assert after.isdisjoint(each.id for each in people)


def save(session, review, given, reviewer=None):
    return reviewing.save_review(
        session, review.id, reviewer or review.reviewer, given, comment="Huomio.", now=CLOSES
    )


def submit(session, review, given, reviewer=None):
    return reviewing.submit_review(
        session, review.id, reviewer or review.reviewer, given, comment="", now=CLOSES
    )


@pytest.fixture
def review(session, call):
    some_reviewers(session)
    application = a_submitted_application(session, call)
    send_to_review(session, call)
    return assigned(session, application)[0]


@pytest.fixture
def declared(session, review):
    return reviewing.declare_no_conflict(session, review.id, review.reviewer, now=CLOSES)


def test_a_review_is_read_and_scored_only_after_the_declaration(session, review):
    assert not reviewing.may_read(session, review, review.reviewer)
    for act in (save, submit):
        with pytest.raises(ConflictUndeclaredError):
            act(session, review, scores())

    reviewing.declare_no_conflict(session, review.id, review.reviewer, now=CLOSES)

    assert reviewing.may_read(session, review, review.reviewer)
    assert save(session, review, scores()).saved_at == CLOSES


def test_a_finished_review_is_never_changed(session, declared):
    submit(session, declared, scores(5))

    assert reviewing.may_read(session, declared, declared.reviewer)
    for act in (save, submit):
        with pytest.raises(IllegalMoveError):
            act(session, declared, scores(1))
    with pytest.raises(IllegalMoveError):
        reviewing.declare_conflict(session, declared.id, declared.reviewer, note="", now=CLOSES)
    assert {each.points for each in declared.scores} == {5}


def test_unfinished_scores_are_kept_and_others_are_left_alone(session, declared):
    save(session, declared, [Score("need", 2, "a\x00b"), Score("novelty", None)])
    save(session, declared, [Score("novelty", 6)])
    session.flush()
    session.expire(declared)

    kept = {each.criterion: (each.points, each.comment) for each in declared.scores}
    assert kept == {"need": (2, "ab"), "novelty": (6, "")}
    assert declared.status == ReviewStatus.DECLARED


@pytest.mark.parametrize(
    ("given", "criterion", "reason"),
    [
        (scores()[1:], "need", "missing"),
        ([*scores()[1:], Score("need", 6, " \x00")], "need", "reason_needed"),
        ([*scores()[1:], Score("need", 1, "")], "need", "reason_needed"),
        ([*scores()[1:], Score("need", 7, "Loistava.")], "need", "off_scale"),
        ([*scores()[1:], Score("need", 0, "Surkea.")], "need", "off_scale"),
        ([*scores(), Score("beauty", 4)], "beauty", "unknown"),
        ([*scores()[1:], Score("need", 4, "a" * 5001)], "need", "too_long"),
        (scores(None), "need", "nothing_applicable"),
    ],
)
def test_scores_that_cannot_be_taken_are_named_and_change_nothing(
    sqlite_database, given, criterion, reason
):
    database = sqlite_database
    with database.transaction() as session:
        a_programme(session)
        some_reviewers(session)
        application = a_submitted_application(session, a_call(session))
        send_to_review(session, application.call)
        review = assigned(session, application)[0]
        reviewer = review.reviewer
        reviewing.declare_no_conflict(session, review.id, reviewer, now=CLOSES)
        save(session, review, scores(3))

    with pytest.raises(ScoreError) as refusal, database.transaction() as session:
        submit(session, review, given, reviewer)

    assert refusal.value.details == {"criterion": criterion, "reason": reason}
    with database.reading() as session:
        kept = session.get_one(Review, review.id)
        assert kept.status == ReviewStatus.DECLARED
        assert {each.points for each in kept.scores} == {3}


def test_what_does_not_apply_needs_no_points(session, declared):
    submit(session, declared, scores(need=None))

    assert {each.criterion: each.points for each in declared.scores}["need"] is None


def test_nobody_touches_the_review_of_another(session, declared):
    stranger = a_person(session, "Vieras", Role.REVIEWER)
    save(session, declared, scores(5))

    for act in (
        lambda: reviewing.declare_no_conflict(session, declared.id, stranger, now=CLOSES),
        lambda: reviewing.declare_conflict(session, declared.id, stranger, note="", now=CLOSES),
        lambda: save(session, declared, scores(1), stranger),
        lambda: submit(session, declared, scores(1), stranger),
        lambda: reviewing.own_review(session, "rev_none", stranger),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert {each.points for each in declared.scores} == {5}
    assert conflicts(session) == []


def test_a_queue_shows_a_reviewer_only_their_own_with_the_unfinished_first(session, call):
    first, second = some_reviewers(session)
    applications = [a_submitted_application(session, call) for _ in range(3)]
    send_to_review(session, call)
    own = list(queries.queue_of(session, first.id))
    a_finished_review(session, own[0])
    session.flush()

    queue = queries.queue_of(session, first.id)

    assert {each.application_id for each in queue} == {each.id for each in applications}
    assert {each.reviewer_id for each in queue} == {first.id}
    assert queue[-1].id == own[0].id
    assert len(queries.queue_of(session, second.id)) == 3


def withdraw(session, application):
    return applying.withdraw_application(
        session, application.id, now=CLOSES, actor_id=application.applicant_id
    )


@pytest.mark.parametrize("stage", ["submitted", "eligible", "in_review"])
def test_an_application_is_withdrawn_at_every_stage_before_its_decision(session, call, stage):
    some_reviewers(session, 3)
    application = a_submitted_application(session, call)
    if stage == "eligible":
        screen(session, application, ApplicationStatus.ELIGIBLE)
    if stage == "in_review":
        send_to_review(session, call)
    assert application.status == stage

    withdraw(session, application)

    assert application.status == ApplicationStatus.WITHDRAWN
    assert list(queries.applications_of_call(session, call.id)) == []
    with pytest.raises(IllegalMoveError):
        withdraw(session, application)


def test_withdrawing_releases_unfinished_reviews_and_keeps_finished_ones(session, call):
    some_reviewers(session, 2)
    application = a_submitted_application(session, call)
    send_to_review(session, call)
    first, second = assigned(session, application)
    a_finished_review(session, first)

    withdraw(session, application)

    assert [first.status, second.status] == [ReviewStatus.SUBMITTED, ReviewStatus.RELEASED]
    assert not reviewing.may_read(session, second, second.reviewer)
    assert [each.id for each in queries.queue_of(session, second.reviewer_id)] == []
    with pytest.raises(IllegalMoveError):
        save(session, second, scores())


def test_a_call_whose_last_application_is_withdrawn_is_decided(session, call):
    some_reviewers(session)
    first, second = (a_submitted_application(session, call) for _ in range(2))
    send_to_review(session, call)

    withdraw(session, first)
    assert call.status == CallStatus.IN_REVIEW
    withdraw(session, second)
    assert call.status == CallStatus.DECIDED


def test_a_call_without_applications_is_decided_when_its_review_begins(session, call):
    send_to_review(session, call)

    assert call.status == CallStatus.DECIDED


def test_a_review_sent_while_its_application_is_withdrawn_is_finished_or_released(
    postgresql_database,
):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        some_reviewers(session, 2)
        applications = [a_submitted_application(session, a_call(session)) for _ in range(4)]
        for each in applications:
            send_to_review(session, each.call)
        reviews = [assigned(session, each)[0] for each in applications]
        people = [each.reviewer for each in reviews]
        for review in reviews:
            reviewing.declare_no_conflict(session, review.id, review.reviewer, now=CLOSES)

    def take_back(application):
        with database.transaction() as session:
            withdraw(session, application)

    def finish(review, person):
        with database.transaction() as session:
            submit(session, review, scores(), person)

    for application, review, person in zip(applications, reviews, people, strict=True):
        outcomes_of(
            lambda each=application: take_back(each),
            lambda review=review, person=person: finish(review, person),
        )

    with database.reading() as session:
        kept = [session.get_one(Review, each.id) for each in reviews]
        statuses = {session.get_one(Application, each.id).status for each in applications}
        assert statuses == {ApplicationStatus.WITHDRAWN}
        for review in kept:
            is_finished = review.status == ReviewStatus.SUBMITTED
            assert is_finished == (review.submitted_at is not None)
            assert review.status in (ReviewStatus.SUBMITTED, ReviewStatus.RELEASED)
