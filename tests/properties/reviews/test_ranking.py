"""Whatever is scored: the ranking depends on the scores alone, is exact, and rewards better ones."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

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


def place(found, weights, which):
    ranked = {each.application_id: each for each in rank(found, weights)}
    return ranked[f"apl_{which}"].rank or len(found) + 1


def shuffle(things, chance):
    shuffled = list(things)
    chance.shuffle(shuffled)
    return shuffled
