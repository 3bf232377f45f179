"""The rubric: what makes one that can be used, and scores that can be kept or sent."""

import pytest

from grantengine.reviews.errors import RubricError, ScoreError
from grantengine.reviews.rubric import (
    SCORE_MAX,
    SCORE_MIN,
    Score,
    check_complete,
    check_draft,
    default_rubric,
    read_rubric,
)


def a_rubric(*weights):
    criteria = [
        {"code": f"c{number}", "weight": weight, "names": {"fi": "x"}}
        for number, weight in enumerate(weights)
    ]
    return {"criteria": criteria}


def test_the_usual_rubric_can_be_used_and_speaks_three_languages():
    rubric = read_rubric(default_rubric())

    assert sum(rubric.weight_percent(each) for each in rubric.criteria) == 100
    for criterion in rubric.criteria:
        assert set(criterion.names) == set(criterion.anchors) == {"fi", "sv", "en"}
        for anchors in criterion.anchors.values():
            assert {SCORE_MIN, SCORE_MAX} <= set(anchors)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "no_criteria"),
        (a_rubric(), "no_criteria"),
        ({"criteria": a_rubric(1)["criteria"] * 2}, "code_twice"),
        (a_rubric(2, -1), "negative_weight"),
        (a_rubric(0, 0), "no_weight"),
    ],
)
def test_a_rubric_that_decides_nothing_is_refused(data, reason):
    with pytest.raises(RubricError) as refusal:
        read_rubric(data)

    assert refusal.value.details == {"reason": reason}


def test_the_share_of_a_weight_is_rounded_to_the_percent():
    rubric = read_rubric(a_rubric(1, 1, 1))

    assert [rubric.weight_percent(each) for each in rubric.criteria] == [33, 33, 33]


RUBRIC = read_rubric(a_rubric(3, 1, 0))


@pytest.mark.parametrize(
    ("scores", "criterion", "reason"),
    [
        ([Score("c9", 3)], "c9", "unknown"),
        ([Score("c0", 0)], "c0", "off_scale"),
        ([Score("c0", 7)], "c0", "off_scale"),
        ([Score("c0", 3, "a" * 5001)], "c0", "too_long"),
    ],
)
def test_a_draft_keeps_only_points_on_the_scale_of_known_criteria(scores, criterion, reason):
    for check in (check_draft, check_complete):
        with pytest.raises(ScoreError) as refusal:
            check(RUBRIC, scores)
        assert refusal.value.details == {"criterion": criterion, "reason": reason}


@pytest.mark.parametrize(
    ("scores", "criterion", "reason"),
    [
        ([], "c0", "missing"),
        ([Score("c0", 3), Score("c1", 3)], "c2", "missing"),
        ([Score("c0", 3), Score("c1", 6), Score("c2", 3)], "c1", "reason_needed"),
        ([Score("c0", 1, "\t"), Score("c1", 3), Score("c2", 3)], "c0", "reason_needed"),
        ([Score("c0", None), Score("c1", None), Score("c2", 3)], "c0", "nothing_applicable"),
    ],
)
def test_a_finished_review_says_something_of_everything(scores, criterion, reason):
    check_draft(RUBRIC, scores)
    with pytest.raises(ScoreError) as refusal:
        check_complete(RUBRIC, scores)

    assert refusal.value.details == {"criterion": criterion, "reason": reason}


def test_ends_of_the_scale_with_reasons_and_what_does_not_apply_are_fine():
    check_complete(RUBRIC, [Score("c0", 1, "Ei."), Score("c1", 6, "Kyllä."), Score("c2", None)])
