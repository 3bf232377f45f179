"""The rubric: weighted criteria on a scale of 1 to 6, with anchors that say what a score means."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from grantengine.reviews.errors import RubricError, ScoreError
from grantengine.reviews.experiment_card import is_blank

SCORE_MIN: Final = 1
SCORE_MAX: Final = 6
COMMENT_LENGTH_MAX: Final = 5_000
# Both ends of the scale decide the most, so they need a reason in words.
REASONED_SCORES: Final = frozenset({SCORE_MIN, SCORE_MAX})

Anchors = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged.

    Attributes:
        code: stable name within the rubric.
        weight: whole number; only its share of all weights matters.
        names: by language.
        anchors: by language, what some of the scores mean.
    """

    code: str
    weight: int
    names: Mapping[str, str]
    anchors: Mapping[str, Anchors]


@dataclass(frozen=True, slots=True)
class Rubric:
    """The criteria of a call in their order."""

    criteria: Sequence[Criterion]

    @property
    def codes(self) -> list[str]:
        """List the codes of the criteria in their order."""
        return [criterion.code for criterion in self.criteria]

    def weight_percent(self, criterion: Criterion) -> int:
        """Tell a criterion's share of the whole, rounded to the percent."""
        whole = sum(each.weight for each in self.criteria)
        return (criterion.weight * 200 + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Score:
    """What a reviewer says of one criterion; points None is "not applicable"."""

    criterion: str
    points: int | None
    comment: str = ""


def read_rubric(data: Mapping[str, Any]) -> Rubric:
    """Read a rubric from a call's data: `{"criteria": [{code, weight, names, anchors}]}`.

    Raises:
        RubricError: no criteria, a code twice, a negative weight, or weights that sum to zero.
    """
    criteria = [_criterion(each) for each in data.get("criteria", ())]
    codes = {criterion.code for criterion in criteria}
    if not criteria:
        raise RubricError(reason="no_criteria")
    if len(codes) != len(criteria):
        raise RubricError(reason="code_twice")
    if any(criterion.weight < 0 for criterion in criteria):
        raise RubricError(reason="negative_weight")
    if sum(criterion.weight for criterion in criteria) == 0:
        raise RubricError(reason="no_weight")
    return Rubric(criteria)


def default_rubric() -> dict[str, Any]:
    """Give the data of the rubric that a call has unless it brings its own."""
    text = resources.files("grantengine.reviews").joinpath("facts", "rubric.json")
    data: dict[str, Any] = json.loads(text.read_text("utf-8"))
    return data


def check_draft(rubric: Rubric, scores: Sequence[Score]) -> None:
    """Let scores pass that may be saved unfinished.

    Raises:
        ScoreError: an unknown criterion, points off the scale, a comment too long.
    """
    for score in scores:
        if score.criterion not in rubric.codes:
            raise ScoreError(criterion=score.criterion, reason="unknown")
        if score.points is not None and not SCORE_MIN <= score.points <= SCORE_MAX:
            raise ScoreError(criterion=score.criterion, reason="off_scale")
        if len(score.comment) > COMMENT_LENGTH_MAX:
            raise ScoreError(criterion=score.criterion, reason="too_long")


def check_complete(rubric: Rubric, scores: Sequence[Score]) -> None:
    """Let scores pass that make a finished review.

    Raises:
        ScoreError: a criterion is left out, an end of the scale has no reason, or nothing
            with any weight was found applicable.
    """
    check_draft(rubric, scores)
    given = {score.criterion: score for score in scores}
    for code in rubric.codes:
        score = given.get(code)
        if score is None:
            raise ScoreError(criterion=code, reason="missing")
        if score.points in REASONED_SCORES and is_blank(score.comment):
            raise ScoreError(criterion=code, reason="reason_needed")
    counted = [each for each in rubric.criteria if given[each.code].points is not None]
    if not any(criterion.weight for criterion in counted):
        raise ScoreError(criterion=rubric.codes[0], reason="nothing_applicable")


def _criterion(data: Mapping[str, Any]) -> Criterion:
    anchors = {
        language: {int(points): text for points, text in texts.items()}
        for language, texts in data.get("anchors", {}).items()
    }
    return Criterion(
        code=data["code"], weight=int(data["weight"]), names=data["names"], anchors=anchors
    )
