"""A reviewer's forms: the declaration of conflicts, and the rubric."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from grantengine.reviews.errors import ScoreError
from grantengine.reviews.models import Review
from grantengine.reviews.rubric import (
    COMMENT_LENGTH_MAX,
    SCORE_MAX,
    SCORE_MIN,
    Criterion,
    Rubric,
    Score,
)
from grantengine.web.i18n import _, lazy
from grantengine.web.labels.reviews import SCORE_PROBLEMS, SCORE_WORDS
from grantengine.web.names import name_in_language

NOT_APPLICABLE = "na"
NOTE_LENGTH_MAX = 1000
_TOO_LONG = lazy("Keep it under %(max)d characters.")


class DeclarationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Whether anything stands against reviewing this application."""

    conflict = RadioField(
        lazy("Is there a conflict of interest?"),
        choices=[
            SelectChoice("no", lazy("No, nothing binds me to the applicant.")),
            SelectChoice("yes", lazy("Yes, somebody else should review this.")),
        ],
        validators=[InputRequired(lazy("Say whether there is a conflict of interest."))],
    )
    note = TextAreaField(
        lazy("What the conflict is"),
        description=lazy("Only officials read this. Your name is given in the decision."),
        validators=[Length(max=NOTE_LENGTH_MAX, message=_TOO_LONG)],
    )


def rubric_form(
    rubric: Rubric, review: Review, *, is_sent: bool, typed: Mapping[str, str] | None = None
) -> FlaskForm:
    """Make the form of a rubric: points and reasons by criterion, and a comment on the whole.

    Args:
        rubric: the criteria.
        review: where saved scores come from.
        is_sent: whether the form is read from the request instead.
        typed: what it holds in place of what is saved.
    """
    fields: dict[str, Any] = {}
    for criterion in rubric.criteria:
        fields[f"points_{criterion.code}"] = _points_field(criterion)
        fields[f"reason_{criterion.code}"] = TextAreaField(
            _("Reason: %(criterion)s", criterion=name_in_language(criterion.names))
        )
    fields["comment"] = TextAreaField(
        lazy("On the whole"), description=lazy("For the presenter; it is not scored.")
    )
    form_class = type("RubricForm", (FlaskForm,), fields)
    form = form_class() if is_sent else form_class(formdata=None, data=typed or _saved(review))
    for code in rubric.codes:
        # The mark on the page only; unfinished scores may be saved.
        form[f"points_{code}"].flags.required = True
    return form


def scores_of(form: FlaskForm, rubric: Rubric) -> list[Score]:
    """Read the scores; a criterion that nothing was said of is left out."""
    found = []
    for code in rubric.codes:
        points, reason = form[f"points_{code}"].data, form[f"reason_{code}"].data or ""
        if points and points != "None":
            number = None if points == NOT_APPLICABLE else int(points)
            found.append(Score(criterion=code, points=number, comment=reason))
    return found


def reasons_alone(form: FlaskForm, rubric: Rubric) -> list[Field]:
    """List the fields of reasons that have no score, and so are not kept with the review."""
    scored = {score.criterion for score in scores_of(form, rubric)}
    fields = [form[f"reason_{code}"] for code in rubric.codes if code not in scored]
    return [field for field in fields if field.data]


def show_reasons_alone(form: FlaskForm, rubric: Rubric) -> None:
    """Say at its field that a reason without a score is not kept."""
    for field in reasons_alone(form, rubric):
        field.errors = [_("Choose a score too: a reason is kept together with its score.")]


def show_score_error(form: FlaskForm, error: ScoreError) -> None:
    """Say at its field what is wrong with a score."""
    code, reason = error.details["criterion"], error.details["reason"]
    kind = "reason" if reason in ("reason_needed", "too_long") else "points"
    name = f"{kind}_{code}"
    if name in form:
        sentence = str(SCORE_PROBLEMS[reason]).replace("%(limit)s", str(COMMENT_LENGTH_MAX))
        form[name].errors = [sentence]


def _points_field(criterion: Criterion) -> RadioField:
    return RadioField(
        name_in_language(criterion.names),
        choices=[*_points_choices(), SelectChoice(NOT_APPLICABLE, _("Not applicable"))],
        validators=[Optional()],
    )


def _points_choices() -> Sequence[SelectChoice]:
    return [
        SelectChoice(str(points), f"{points} – {SCORE_WORDS[points]}")
        for points in range(SCORE_MIN, SCORE_MAX + 1)
    ]


def _saved(review: Review) -> dict[str, str]:
    data = {"comment": review.comment}
    for score in review.scores:
        points = NOT_APPLICABLE if score.points is None else str(score.points)
        data |= {f"points_{score.criterion}": points, f"reason_{score.criterion}": score.comment}
    return data
