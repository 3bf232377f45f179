"""Whatever is scored: the ranking depends on the scores alone, is exact, and rewards better ones."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grantengine.reviews.assignment import Need, assign
from grantengine.reviews.ranking import POINT, Candidate, rank, review_mean

CODES = ("a", "b", "c")
weights = (
    st.lists(st.integers(0, 50), min_size=3, max_size=3)
    .filter(any)
    .map(lambda given: dict(zip(CODES, given, strict=True)))
)
points = st.none() | st.integers(1, 6)
reviews = st.fixed_dictionaries(dict.fromkeys(CODES, points))
scored = st.fixed_dictionaries(dict.fromkeys(CODES, st.integers(1, 6)))


@st.composite
def candidates(draw, review=reviews, smallest=0):
    found = draw(st.lists(st.lists(review, min_size=smallest, max_size=3), min_size=1, max_size=6))
    return [
        Candidate(f"apl_{number}", f"KS/2026/{number:05d}", each)
        for number, each in enumerate(found)
    ]


@given(candidates(), weights, st.randoms())
def test_the_order_in_which_things_come_changes_nothing(found, weights, chance):
    shuffled = [replace(each, reviews=shuffle(each.reviews, chance)) for each in found]

    assert rank(shuffle(shuffled, chance), weights) == rank(found, weights)


@given(reviews, weights)
def test_a_mean_is_the_exact_one_rounded_to_the_unit(review, weights):
    mean = review_mean(review, weights)

    counted = {code: each for code, each in review.items() if each is not None}
    whole = sum(weights[code] for code in counted)
    if whole == 0:
        assert mean is None
        return
    exact = Fraction(sum(weights[code] * each for code, each in counted.items()), whole)
    assert type(mean) is int
    assert abs(mean - exact * POINT) <= Fraction(1, 2)


@given(candidates(), weights)
def test_nothing_in_a_ranking_is_a_float_and_places_follow_means(found, weights):
    ranked = rank(found, weights)

    placed = [each for each in ranked if each.rank is not None]
    assert [each.rank for each in placed] == list(range(1, len(placed) + 1))
    assert ranked[: len(placed)] == placed
    assert [each.mean for each in placed] == sorted((each.mean for each in placed), reverse=True)
    for each in placed:
        assert {type(value) for value in (each.mean, each.spread, *each.review_means)} == {int}
        assert each.tied == ([other.mean for other in placed].count(each.mean) > 1)


@given(candidates(scored, smallest=1), weights, st.data())
def test_a_better_score_never_lowers_a_place(found, weights, data):
    which = data.draw(st.integers(0, len(found) - 1))
    review = data.draw(st.integers(0, len(found[which].reviews) - 1))
    code = data.draw(st.sampled_from(CODES))
    better = [dict(each) for each in found[which].reviews]
    better[review][code] = min(6, better[review][code] + data.draw(st.integers(1, 5)))
    changed = [*found]
    changed[which] = replace(found[which], reviews=better)

    assert place(changed, weights, which) <= place(found, weights, which)


@given(
    st.lists(st.integers(1, 3), max_size=6),
    st.lists(st.integers(0, 4), max_size=5),
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 4))),
    st.randoms(),
)
def test_assignments_depend_on_the_input_alone_and_cross_no_conflict(wanted, busy, met, chance):
    needs = [Need(f"apl_{number}", count) for number, count in enumerate(wanted)]
    loads = {f"per_{number}": load for number, load in enumerate(busy)}
    blocked = [(f"apl_{application}", f"per_{person}") for application, person in met]

    plan = assign(needs, loads, blocked)

    shuffled = dict(shuffle(loads.items(), chance))
    assert assign(shuffle(needs, chance), shuffled, shuffle(blocked, chance)) == plan
    assert set(plan.pairs).isdisjoint(blocked)
    assert len(set(plan.pairs)) == len(plan.pairs)
    for need in needs:
        given = sum(application == need.application_id for application, _person in plan.pairs)
        assert given + plan.shortages.get(need.application_id, 0) == need.reviews
        able = [each for each in loads if (need.application_id, each) not in blocked]
        assert given == min(need.reviews, len(able))


@given(st.integers(1, 12), st.integers(1, 3), st.integers(3, 6))
def test_without_conflicts_nobody_has_two_more_than_another(applications, each, people):
    needs = [Need(f"apl_{number:02d}", each) for number in range(applications)]
    loads = {f"per_{number}": 0 for number in range(people)}

    for _application, person in assign(needs, loads, []).pairs:
        loads[person] += 1

    assert max(loads.values()) - min(loads.values()) <= 1


def place(found, weights, which):
    ranked = {each.application_id: each for each in rank(found, weights)}
    return ranked[f"apl_{which}"].rank or len(found) + 1


def shuffle(things, chance):
    shuffled = list(things)
    chance.shuffle(shuffled)
    return shuffled
