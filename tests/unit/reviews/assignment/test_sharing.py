"""Work shared in a pool: in equal measure, as far as conflicts let it be equal."""

from collections import Counter

from grantengine.reviews.assignment.affinity import Profile, affinity
from grantengine.reviews.assignment.problem import Need
from grantengine.reviews.assignment.sharing import Pool, share_out


def shared(wanted, loads, *, blocked=(), scores=None):
    pool = Pool(loads, dict.fromkeys(blocked, "declared"), scores or {})
    _problem, found = share_out([Need(each, wanted[each]) for each in wanted], pool, seed="s")
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
