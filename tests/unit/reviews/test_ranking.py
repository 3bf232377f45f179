"""The ranking: worked examples, counted by hand."""

import pytest

from grantengine.reviews.ranking import POINT, Candidate, rank, review_mean, tenths

WEIGHTS = {"need": 25, "novelty": 20, "learning": 55}


def a_candidate(case_number, *reviews):
    return Candidate(f"apl_{case_number}", case_number, reviews)


def everything(points):
    return dict.fromkeys(WEIGHTS, points)


def order(*candidates):
    return [(each.case_number, each.rank) for each in rank(candidates, WEIGHTS)]


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

    first, second = rank([split, even], WEIGHTS)

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
    (only,) = rank([a_candidate("1", everything(2) | {"need": None}, everything(5))], WEIGHTS)

    need, novelty = only.criteria["need"], only.criteria["novelty"]
    assert (need.mean, need.lowest, need.highest) == (5 * POINT, 5, 5)
    assert (novelty.mean, novelty.lowest, novelty.highest) == (35_000, 2, 5)
    assert rank([a_candidate("1")], WEIGHTS)[0].criteria["need"].mean is None


@pytest.mark.parametrize(
    ("units", "shown"), [(43_000, 43), (43_499, 43), (43_500, 44), (0, 0), (60_000, 60)]
)
def test_what_is_shown_is_rounded_to_tenths_halves_up(units, shown):
    assert tenths(units) == shown
