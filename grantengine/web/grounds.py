"""Grounds of a decision to begin with: what the reviews said, in the language of the application."""

from collections.abc import Iterator
from textwrap import shorten
from typing import Final

from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Application
from grantengine.reviews.ranking.means import tenths
from grantengine.reviews.ranking.order import Ranked
from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN, read_rubric
from grantengine.web.documents import wording
from grantengine.web.i18n import _, force_language
from grantengine.web.labels.reviews import SCORE_WORDS

_REASON_LENGTH_MAX: Final = 600


def grounds_in_words(application: Application, ranked: Ranked | None) -> dict[str, str]:
    """Say by criterion how good the reviews found it, and why, in their own words.

    Reasons are quoted of reviewers who work in the language of the application; whoever presents
    the decision sees the others beside the form and can put them into its language.
    """
    if ranked is None:
        return {}
    rubric = read_rubric(application.call.rubric)
    with force_language(application.language):
        return {
            code: "\n\n".join([_mean_in_words(summary.mean), *_reasons(application, code)])
            for code, summary in ranked.criteria.items()
            if summary.mean is not None and code in rubric.codes
        }


def _mean_in_words(units: int) -> str:
    points = tenths(units)
    nearest = min(max((points + 5) // 10, SCORE_MIN), SCORE_MAX)
    word = str(SCORE_WORDS[nearest])
    return _(
        "The reviewers found this %(word)s (mean %(mean)s of %(most)s).",
        word=word,
        mean=wording.tenths(points),
        most=SCORE_MAX,
    )


def _reasons(application: Application, criterion: str) -> Iterator[str]:
    for review in application.reviews:
        if review.status != ReviewStatus.SUBMITTED:
            continue
        if review.reviewer.language != application.language:
            continue
        for score in review.scores:
            words = shorten(score.comment, _REASON_LENGTH_MAX, placeholder=" …")
            if score.criterion == criterion and words:
                yield f"”{words}”" if application.language != "en" else f"“{words}”"
