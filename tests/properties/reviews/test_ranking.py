"""Whatever is scored: the ranking depends on the scores alone and rewards better ones."""

from fractions import Fraction
from itertools import combinations, groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from grantengine.reviews.ranking.estimating import estimate
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.ranking.means import POINT, review_mean
from grantengine.reviews.ranking.order import Candidate, rank

CODES = ("a", "b", "c")
weights = (
    st.lists(st.integers(0, 50), min_size=3, max_size=3)
    .filter(any)
    .map(lambda given: dict(zip(CODES, given, strict=True)))
)
points = st.none() | st.integers(1, 6)
reviews = st.fixed_dictionaries(dict.fromkeys(CODES, points))
# An example weighs hundreds of grid points and draws ten thousand ranks.
few = settings(max_examples=15, deadline=None)


@st.composite
def candidates(draw):
    by_reviewer = st.dictionaries(st.sampled_from(["x", "y", "z"]), reviews)
    found = draw(st.lists(by_reviewer, min_size=1, max_size=5))
    return [
        Candidate(f"apl_{number}", f"KS/2026/{number:05d}", each)
        for number, each in enumerate(found)
    ]


@st.composite
def scores(draw):
    """Score applications by whole points, each by at least one reviewer."""
    rows = st.dictionaries(st.sampled_from("xyz"), st.integers(1, 6), min_size=1)
    found = draw(st.lists(rows, min_size=1, max_size=6))
    return [
        (f"a{number}", reviewer, float(value))
        for number, row in enumerate(found)
        for reviewer, value in row.items()
    ]


@few
@given(candidates(), weights, st.integers(0, 6), st.randoms())
def test_the_order_in_which_things_come_changes_nothing(found, weights, places, chance):
    shuffled = [
        Candidate(
            each.application_id,
            each.case_number,
            dict(chance.sample(list(each.reviews.items()), len(each.reviews))),
        )
        for each in chance.sample(found, len(found))
    ]

    assert rank(shuffled, weights, places) == rank(found, weights, places)


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


@few
@given(scores(), st.integers(0, 7))
def test_ranks_add_up_and_groups_keep_to_the_places(given_scores, places):
    found = estimate(given_scores, places)

    count = len(found)
    assert abs(sum(each.expected_rank for each in found) - count * (count + 1) / 2) < 0.01
    for each in found:
        low, high = each.interval
        assert 1 <= low <= high <= count
        assert 1 <= each.expected_rank <= count
        assert 0 <= each.sucra <= 1
    funded = sum(each.group is Group.FUND for each in found)
    rejected = sum(each.group is Group.REJECT for each in found)
    assert funded <= min(places, count) <= count - rejected


@few
@given(scores(), st.integers(1, 6))
def test_the_same_scores_by_the_same_people_share_everything(given_scores, places):
    seen = {
        application: sorted(each[1:] for each in rows)
        for application, rows in groupby(sorted(given_scores), key=lambda each: each[0])
    }
    found = {each.application: each for each in estimate(given_scores, places)}

    for (one, ones), (other, others) in combinations(seen.items(), 2):
        if ones == others:
            assert told_of(found[one]) == told_of(found[other])


@few
@given(scores(), st.data())
def test_higher_scores_by_the_same_people_never_rank_lower(given_scores, data):
    model = data.draw(st.sampled_from(given_scores))[0]
    better = [
        ("better", reviewer, min(6.0, value + data.draw(st.integers(0, 3))))
        for application, reviewer, value in given_scores
        if application == model
    ]

    found = {each.application: each for each in estimate([*given_scores, *better], 1)}

    assert found["better"].expected_rank <= found[model].expected_rank


def told_of(estimate):
    return (estimate.expected_rank, estimate.sucra, estimate.interval, estimate.group)
