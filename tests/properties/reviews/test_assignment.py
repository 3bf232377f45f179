"""Whatever is asked for: assignments keep every rule, and depend on the input alone."""

import json
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from grantengine.reviews.assignment.check import violations
from grantengine.reviews.assignment.problem import (
    Capacity,
    LoadShortage,
    Need,
    Objective,
    Problem,
    ReviewShortage,
)
from grantengine.reviews.assignment.published import as_published
from grantengine.reviews.assignment.sharing import Pool, share_out
from grantengine.reviews.assignment.solving import assign, assign_what_can_be
from grantengine.web.commands.recompute_assignment import read_problem


@st.composite
def problems(draw, objectives=tuple(Objective)):
    applications = [f"a{number}" for number in range(draw(st.integers(1, 4)))]
    reviewers = [f"r{number}" for number in range(draw(st.integers(1, 4)))]
    cells = [(row, column) for row in applications for column in reviewers]
    scores = draw(st.dictionaries(st.sampled_from(cells), st.integers(-9, 9)))
    least = st.integers(0, 2)
    return Problem(
        needs=[Need(each, draw(st.integers(0, 3))) for each in applications],
        capacities=[
            Capacity(each, low, low + draw(st.integers(0, 3)))
            for each, low in zip(reviewers, draw(st.tuples(*[least] * len(reviewers))), strict=True)
        ],
        scores=[(*cell, score) for cell, score in scores.items()],
        conflicts=draw(st.dictionaries(st.sampled_from(cells), st.just("declared"), max_size=3)),
        seed=draw(st.text(max_size=3)),
        objective=draw(st.sampled_from(objectives)),
    )


@given(problems(), st.randoms())
def test_the_order_of_the_input_changes_nothing(problem, chance):
    conflicts = list(problem.conflicts.items())
    shuffled = replace(
        problem,
        needs=chance.sample(problem.needs, len(problem.needs)),
        capacities=chance.sample(problem.capacities, len(problem.capacities)),
        scores=chance.sample(problem.scores, len(problem.scores)),
        conflicts=dict(chance.sample(conflicts, len(conflicts))),
    )

    assert assign(shuffled) == assign(problem)


@given(problems())
def test_an_assignment_is_full_or_names_a_shortage_and_gives_nobody_anything(problem):
    found = assign(problem)

    if found.shortages:
        assert found.pairs == ()
        assert all(each.missing > 0 for each in found.shortages)
    else:
        assert violations(problem, found.pairs) == []


@given(problems())
def test_a_shortage_is_real_and_as_small_as_it_can_be(problem):
    found = assign_what_can_be(problem)

    short = {
        each.application_id: each.missing
        for each in found.shortages
        if isinstance(each, ReviewShortage)
    }
    broken = {each.rule for each in violations(problem, found.pairs)}
    assert broken <= {"reviews", "load_min"}
    assert sum(each.reviews for each in problem.needs) - len(found.pairs) == sum(short.values())


@given(problems(objectives=[Objective.TOTAL, Objective.PAIR_FLOOR]))
def test_no_assignment_found_by_trying_them_all_is_better(problem):
    everything = [value_of(problem, pairs) for pairs in full_ones(problem)]

    found = assign(problem)

    if everything and not found.shortages:
        assert value_of(problem, found.pairs) == max(everything)
    else:
        assert bool(found.shortages) == (not everything)


@given(problems(objectives=[Objective.APPLICATION_FLOOR]))
def test_raising_the_floor_never_lowers_it(problem):
    found, begun = assign(problem), assign(replace(problem, objective=Objective.TOTAL))

    assert found.shortages == begun.shortages
    assert (found.application_floor or 0) >= (begun.application_floor or 0)


def full_ones(problem):
    """Try every choice for every application in turn, and keep what breaks no rule."""
    found = [[]]
    for need in problem.needs:
        able = [
            (row, column)
            for row, column, _score in problem.scores
            if row == need.application_id and (row, column) not in problem.conflicts
        ]
        found = [[*pairs, *more] for pairs in found for more in combinations(able, need.reviews)]
    return [tuple(pairs) for pairs in found if not violations(problem, pairs)]


def value_of(problem, pairs):
    scores = {(row, column): score for row, column, score in problem.scores}
    given_scores = [scores[pair] for pair in pairs]
    if problem.objective is Objective.TOTAL:
        return sum(given_scores)
    return (min(given_scores, default=0), sum(given_scores))


@st.composite
def pools(draw):
    reviewers = [f"r{number}" for number in range(draw(st.integers(1, 4)))]
    needs = [
        Need(f"a{number}", draw(st.integers(0, 3))) for number in range(draw(st.integers(1, 4)))
    ]
    cells = [(need.application_id, reviewer) for need in needs for reviewer in reviewers]
    small = st.integers(0, 3)
    each = st.fixed_dictionaries(dict.fromkeys(reviewers, small))
    pool = Pool(
        loads=draw(each),
        blocked=draw(st.dictionaries(st.sampled_from(cells), st.just("declared"), max_size=4)),
        scores=draw(st.dictionaries(st.sampled_from(cells), st.integers(0, 9))),
        capacities=draw(st.dictionaries(st.sampled_from(reviewers), st.integers(0, 6))),
        fewest=draw(st.none() | each),
    )
    return needs, pool


@given(pools(), st.sampled_from(Objective))
def test_everybody_gets_their_fewest_or_is_named_with_exactly_what_they_lack(given_pool, objective):
    needs, pool = given_pool

    problem, found = share_out(needs, pool, seed="s", objective=objective)

    assert violations(problem, found.pairs) == []
    loads = Counter(reviewer for _application, reviewer in found.pairs)
    short = {each.reviewer_id: each.missing for each in found.shortages if is_load(each)}
    for reviewer, load in pool.loads.items():
        room = max(0, pool.capacities.get(reviewer, load + 99) - load)
        assert loads[reviewer] <= room
        assert loads[reviewer] >= min((pool.fewest or {}).get(reviewer, 0), room) - short.get(
            reviewer, 0
        )


@given(pools())
def test_no_reviewer_is_named_where_some_full_assignment_holds_every_fewest(given_pool):
    needs, pool = given_pool
    problem, found = share_out(needs, pool, seed="s")
    rooms = {
        reviewer: max(0, pool.capacities.get(reviewer, load + 99) - load)
        for reviewer, load in pool.loads.items()
    }
    wide = replace(
        problem,
        needs=needs,
        capacities=[
            Capacity(each, min((pool.fewest or {}).get(each, 0), room), room)
            for each, room in rooms.items()
        ],
    )

    assert bool(found.shortages) == (not full_ones(wide))


@given(pools(), st.sampled_from(Objective))
def test_what_is_published_of_any_sharing_is_recomputed_to_the_same_pairs(given_pool, objective):
    problem, found = share_out(*given_pool, seed="s", objective=objective)

    with TemporaryDirectory() as folder:
        path = Path(folder) / "1.json"
        path.write_text(json.dumps(as_published(problem)))
        assert list(assign(read_problem(path)).pairs) == list(found.pairs)


def is_load(shortage):
    return isinstance(shortage, LoadShortage)
