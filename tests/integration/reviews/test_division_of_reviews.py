"""How a call divides its reviews: its objective, its fewest for each reviewer, and what is told."""

import json
from collections import Counter

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from grantengine.programme.lifecycle import Role
from grantengine.reviews import (
    assigning,
    loads,
    pooling,
    reviewing,
    selecting,
    service,
    standings,
)
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.errors import (
    LoadsShortError,
    SelectionRulesError,
    SelectionRulesFixedError,
)
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.models import Review
from grantengine.reviews.pooling import Knowledge
from grantengine.reviews.selection import SelectionRules
from grantengine.web.commands.recompute import group
from tests.support import reviews
from tests.support.reviews import CLOSES


@pytest.fixture
def session(database):
    with database.transaction() as session:
        reviews.a_programme(session)
        yield session


def a_call(session, *, reviews_per_application=1, **rules):
    call = reviews.a_call(session, published=False, reviews_per_application=reviews_per_application)
    selecting.keep_rules(session, call.id, SelectionRules(**rules))
    return reviews.publish(session, call)


def some_applications(session, call, count):
    return [reviews.a_submitted_application(session, call) for _ in range(count)]


def takes(session, person, capacity):
    nothing = {"expertise": [], "goal_ids": [], "languages": ["fi"], "regions": []}
    pooling.keep_profile(session, person, Knowledge(**nothing, capacity=capacity))


def given(session, call):
    """Count by name what everybody was given of a call and keeps."""
    query = sa.select(Review).where(Review.status.in_(loads.STANDING))
    found = [each for each in session.scalars(query) if each.application.call_id == call.id]
    return Counter(each.reviewer.name for each in found)


def recomputed(tmp_path, run):
    path = tmp_path / "1.json"
    path.write_text(json.dumps(run.problem))
    told = CliRunner().invoke(group, ["assignment", str(path), "--json"], catch_exceptions=False)
    return json.loads(told.stdout)


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("load_min", [None, 2])
def test_a_call_is_assigned_by_its_rules_and_anybody_recomputes_the_same_pairs(
    session, tmp_path, objective, load_min
):
    call = a_call(session, objective=objective, load_min=load_min, reviews_per_application=2)
    people = reviews.some_reviewers(session, 3)
    some_applications(session, call, 5)

    reviews.send_to_review(session, call)

    (run,) = standings.assignments_of(session, call.id)
    assert run.problem["objective"] == objective.value
    assert {each["min"] for each in run.problem["reviewers"]} == ({2} if load_min else {3})
    assert run.shortages == []
    numbers = {person.id: f"R{number:04d}" for number, person in enumerate(people, start=1)}
    pairs = [
        [each.application.case_number, numbers[each.reviewer_id]]
        for each in session.scalars(sa.select(Review))
    ]
    assert recomputed(tmp_path, run)["pairs"] == sorted(pairs)


@pytest.mark.parametrize(
    ("objective", "total", "floor"),
    [
        (Objective.TOTAL, 60, 0),
        (Objective.PAIR_FLOOR, 40, 20),
        (Objective.APPLICATION_FLOOR, 40, 20),
    ],
)
def test_the_objective_of_the_call_decides_whom_the_better_reviewer_helps(
    session, tmp_path, objective, total, floor
):
    call = a_call(session, objective=objective)
    for name, fields in (("Taitava", ["health"]), ("Muu", [])):
        person = reviews.a_person(session, name, Role.REVIEWER)
        pooling.keep_profile(session, person, Knowledge(fields, [], ["fi"], [], capacity=1))
    for fields, language in ((["health"], "fi"), (["health", "culture"], "sv")):
        application = reviews.a_submitted_application(session, call, language=language)
        pooling.keep_subject(session, application.id, fields)

    reviews.send_to_review(session, call)

    (run,) = standings.assignments_of(session, call.id)
    found = recomputed(tmp_path, run)
    assert (found["total"], found["application_floor"]) == (total, floor)


def test_everybody_is_given_the_fewest_whatever_they_have_from_elsewhere(session):
    elsewhere = a_call(session)
    (busy,) = reviews.some_reviewers(session, 1)
    some_applications(session, elsewhere, 6)
    reviews.send_to_review(session, elsewhere)
    free = reviews.a_person(session, "Vapaa", Role.REVIEWER)
    call = a_call(session, load_min=2)
    some_applications(session, call, 6)

    reviews.send_to_review(session, call)

    assert given(session, call) == {busy.name: 2, free.name: 4}


def test_ones_own_most_comes_before_the_fewest_of_the_call(session):
    small, large = reviews.some_reviewers(session, 2)
    takes(session, small, 1)
    call = a_call(session, load_min=3)
    some_applications(session, call, 6)

    reviews.send_to_review(session, call)

    assert given(session, call) == {small.name: 1, large.name: 5}
    assert loads.light_loads(session, call.id, 3) == []


def test_what_cannot_be_held_is_named_and_nobody_is_given_anything(database):
    with database.transaction() as session:
        reviews.a_programme(session)
        call = a_call(session, load_min=2)
        people = reviews.some_reviewers(session, 3)
        rival = reviews.a_person(session, "Kilpailija", Role.REVIEWER)
        some_applications(session, call, 2)
        reviews.a_submitted_application(session, call, rival, business_id="0112038-9")

    with pytest.raises(LoadsShortError) as refusal, database.transaction() as session:
        reviews.send_to_review(session, call)

    missing = {each.id: 1 for each in people} | {rival.id: 2}
    assert refusal.value.details == {"call": call.id, "missing": missing}
    with database.reading() as session:
        assert reviews.status_of_call(database, call) == CallStatus.PUBLISHED
        assert not session.scalars(sa.select(Review)).all()
        assert not session.scalars(sa.select(Conflict)).all()
        assert not standings.assignments_of(session, call.id)


def test_who_accepts_it_gives_what_there_is_and_it_stays_told(session, tmp_path):
    call = a_call(session, load_min=2)
    people = reviews.some_reviewers(session, 3)
    some_applications(session, call, 5)
    with pytest.raises(LoadsShortError):
        reviews.send_to_review(session, call)

    missing = assigning.assign_reviewers(
        session, call.id, now=CLOSES, actor_id=None, accepts_light_loads=True
    )

    assert missing == {}
    (light,) = loads.light_loads(session, call.id, 2)
    assert (light.given, light.fewest) == (1, 2)
    (run,) = standings.assignments_of(session, call.id)
    number = f"R{people.index(light.reviewer) + 1:04d}"
    assert run.shortages == [{"reviewer": number, "wanted": 2, "missing": 1}]
    assert sorted(each["min"] for each in run.problem["reviewers"]) == [1, 2, 2]
    assert len(recomputed(tmp_path, run)["pairs"]) == 5


def test_who_stands_aside_later_is_still_replaced_and_the_lack_is_told(session):
    call = a_call(session, load_min=2)
    people = reviews.some_reviewers(session, 2)
    some_applications(session, call, 4)
    reviews.send_to_review(session, call)
    review = session.scalars(sa.select(Review).where(Review.reviewer_id == people[0].id)).first()

    reviewing.declare_conflict(session, review.id, people[0], note="Sukua.", now=CLOSES)

    assert given(session, call) == {people[0].name: 1, people[1].name: 3}
    (light,) = loads.light_loads(session, call.id, 2)
    assert light.reviewer is people[0]
    first, second = standings.assignments_of(session, call.id)
    assert first.shortages == []
    assert second.shortages == [{"reviewer": "R0001", "wanted": 1, "missing": 1}]


def test_a_late_application_goes_to_whoever_has_too_few(session):
    call = a_call(session, load_min=2)
    people = reviews.some_reviewers(session, 2)
    *first, late = some_applications(session, call, 5)
    service.advance(session, service.locked_call(session, call.id), now=CLOSES)
    for each in first:
        reviews.screen(session, each, "eligible")
    assigning.assign_reviewers(session, call.id, now=CLOSES, actor_id=None)
    review = session.scalars(sa.select(Review).where(Review.reviewer_id == people[0].id)).first()
    reviewing.declare_conflict(session, review.id, people[0], note="Sukua.", now=CLOSES)
    reviews.screen(session, late, "eligible")

    assigning.assign_reviewers(session, call.id, now=CLOSES, actor_id=None)

    assert given(session, call) == {people[0].name: 2, people[1].name: 3}


@pytest.mark.parametrize("load_min", [0, -1, 1_001])
def test_a_fewest_that_is_none_is_refused_by_name(session, load_min):
    call = reviews.a_call(session, published=False)

    with pytest.raises(SelectionRulesError) as refusal:
        selecting.keep_rules(session, call.id, SelectionRules(load_min=load_min))

    assert refusal.value.details == {"field": "load_min"}
    assert selecting.rules_of(session, call.id) == SelectionRules()


@pytest.mark.parametrize(
    ("capacities", "is_kept"),
    [((1, 2), False), ((1, 3), True), ((1, None), True), ((), True)],
)
def test_a_fewest_above_what_anybody_takes_is_refused(session, capacities, is_kept):
    for person, capacity in zip(
        reviews.some_reviewers(session, len(capacities)), capacities, strict=True
    ):
        takes(session, person, capacity)
    call = reviews.a_call(session, published=False)
    rules = SelectionRules(load_min=3)

    if is_kept:
        selecting.keep_rules(session, call.id, rules)
        assert selecting.rules_of(session, call.id).load_min == 3
    else:
        with pytest.raises(SelectionRulesError) as refusal:
            selecting.keep_rules(session, call.id, rules)
        assert refusal.value.details == {"field": "load_above_capacities"}


@pytest.mark.parametrize("is_assigned", [False, True])
def test_once_the_call_is_public_its_rules_stay(session, is_assigned):
    call = a_call(session, objective=Objective.TOTAL)
    if is_assigned:
        reviews.some_reviewers(session, 1)
        some_applications(session, call, 1)
        reviews.send_to_review(session, call)

    with pytest.raises(SelectionRulesFixedError):
        selecting.keep_rules(session, call.id, SelectionRules(load_min=2))

    kept = selecting.rules_of(session, call.id)
    assert (kept.objective, kept.load_min) == (Objective.TOTAL, None)
