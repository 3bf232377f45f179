"""Expected ranks: the published example, the line, and what is refused."""

import csv
import json
import math

import numpy as np
import pytest

from grantengine.reviews.errors import RankingInputError
from grantengine.reviews.ranking.estimating import estimate
from grantengine.reviews.ranking.expected_rank import normal_share
from grantengine.reviews.ranking.groups import Group, grouped
from tests.support.cases import case_path

FUND, DRAW, REJECT = Group


def panel():
    """The 75 grades of 15 proposals by 5 people, and what the package's sampling gave."""
    with case_path("erforresearch/panel1.csv").open(newline="") as file:
        grades = [
            (row["proposal"], row["assessor"], float(row["num_grade"]))
            for row in csv.DictReader(file)
        ]
    return grades, json.loads(case_path("erforresearch/expected.json").read_text())


def test_the_published_panel_is_ranked_as_its_sampling_ranked_it():
    grades, expected = panel()

    found = estimate(grades, expected["fundable"])

    for each in found:
        assert abs(each.expected_rank - expected["er"][each.application]) <= 0.1
        assert abs(each.sucra - expected["sucra"][each.application]) <= 0.01
    for group, name in zip(Group, ("accepted", "random_selection", "rejected"), strict=True):
        members = {each.application for each in found if each.group is group}
        assert members == set(expected[name])


def test_scores_that_are_all_equal_decide_nothing():
    found = estimate([(f"a{row}", f"r{column}", 4.0) for row in range(5) for column in range(3)], 2)

    assert {each.expected_rank for each in found} == {3.0}
    assert {each.group for each in found} == {DRAW}


def test_one_application_alone_is_first():
    (only,) = estimate([("a", "r", 2.0)], 1)

    assert (only.expected_rank, only.sucra, only.interval, only.group) == (1.0, 1.0, (1, 1), FUND)


@pytest.mark.parametrize(
    ("expected", "intervals", "places", "groups"),
    [
        ([1.2, 2.0, 3.1], [(1, 1), (1, 3), (3, 3)], 2, [FUND, FUND, REJECT]),
        ([1.2, 2.0, 2.6], [(1, 1), (1, 3), (2, 3)], 2, [FUND, DRAW, DRAW]),
        ([1.5, 1.5, 3.0], [(1, 2), (1, 2), (3, 3)], 1, [DRAW, DRAW, REJECT]),
        # The interval alone would fund and reject; the mean of a lopsided one says otherwise.
        ([1.9, 1.9, 2.2], [(1, 1), (1, 1), (1, 3)], 2, [DRAW, DRAW, DRAW]),
        ([1.0, 2.0], [(1, 1), (2, 2)], 0, [REJECT, REJECT]),
        ([1.0, 2.0], [(1, 1), (2, 2)], 5, [FUND, FUND]),
    ],
)
def test_the_line_parts_what_lies_wholly_above_and_below_it(expected, intervals, places, groups):
    assert grouped(expected, intervals, places) == groups


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([], "no_scores"),
        ([("a", "r", 0.9)], "off_scale"),
        ([("a", "r", 6.1)], "off_scale"),
        ([("a", "r", math.nan)], "off_scale"),
        ([("a", "r", math.inf)], "off_scale"),
        ([("a", "r", 3.0), ("a", "r", 4.0)], "score_twice"),
    ],
)
def test_scores_that_cannot_be_ranked_are_refused(scores, reason):
    with pytest.raises(RankingInputError) as refusal:
        estimate(scores, 1)

    assert refusal.value.details["reason"] == reason


def test_the_share_of_the_normal_distribution_is_right_to_a_ten_millionth():
    deviations = np.linspace(-8, 8, 4001)
    exact = [math.erfc(-each / math.sqrt(2)) / 2 for each in deviations]

    assert np.abs(normal_share(deviations) - exact).max() < 1e-7
