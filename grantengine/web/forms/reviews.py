"""Scores as a reviewer gives them: read from the request by the rubric's own codes."""

from flask import request

from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN, Rubric, Score

NOT_APPLICABLE = "na"
_SCALE = {str(points): points for points in range(SCORE_MIN, SCORE_MAX + 1)}


def scores_sent(rubric: Rubric) -> list[Score]:
    """Take the scores from the request; a criterion without an answer is left out."""
    scores = []
    for code in rubric.codes:
        answer = request.form.get(f"points-{code}", "")
        comment = request.form.get(f"comment-{code}", "")
        if answer in _SCALE or answer == NOT_APPLICABLE:
            scores.append(Score(code, _SCALE.get(answer), comment))
    return scores


def comments_sent(rubric: Rubric) -> dict[str, str]:
    """Take what was written on each criterion, scored or not, to show it again."""
    return {code: request.form.get(f"comment-{code}", "") for code in rubric.codes}
