"""A presenter's proposal as it is filled in."""

from flask import request
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice

from grantengine.reviews.deciding import Proposal
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionOutcome
from grantengine.reviews.models import Application
from grantengine.reviews.rubric import Rubric
from grantengine.web.forms.money import MoneyField
from grantengine.web.i18n import lazy
from grantengine.web.labels.reviews import OUTCOMES


class ProposalForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Outcome, amount and the main reasons; words on each criterion stand beside."""

    outcome = RadioField(lazy("Decision"))
    amount = MoneyField(lazy("Grant"), description=lazy("Only when a grant is awarded."))
    summary = TextAreaField(
        lazy("Main reasons"), description=lazy("In the language of the application; printed first.")
    )


def proposal_form(application: Application) -> ProposalForm:
    """Make the form with the outcomes that the application can have."""
    form = ProposalForm()
    is_inadmissible = application.status == ApplicationStatus.INADMISSIBLE
    form.outcome.choices = [
        SelectChoice(str(outcome), str(label))
        for outcome, label in OUTCOMES.items()
        if (outcome is DecisionOutcome.INADMISSIBLE) == is_inadmissible
    ]
    return form


def proposal_of(form: ProposalForm, rubric: Rubric) -> Proposal:
    """Read the proposal from a form that validated."""
    outcome = DecisionOutcome(form.outcome.data)
    words = {code: request.form.get(f"ground-{code}", "") for code in rubric.codes}
    return Proposal(
        outcome=outcome,
        amount=form.amount.data if outcome is DecisionOutcome.AWARDED else None,
        summary=form.summary.data or "",
        criteria={code: text for code, text in words.items() if text.strip()},
    )
