"""A presenter's form: the proposal of a decision."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from grantengine.reviews.lifecycle import DecisionOutcome
from grantengine.reviews.proposals import Proposal
from grantengine.reviews.rubric import Rubric
from grantengine.web.forms.days import DayField
from grantengine.web.forms.money import MoneyField
from grantengine.web.i18n import lazy
from grantengine.web.labels.reviews import OUTCOMES
from grantengine.web.names import name_in_language

GROUNDS_LENGTH_MAX = 10_000
_TOO_LONG = lazy("Keep it under %(max)d characters.")
_Length = Length(max=GROUNDS_LENGTH_MAX, message=_TOO_LONG)


def correction_form(rubric: Rubric | None, data: dict[str, Any] | None = None) -> FlaskForm:
    """Make the form of a correction: that of a proposal, and why the decision is corrected."""
    reason = TextAreaField(
        lazy("Why it is corrected"),
        description=lazy("In the language of the application. It is printed in the new version."),
        validators=[InputRequired(lazy("A correction has to say why.")), _Length],
    )
    return proposal_form(rubric, data, correction=reason)


def proposal_form(
    rubric: Rubric | None, data: dict[str, Any] | None = None, **more: Any
) -> FlaskForm:
    """Make the form of a proposal; without a rubric, that of not examining the application.

    Args:
        rubric: the criteria of the call.
        data: what to begin with; None to read the request.
        more: further fields by name.
    """
    fields: dict[str, Any] = dict(more)
    if rubric is not None:
        fields["outcome"] = RadioField(
            lazy("Proposal"),
            choices=[
                SelectChoice(str(outcome), OUTCOMES[outcome])
                for outcome in (DecisionOutcome.AWARDED, DecisionOutcome.REJECTED)
            ],
            validators=[InputRequired(lazy("Choose one of the two."))],
        )
        fields["amount"] = MoneyField(lazy("Grant"))
        fields["crowd_goal"] = MoneyField(
            lazy("Goal of the crowd"),
            description=lazy(
                "Only if the grant waits for it: the money is reserved, and committed when the"
                " campaign has collected this much."
            ),
        )
        fields["crowd_goal_until"] = DayField(
            lazy("Last day for the crowd"),
            description=lazy("After this day the grant lapses, unless the goal was met."),
            validators=[Optional()],
        )
    fields["summary"] = TextAreaField(
        lazy("Main reasons"),
        description=lazy("In the language of the application. The applicant reads this first."),
        validators=[InputRequired(lazy("A decision needs its reasons in words.")), _Length],
    )
    for criterion in rubric.criteria if rubric else ():
        fields[f"grounds_{criterion.code}"] = TextAreaField(
            name_in_language(criterion.names), validators=[_Length]
        )
    form_class = type("ProposalForm", (FlaskForm,), fields)
    return form_class() if data is None else form_class(formdata=None, data=data)


def proposal_of(form: FlaskForm, rubric: Rubric | None) -> Proposal:
    """Read the proposal from a form that validated."""
    if rubric is None:
        return Proposal(outcome=DecisionOutcome.INADMISSIBLE, summary=form.summary.data)
    outcome = DecisionOutcome(form.outcome.data)
    return Proposal(
        outcome=outcome,
        summary=form.summary.data,
        criteria={code: form[f"grounds_{code}"].data or "" for code in rubric.codes},
        amount=form.amount.data if outcome is DecisionOutcome.AWARDED else None,
        crowd_goal=form.crowd_goal.data,
        crowd_goal_until=form.crowd_goal_until.data,
    )
