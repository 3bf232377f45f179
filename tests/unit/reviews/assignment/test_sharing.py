"""Work shared in a pool: in equal measure, as far as conflicts let it be equal."""

from collections import Counter

import pytest

from grantengine.reviews.assignment.affinity import Profile, affinity
from grantengine.reviews.assignment.problem import LoadShortage, Need, Objective
from grantengine.reviews.assignment.sharing import Pool, share_out
from grantengine.reviews.assignment.solving import assign


def shared(wanted, loads, *, blocked=(), scores=None, objective=Objective.PAIR_FLOOR, **more):
    """Share out, and see that what is published has the same answer."""
    pool = Pool(loads, dict.fromkeys(blocked, "declared"), scores or {}, **more)
    needs = [Need(each, wanted[each]) for each in wanted]
    problem, found = share_out(needs, pool, seed="s", objective=objective)
    assert problem.objective is objective
    assert assign(problem).pairs == found.pairs
    return found


def loads_of(found):
    return Counter(reviewer for _application, reviewer in found.pairs)


def test_work_is_shared_in_equal_measure():
    found = shared(dict.fromkeys("abcdef", 2), dict.fromkeys("wxyz", 0))

    assert set(loads_of(found).values()) == {3}
    assert not found.shortages


def test_who_has_work_already_gets_less():
    assert loads_of(shared(dict.fromkeys("abcd", 1), {"x": 5, "y": 0, "z": 1})) == {"y": 2, "z": 2}


def test_one_does_more_where_conflicts_leave_nobody_else():
    blocked = [(each, "y") for each in "abc"]

    found = shared(dict.fromkeys("abcd", 1), {"x": 0, "y": 0}, blocked=blocked)

    assert loads_of(found) == {"x": 3, "y": 1}


def test_of_equal_shares_the_better_fit_is_taken():
    scores = {("a", "y"): 7, ("b", "x"): 7}

    found = shared({"a": 1, "b": 1}, {"x": 0, "y": 0}, scores=scores)

    assert found.pairs == [("a", "y"), ("b", "x")]


def test_a_shortage_is_told_and_the_rest_shared_all_the_same():
    found = shared({"a": 2, "b": 2}, {"x": 0, "y": 0}, blocked=[("a", "x")])

    assert [(each.application_id, each.missing) for each in found.shortages] == [("a", 1)]
    assert found.pairs == [("a", "y"), ("b", "x"), ("b", "y")]


def test_without_reviewers_everything_is_short():
    found = shared({"a": 2}, {})

    assert not found.pairs
    assert [each.missing for each in found.shortages] == [2]


# What x fits best falls to x, as far as y is not promised any of it.
FITS_X = {(each, "x"): 9 for each in "abcdef"}


@pytest.mark.parametrize(
    ("fewest", "loads"),
    [
        (None, {"x": 3, "y": 3}),
        ({"x": 1, "y": 1}, {"x": 3, "y": 3}),
        ({"x": 0, "y": 4}, {"x": 2, "y": 4}),
        ({"x": 5, "y": 1}, {"x": 5, "y": 1}),
    ],
)
def test_everybody_gets_their_fewest_and_the_busiest_as_little_as_can_be(fewest, loads):
    found = shared(dict.fromkeys("abcdef", 1), {"x": 0, "y": 0}, scores=FITS_X, fewest=fewest)

    assert loads_of(found) == loads
    assert not found.shortages


def test_between_the_fewest_and_the_busiest_the_fit_decides():
    wanted, loads = dict.fromkeys("abcdefghi", 1), dict.fromkeys("wxyz", 0)
    fits = {"w": 0, "x": 9, "y": 5, "z": 2}
    scores = {(each, reviewer): fits[reviewer] for each in wanted for reviewer in loads}

    equal = shared(wanted, loads, scores=scores)
    promised = shared(wanted, loads, scores=scores, fewest=dict.fromkeys(loads, 1))

    assert loads_of(equal) == {"w": 2, "x": 3, "y": 2, "z": 2}
    assert loads_of(promised) == {"w": 1, "x": 3, "y": 3, "z": 2}


def test_work_from_elsewhere_takes_nobody_their_fewest():
    found = shared(
        dict.fromkeys("abcd", 1), {"x": 9, "y": 0, "z": 0}, fewest=dict.fromkeys("xyz", 1)
    )

    assert loads_of(found)["x"] == 1


def test_nobody_is_promised_more_than_they_can_take():
    found = shared(
        dict.fromkeys("abcd", 1),
        {"x": 1, "y": 0},
        capacities={"x": 2},
        fewest={"x": 2, "y": 2},
    )

    assert loads_of(found) == {"x": 1, "y": 3}
    assert not found.shortages


def test_who_cannot_have_their_fewest_is_named_and_the_lack_spread():
    found = shared(
        dict.fromkeys("abc", 1),
        dict.fromkeys("wxyz", 0),
        blocked=[(each, "w") for each in "abc"],
        fewest=dict.fromkeys("wxyz", 2),
    )

    assert found.shortages == [
        LoadShortage("w", wanted=2, missing=2),
        *(LoadShortage(each, wanted=2, missing=1) for each in "xyz"),
    ]
    assert loads_of(found) == {"x": 1, "y": 1, "z": 1}


def test_an_application_is_not_left_short_for_a_reviewers_fewest():
    found = shared({"a": 2, "b": 1}, {"x": 0, "y": 0}, fewest={"x": 1, "y": 2})

    assert not found.shortages
    assert loads_of(found) == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    ("objective", "pairs"),
    [
        (Objective.TOTAL, [("a", "x"), ("b", "y")]),
        (Objective.PAIR_FLOOR, [("a", "y"), ("b", "x")]),
        (Objective.APPLICATION_FLOOR, [("a", "y"), ("b", "x")]),
    ],
)
def test_the_objective_decides_among_equal_shares(objective, pairs):
    scores = {("a", "x"): 12, ("a", "y"): 5, ("b", "x"): 6, ("b", "y"): 1}

    found = shared({"a": 1, "b": 1}, {"x": 0, "y": 0}, scores=scores, objective=objective)

    assert found.pairs == pairs


def test_a_fit_counts_each_thing_by_the_share_that_is_covered():
    application = Profile(
        goals=frozenset({"learning", "nature"}),
        languages=frozenset({"sv"}),
        regions=frozenset({"05"}),
    )
    reviewer = Profile(goals=frozenset({"nature"}), languages=frozenset({"fi", "sv"}))

    assert affinity(reviewer=reviewer, application=application) == 30 // 2 + 20
    assert affinity(reviewer=reviewer, application=application, weights={"goals": 5}) == 2
    assert affinity(reviewer=reviewer, application=Profile()) == 0
