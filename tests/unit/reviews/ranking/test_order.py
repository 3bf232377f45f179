"""The ranking: worked examples, counted by hand."""

import pytest

from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.ranking.means import POINT, review_mean, tenths
from grantengine.reviews.ranking.order import Candidate, published_scores, rank

WEIGHTS = {"need": 25, "novelty": 20, "learning": 55}


def a_candidate(case_number, *reviews):
    """Give it these reviews, the first of everybody's by the same reviewer, and so on."""
    by_reviewer = {f"per_{number}": each for number, each in enumerate(reviews)}
    return Candidate(f"apl_{case_number}", case_number, by_reviewer)


def everything(points):
    return dict.fromkeys(WEIGHTS, points)


def order(*candidates):
    return [(each.case_number, each.rank) for each in rank(candidates, WEIGHTS, 1)]


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        ({"need": 6, "novelty": 3, "learning": 4}, 43_000),  # 150 + 60 + 220 of 100
        ({"need": 6, "novelty": 3, "learning": None}, 46_667),  # 210 of 45, halves up
        ({"need": 5, "novelty": None, "learning": None}, 50_000),
        ({"need": 2}, 20_000),
        (everything(None), None),
        ({}, None),
    ],
)
def test_a_mean_is_weighted_over_what_applies(scores, mean):
    assert review_mean(scores, WEIGHTS) == mean


def test_what_has_no_weight_changes_nothing():
    weights = {"need": 1, "extra": 0}

    assert review_mean({"need": 3, "extra": 6}, weights) == 3 * POINT
    assert review_mean({"need": None, "extra": 6}, weights) is None


def test_the_best_mean_comes_first_and_the_unreviewed_come_last_without_a_place():
    ranked = order(
        a_candidate("1"),
        a_candidate("2", everything(3), everything(4)),
        a_candidate("3", everything(4), everything(4)),
    )

    assert ranked == [("3", 1), ("2", 2), ("1", None)]


def test_of_equal_means_the_one_whose_lowest_review_is_higher_comes_first():
    split = a_candidate("1", everything(2), everything(6))
    even = a_candidate("2", everything(4), everything(4))

    first, second = rank([split, even], WEIGHTS, 1)

    assert (first.case_number, second.case_number) == ("2", "1")
    assert first.tied
    assert second.tied
    assert (first.spread, second.spread) == (0, 4 * POINT)


def test_of_equal_reviews_the_earlier_case_comes_first():
    same = [everything(3), everything(5)]

    assert order(a_candidate("KS/2026/00010", *same), a_candidate("KS/2026/00009", *same)) == [
        ("KS/2026/00009", 1),
        ("KS/2026/00010", 2),
    ]


def test_each_criterion_is_summed_up_by_itself():
    (only,) = rank([a_candidate("1", everything(2) | {"need": None}, everything(5))], WEIGHTS, 1)

    need, novelty = only.criteria["need"], only.criteria["novelty"]
    assert (need.mean, need.lowest, need.highest) == (5 * POINT, 5, 5)
    assert (novelty.mean, novelty.lowest, novelty.highest) == (35_000, 2, 5)
    assert rank([a_candidate("1")], WEIGHTS, 1)[0].criteria["need"].mean is None


@pytest.mark.parametrize(
    ("units", "shown"), [(43_000, 43), (43_499, 43), (43_500, 44), (0, 0), (60_000, 60)]
)
def test_what_is_shown_is_rounded_to_tenths_halves_up(units, shown):
    assert tenths(units) == shown


def test_a_severe_reviewer_costs_less_than_a_low_score():
    """Everybody whom the severe one read has the same low score; the others are no better."""
    severe = {"per_9": everything(2), "per_1": everything(4)}
    mild = {"per_2": everything(3), "per_1": everything(4)}
    crowd = [
        Candidate(f"apl_{number}", f"{number}", {"per_9": everything(1), "per_3": everything(4)})
        for number in range(3, 9)
    ]

    found = rank(
        [Candidate("apl_1", "1", severe), Candidate("apl_2", "2", mild), *crowd], WEIGHTS, 1
    )

    assert [each.case_number for each in found[:2]] == ["1", "2"]
    assert found[0].mean < found[1].mean


def test_what_is_published_names_no_reviewer_and_gives_the_mean_of_each_review():
    found = published_scores(
        [a_candidate("7", everything(3), everything(None), {"need": 6})], WEIGHTS
    )

    assert found == [("7", "R0001", 3.0), ("7", "R0003", 6.0)]


def test_with_a_place_for_everybody_everybody_is_funded():
    (only,) = rank([a_candidate("1", everything(2))], WEIGHTS, 3)

    assert (only.rank, only.group) == (1, Group.FUND)
    assert only.estimate.interval == (1, 1)
