"""Assignments worked out by hand: the objectives, the shortages, and what is refused."""

from dataclasses import replace

import pytest

from grantengine.reviews.assignment.check import Violation, violations
from grantengine.reviews.assignment.problem import (
    Assignment,
    LoadShortage,
    Need,
    Objective,
    ReviewShortage,
)
from grantengine.reviews.assignment.solving import assign, assign_what_can_be
from grantengine.reviews.errors import AssignmentInputError
from tests.support.assignment import a_problem

# The highest total (13) gives b a reviewer of 1; the highest floor (4) costs two points of it;
TABLE = {"a": {"x": 12, "y": 5}, "b": {"x": 6, "y": 1}}


def test_the_total_is_as_high_as_it_can_be():
    found = assign(a_problem(TABLE, loads=(1, 1)))

    assert found == Assignment(
        pairs=[("a", "x"), ("b", "y")],
        total=13,
        pair_floor=1,
        application_floor=1,
        shortages=(),
    )


def test_the_lowest_pair_comes_before_the_total():
    found = assign(a_problem(TABLE, loads=(1, 1), objective=Objective.PAIR_FLOOR))

    assert found.pairs == [("a", "y"), ("b", "x")]
    assert (found.pair_floor, found.total) == (5, 11)


def test_among_assignments_of_the_same_floor_the_higher_total_is_taken():
    table = {"a": {"x": 4, "y": 9}, "b": {"x": 5, "y": 4}}

    found = assign(a_problem(table, loads=(1, 1), objective=Objective.PAIR_FLOOR))

    assert (found.pair_floor, found.total) == (5, 14)


def test_the_sum_of_the_worst_application_is_raised_by_exchanges():
    found = assign(a_problem(TABLE, loads=(1, 1), objective=Objective.APPLICATION_FLOOR))

    assert (found.application_floor, found.total) == (5, 11)


def test_a_smallest_load_is_filled_at_the_price_of_the_total():
    table = {"a": {"x": 9, "y": 1}, "b": {"x": 9, "y": 2}}

    assert assign(a_problem(table)).total == 18
    assert assign(a_problem(table, loads={"x": (0, 2), "y": (1, 2)})).pairs == [
        ("a", "x"),
        ("b", "y"),
    ]


def test_a_conflict_is_not_crossed_however_well_the_pair_fits():
    found = assign(a_problem(TABLE, conflicts=[("a", "x")]))

    assert found.pairs == [("a", "y"), ("b", "x")]


def test_ties_are_settled_by_the_seed_and_by_nothing_else():
    table = {name: dict.fromkeys("wxyz", 5) for name in "abcd"}

    found = {
        seed: assign(a_problem(table, loads=(1, 1), seed=f"seed {seed}")).pairs
        for seed in range(12)
    }

    assert len({tuple(pairs) for pairs in found.values()}) > 6
    assert found[3] == assign(a_problem(table, loads=(1, 1), seed="seed 3")).pairs


def test_where_no_full_assignment_exists_the_application_is_named_and_nothing_is_relaxed():
    found = assign(a_problem(TABLE, reviews=2, conflicts=[("b", "x")]))

    assert found == Assignment(
        pairs=(),
        total=0,
        pair_floor=None,
        application_floor=None,
        shortages=[ReviewShortage("b", wanted=2, missing=1, together=["b"])],
    )


def test_applications_that_compete_for_too_few_reviewers_are_named_together():
    table = {
        "a": {"x": 1},
        "b": {"x": 1},
        "c": {"y": 1, "z": 1},
    }

    (shortage,) = assign(a_problem(table, loads=(0, 1))).shortages

    assert shortage.missing == 1
    assert shortage.together == ["a", "b"]


def test_no_application_lacks_two_where_two_could_lack_one():
    table = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 1}}

    found = assign(a_problem(table, reviews=2, loads=(0, 1))).shortages

    assert [(each.application_id, each.missing) for each in found] == [("a", 1), ("b", 1)]


def test_a_smallest_load_that_cannot_be_filled_is_named():
    found = assign(a_problem({"a": {"x": 1, "y": 1}}, loads=(1, 3)))

    (shortage,) = found.shortages
    assert isinstance(shortage, LoadShortage)
    assert (shortage.wanted, shortage.missing) == (1, 1)


def test_what_can_be_is_assigned_when_that_is_asked_and_the_shortage_is_told_beside_it():
    found = assign_what_can_be(a_problem(TABLE, reviews=2, conflicts=[("b", "x")]))

    assert found.pairs == [("a", "x"), ("a", "y"), ("b", "y")]
    assert [each.missing for each in found.shortages] == [1]


def test_no_reviewer_lacks_two_where_two_could_lack_one():
    table = {each: dict.fromkeys("wxyz", 1) for each in "abcd"}

    found = assign(a_problem(table, loads=(2, 3))).shortages

    assert [(each.reviewer_id, each.missing) for each in found] == [(each, 1) for each in "wxyz"]


def test_the_seed_settles_which_reviewer_lacks_one():
    table = {"a": dict.fromkeys("wxyz", 1)}

    found = {
        each.reviewer_id
        for seed in range(12)
        for each in assign(
            a_problem({**table, "b": table["a"], "c": table["a"]}, loads=(1, 1), seed=f"{seed}")
        ).shortages
    }

    assert found == set("wxyz")


def test_a_smallest_load_far_above_all_work_is_named_as_it_is():
    found = assign(a_problem({"a": {"x": 1}}, loads=(1_000_000, 1_000_000)))

    assert found.shortages == [LoadShortage("x", wanted=1_000_000, missing=999_999)]


@pytest.mark.parametrize("objective", Objective)
def test_nothing_needs_nobody(objective):
    assert not assign(a_problem({}, objective=objective)).pairs
    assert not assign(a_problem(TABLE, reviews=0, objective=objective)).pairs


@pytest.mark.parametrize(
    ("change", "reason", "item"),
    [
        (lambda it: {"needs": [*it.needs, Need("a", 1)]}, "application_twice", "a"),
        (lambda it: {"capacities": [*it.capacities] * 2}, "reviewer_twice", "x"),
        (lambda it: {"needs": [Need("a", -1), Need("b", 1)]}, "reviews_negative", "a"),
        (lambda it: {"capacities": [replace(it.capacities[0], load_min=10)]}, "load", "x"),
        (lambda it: {"scores": [*it.scores, ("b", "x", 2)]}, "score_twice", "b"),
        (lambda it: {"scores": [("q", "x", 2)]}, "unknown_id", "q"),
        (lambda it: {"conflicts": {("a", "q"): "declared"}}, "unknown_id", "q"),
        (lambda it: {"scores": [("a", "x", 2**70)]}, "scores_too_far_apart", None),
        (
            lambda it: {"scores": [("a", "x", 2**50), ("b", "x", 1), ("b", "y", 0)]},
            "scores_too_far_apart",
            None,
        ),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused_by_name(change, reason, item):
    problem = a_problem(TABLE)

    with pytest.raises(AssignmentInputError) as refusal:
        assign(replace(problem, **change(problem)))

    assert refusal.value.details["reason"] == reason
    assert item in (None, refusal.value.details["item"])


@pytest.mark.parametrize(
    ("pairs", "rules"),
    [
        ([("a", "x"), ("b", "x")], ["load_max", "load_min"]),
        ([("a", "y"), ("b", "y")], ["conflict", "load_min", "load_max"]),
        ([("a", "x")], ["reviews", "load_min"]),
        (
            [("a", "x"), ("a", "x"), ("b", "z")],
            ["twice", "no_score", "reviews", "load_max", "load_min"],
        ),
        ([("a", "x"), ("b", "y")], ["conflict"]),
    ],
)
def test_the_check_finds_every_broken_rule_by_itself(pairs, rules):
    problem = a_problem(TABLE, loads=(1, 1), conflicts=[("b", "y")])

    found = violations(problem, pairs)

    assert [each.rule for each in found] == rules
    assert all(isinstance(each, Violation) for each in found)
