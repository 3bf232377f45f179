"""The presenter's form of screening: the checklist, the outcome, and what the outcome needs."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from grantengine.clock import HELSINKI
from grantengine.reviews.checklist import Answer, Finding, Item, TurnedAwayFor
from grantengine.reviews.errors import ScreeningError
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.web.forms.days import DayField
from grantengine.web.i18n import lazy
from grantengine.web.labels.screening import ANSWERS, OUTCOMES, PROBLEMS, REASONS
from grantengine.web.names import name_in_language

# How long an applicant has to answer, unless the presenter chooses another day.
SUPPLEMENT_DAYS = timedelta(days=14)
# The whole of the last day counts.
_LAST_SECOND = time(23, 59, 59)


def screening_form(items: Sequence[Item], *, due_on: date | None = None) -> FlaskForm:
    """Make the form of screening one application.

    Args:
        items: the checklist of its call.
        due_on: the day to begin with for a supplement; None to read the request.
    """
    fields: dict[str, Any] = {
        f"check_{item.code}": SelectField(
            name_in_language(item.names),
            choices=[
                SelectChoice("", lazy("Not checked yet")),
                *(SelectChoice(answer.value, said) for answer, said in ANSWERS.items()),
            ],
            validators=[Optional()],
        )
        for item in items
    }
    fields["outcome"] = RadioField(
        lazy("What follows"),
        choices=[SelectChoice(outcome.value, said) for outcome, said in OUTCOMES.items()],
        validators=[InputRequired(lazy("Choose what follows."))],
    )
    fields["reason"] = SelectField(
        lazy("Why it is turned away"),
        choices=[
            SelectChoice("", lazy("It is not turned away")),
            *(SelectChoice(reason.value, said) for reason, said in REASONS.items()),
        ],
        validators=[Optional()],
    )
    fields["note"] = TextAreaField(
        lazy("In words"),
        description=lazy("The applicant reads it: what is missing, or more on the reason."),
    )
    fields["due_on"] = DayField(
        lazy("Last day for the supplement"),
        description=lazy("Only for a supplement."),
        validators=[Optional()],
    )
    form_class = type("ScreeningForm", (FlaskForm,), fields)
    return form_class() if due_on is None else form_class(formdata=None, due_on=due_on)


def finding_of(form: FlaskForm, items: Sequence[Item]) -> Finding:
    """Read the finding from a form that validated; what its outcome does not need is left out."""
    outcome = ApplicationStatus(form.outcome.data)
    answers = {item.code: form[f"check_{item.code}"].data for item in items}
    is_turned_away = outcome == ApplicationStatus.INADMISSIBLE
    reason = form.reason.data if is_turned_away else None
    return Finding(
        outcome,
        answers={code: Answer(answer) for code, answer in answers.items() if answer},
        reason=TurnedAwayFor(reason) if reason else None,
        note=form.note.data or "",
        due_at=_due_at(form.due_on.data) if outcome == ApplicationStatus.SUPPLEMENT_ASKED else None,
    )


def refuse(form: FlaskForm, error: ScreeningError) -> None:
    """Say what a finding lacks beside its field."""
    name = error.details["field"]
    field = form[name if name in form else f"check_{name}"]
    field.errors = [*field.errors, str(PROBLEMS[error.details["reason"]])]


def _due_at(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, _LAST_SECOND, tzinfo=HELSINKI)
