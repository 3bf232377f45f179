"""The pool of reviewers: what fits them, what binds them, and what becomes of the work of who leaves."""

import pytest
import sqlalchemy as sa

from grantengine.clock import FixedClock
from grantengine.errors import NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.programme.places import load_places
from grantengine.reviews import judges, pooling, reviewing, selecting
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.errors import ConflictOfInterestError
from grantengine.reviews.lifecycle import ConflictSource, ReviewStatus, TieKind
from grantengine.reviews.models import Review
from grantengine.reviews.pooling import Knowledge
from grantengine.reviews.selection import SelectionRules
from tests.support import campaigns, reviews
from tests.support.reviews import CLOSES


@pytest.fixture
def session(database):
    with database.transaction() as session:
        reviews.a_programme(session)
        yield session


@pytest.fixture
def call(session):
    return reviews.a_call(session, reviews_per_application=1)


def knows(session, person, **more):
    nothing = {"expertise": [], "goal_ids": [], "languages": ["fi"], "regions": []}
    pooling.keep_profile(session, person, Knowledge(**(nothing | {"capacity": None} | more)))


def assigned(session, application):
    query = sa.select(Review).where(
        Review.application_id == application.id, Review.status != ReviewStatus.RELEASED
    )
    return [each.reviewer.name for each in session.scalars(query.order_by(Review.id))]


def sources(session):
    query = sa.select(Conflict).order_by(Conflict.reviewer_id)
    return [(each.reviewer.name, each.source) for each in session.scalars(query)]


def tie(session, person, kind=TieKind.LEADS, *, name="Kylä ry", number=None):
    return pooling.declare_tie(
        session,
        person,
        kind,
        organisation_name=name,
        business_id=number,
        declared_by=person,
        now=CLOSES,
    )


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [
        ({"expertise": 50, "goals": 0, "language": 10, "region": 0}, "Taitava"),
        ({"expertise": 0, "goals": 0, "language": 10, "region": 50}, "Paikallinen"),
        ({"expertise": 0, "goals": 50, "language": 0, "region": 0}, "Tavoitteellinen"),
    ],
)
def test_the_weights_of_the_call_decide_who_fits(session, weights, chosen):
    load_places(session)
    call = reviews.a_call(session, published=False, reviews_per_application=1)
    rules = SelectionRules(weights=weights, fields=["health"])
    selecting.keep_rules(session, call.id, rules)
    reviews.publish(session, call)
    skilled, local, keen = (
        reviews.a_person(session, name, Role.REVIEWER)
        for name in ("Taitava", "Paikallinen", "Tavoitteellinen")
    )
    knows(session, skilled, expertise=["health"])
    knows(session, local, regions=["19"])
    knows(session, keen, goal_ids=[call.goals[0].id])
    application = reviews.a_submitted_application(session, call)
    application.region_code = "19" if weights["region"] else None

    reviews.send_to_review(session, call)

    assert assigned(session, application) == [chosen]


def test_what_is_said_of_one_application_counts_before_what_its_call_says(session, call):
    for name, field in (("Terve", "health"), ("Kulttuuri", "culture")):
        person = reviews.a_person(session, name, Role.REVIEWER)
        knows(session, person, expertise=[field])
    application = reviews.a_submitted_application(session, call)
    pooling.keep_subject(session, application.id, ["culture"])

    reviews.send_to_review(session, call)

    assert judges.fields_of(session, application) == ["culture"]
    assert assigned(session, application) == ["Kulttuuri"]


def test_nobody_is_given_more_than_they_can_take(session, call):
    small, large = reviews.some_reviewers(session, 2)
    knows(session, small, capacity=1)
    applications = [reviews.a_submitted_application(session, call) for _ in range(6)]

    shortages = reviews.send_to_review(session, call)

    found = [assigned(session, each) for each in applications]
    assert found.count([small.name]) == 1
    assert found.count([large.name]) == 5
    assert shortages == {}


def test_where_all_are_full_the_applications_are_named(session, call):
    (only,) = reviews.some_reviewers(session, 1)
    knows(session, only, capacity=1)
    found = [reviews.a_submitted_application(session, call) for _ in range(2)]

    shortages = reviews.send_to_review(session, call)

    assert sum(shortages.values()) == 1
    assert set(shortages) < {each.id for each in found}


@pytest.mark.parametrize(
    ("kind", "source"),
    [(TieKind.MENTOR, ConflictSource.MENTOR), (TieKind.FAMILY, ConflictSource.RELATION)],
)
def test_a_tie_keeps_a_reviewer_away_from_whatever_the_body_applies_for(
    session, call, kind, source
):
    bound, free = reviews.some_reviewers(session, 2)
    tie(session, bound, kind, name="Toinen nimi", number="0245437-2")
    application = reviews.a_submitted_application(session, call)

    reviews.send_to_review(session, call)

    assert assigned(session, application) == [free.name]
    assert sources(session) == [(bound.name, source)]


def test_a_tie_that_has_ended_binds_nobody(session, call):
    (only,) = reviews.some_reviewers(session, 1)
    pooling.end_tie(session, tie(session, only).id, only, now=CLOSES)
    application = reviews.a_submitted_application(session, call)

    reviews.send_to_review(session, call)

    assert assigned(session, application) == [only.name]


def test_the_tie_of_another_cannot_be_ended(session):
    one, other = reviews.some_reviewers(session, 2)

    with pytest.raises(NotFoundError):
        pooling.end_tie(session, tie(session, one).id, other, now=CLOSES)


def test_whoever_applies_in_the_same_call_reviews_nothing_of_it(session, call):
    rival = reviews.a_person(session, "Kilpailija", Role.REVIEWER)
    own = reviews.a_submitted_application(
        session, call, rival, organisation_name="Omat ry", business_id="0112038-9"
    )
    other = reviews.a_submitted_application(session, call)

    reviews.send_to_review(session, call)

    assert assigned(session, own) == assigned(session, other) == []
    assert sorted(sources(session)) == [
        ("Kilpailija", ConflictSource.APPLICANT),
        ("Kilpailija", ConflictSource.SAME_CALL),
    ]


def test_a_tie_declared_in_mid_review_hands_the_work_on_at_once(session, call):
    first, second = reviews.some_reviewers(session, 2)
    application = reviews.a_submitted_application(session, call)
    reviews.send_to_review(session, call)
    session.refresh(application, ["reviews"])
    (review,) = application.reviews
    bound = review.reviewer
    reviewing.declare_no_conflict(session, review.id, bound, now=CLOSES)
    reviewing.save_review(
        session, review.id, bound, reviews.scores(5), comment="Kesken.", now=CLOSES
    )

    tie(session, bound)

    assert review.status == ReviewStatus.CONFLICTED
    assert not reviewing.may_read(session, review, bound)
    with pytest.raises(ConflictOfInterestError):
        reviewing.save_review(session, review.id, bound, [], comment="", now=CLOSES)
    other = ({first.name, second.name} - {bound.name}).pop()
    assert assigned(session, application) == [bound.name, other]
    assert review.comment == "Kesken."


def test_who_leaves_in_mid_review_is_replaced_and_what_they_wrote_is_kept(session, call):
    reviews.some_reviewers(session, 2)
    application = reviews.a_submitted_application(session, call)
    reviews.send_to_review(session, call)
    session.refresh(application, ["reviews"])
    (review,) = application.reviews
    leaving = review.reviewer
    reviewing.declare_no_conflict(session, review.id, leaving, now=CLOSES)
    reviewing.save_review(
        session, review.id, leaving, reviews.scores(5), comment="Kesken.", now=CLOSES
    )

    missing = pooling.take_out(session, leaving, now=CLOSES, actor_id=leaving.id)

    assert missing == 0
    assert review.status == ReviewStatus.RELEASED
    assert (review.comment, [each.points for each in review.scores]) == ("Kesken.", [5] * 5)
    assert assigned(session, application) != [leaving.name]
    assert len(assigned(session, application)) == 1


def test_what_they_finished_counts_after_they_left_and_nothing_new_is_given(session, call):
    only, later = reviews.some_reviewers(session, 2)
    knows(session, later, capacity=0)
    application = reviews.a_submitted_application(session, call)
    reviews.send_to_review(session, call)
    session.refresh(application, ["reviews"])
    reviews.finish_reviews(session, application)

    pooling.take_out(session, only, now=CLOSES, actor_id=only.id)
    second = reviews.a_submitted_application(session, call)
    shortages = reviews.send_to_review(session, call)

    assert application.reviews[0].status == ReviewStatus.SUBMITTED
    assert shortages == {second.id: 1}
    pooling.take_back(session, only)
    assert reviews.send_to_review(session, call) == {}


def test_one_review_is_given_to_somebody_else(session, call):
    reviews.some_reviewers(session, 2)
    application = reviews.a_submitted_application(session, call)
    reviews.send_to_review(session, call)
    session.refresh(application, ["reviews"])
    (review,) = application.reviews

    found = pooling.release_review(session, review.id, now=CLOSES, actor_id=review.reviewer_id)

    assert found
    assert assigned(session, application) != [review.reviewer.name]
    session.refresh(application, ["reviews"])
    (successor,) = (each for each in application.reviews if each.id != review.id)
    assert not pooling.release_review(session, successor.id, now=CLOSES, actor_id="per_1")


@pytest.mark.parametrize("address", ["arvioija@koti.example", "Arvioija+tuki@koti.example"])
def test_whoever_backed_an_experiment_of_the_applicant_does_not_judge_it(database, address):
    clock = FixedClock(reviews.NOON)
    with database.transaction() as session:
        applicant = reviews.a_person(session, "Hakija")
        experiment = campaigns.an_experiment(session, now=reviews.NOON, owner=applicant)
        campaign = campaigns.a_campaign(session, now=reviews.NOON, experiment=experiment)
        backer = reviews.a_person(session, "Tukija", Role.REVIEWER, email="arvioija@koti.example")
        other = reviews.a_person(session, "Muu", Role.REVIEWER)
    campaigns.a_pledge(database, clock, campaign, "20", email=address)
    with database.transaction() as session:
        call = reviews.a_call(session, reviews_per_application=1)
        application = reviews.a_submitted_application(session, call, applicant)

        reviews.send_to_review(session, call)

        assert assigned(session, application) == [other.name]
        assert sources(session) == [(backer.name, ConflictSource.BACKER)]
