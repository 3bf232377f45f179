"""Who reviews what: the same for the same input, in equal measure, never across a conflict."""

from grantengine.reviews.assignment import Need, Plan, assign

NEEDS = [Need("a", 2), Need("b", 2), Need("c", 2)]
NOBODY_BUSY = {"x": 0, "y": 0, "z": 0}


def test_work_is_shared_in_equal_measure_and_by_id_where_it_is_equal():
    plan = assign(NEEDS, NOBODY_BUSY, [])

    assert plan.pairs == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "z"), ("c", "y"), ("c", "z")]
    assert plan.shortages == {}


def test_who_has_work_already_gets_less():
    plan = assign([Need("a", 1), Need("b", 1)], {"x": 5, "y": 0, "z": 1}, [])

    assert plan.pairs == [("a", "y"), ("b", "y")]


def test_the_application_with_the_fewest_possible_reviewers_chooses_first():
    plan = assign([Need("a", 1), Need("b", 1)], {"x": 0, "y": 0}, [("b", "y")])

    assert plan.pairs == [("a", "y"), ("b", "x")]


def test_a_shortage_is_named_and_not_filled_across_a_conflict():
    plan = assign(NEEDS, NOBODY_BUSY, [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("b", "z")])

    assert plan.shortages == {"a": 1, "b": 2}
    assert [pair for pair in plan.pairs if pair[0] in "ab"] == [("a", "z")]


def test_without_reviewers_everything_is_short():
    assert assign(NEEDS, {}, []) == Plan(pairs=[], shortages={"a": 2, "b": 2, "c": 2})


def test_without_needs_there_is_nothing_to_do():
    assert assign([], NOBODY_BUSY, []) == Plan(pairs=[], shortages={})
