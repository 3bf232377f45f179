"""The application form: typed answers in, an experiment card out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from grantengine.disbursements.accounts import normalise_iban
from grantengine.disbursements.errors import InvalidIBANError
from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.programme.models import Municipality
from grantengine.reviews.experiment_card import (
    TEXT_FIELDS,
    BudgetRow,
    CostClass,
    EthicsQuestion,
    ExperimentCard,
    Problem,
)
from grantengine.reviews.models import Application, Call
from grantengine.web.forms.money import MoneyField
from grantengine.web.i18n import LANGUAGES, _, lazy
from grantengine.web.labels.reviews import (
    APPLICANT_KINDS,
    COST_CLASSES,
    ETHICS_QUESTIONS,
    problem_sentence,
)
from grantengine.web.names import name_in_language

BUDGET_ROWS = 8
_NOT_ANSWERS = {"csrf_token", "version", "act", "remove"}
_MAY_BE_EMPTY = {"business_id", "region_code", "municipality_code", "ethics", "ethics_note"}


class BudgetRowForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One cost of the plan."""

    cost_class = SelectField(lazy("Cost"), default="")
    amount = MoneyField(lazy("Amount"))
    note = StringField(lazy("What it is for"))


class ApplicationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The experiment card with its applicant, money and ethics."""

    version = HiddenField()
    title = StringField(lazy("Name of the experiment"))
    summary = TextAreaField(
        lazy("Summary"), description=lazy("What you will try, in a few sentences.")
    )
    problem = TextAreaField(
        lazy("The problem"), description=lazy("What does not work today, and for whom?")
    )
    solution = TextAreaField(
        lazy("How the idea solves it"), description=lazy("What would be done in another way?")
    )
    testing = TextAreaField(
        lazy("How it is tested"),
        description=lazy("What is done, with whom, and from what will you see whether it worked?"),
    )
    learning_aim = TextAreaField(
        lazy("What you want to learn"),
        description=lazy("The supposition that the experiment confirms or rejects."),
    )
    team = TextAreaField(lazy("Who does it"), description=lazy("People, partners and their parts."))
    resources = TextAreaField(
        lazy("What you have already"),
        description=lazy("Premises, skills, networks, other money."),
    )
    goals = SelectMultipleField(lazy("Goals that it serves"))
    region_code = SelectField(lazy("Region"), default="")
    municipality_code = SelectField(lazy("Municipality"), default="")
    language = SelectField(lazy("Language of the application"))
    organisation_name = StringField(lazy("Who applies"))
    organisation_kind = RadioField(
        lazy("Kind of applicant"),
        validators=[InputRequired(lazy("Choose what kind of applicant you are."))],
    )
    business_id = StringField(
        lazy("Business ID"), description=lazy("For example 1234567-1; a working group has none.")
    )
    iban = StringField(
        lazy("Bank account (IBAN)"), description=lazy("Where a grant would be paid.")
    )
    budget = FieldList(FormField(BudgetRowForm), min_entries=BUDGET_ROWS, max_entries=BUDGET_ROWS)
    applied = MoneyField(lazy("Grant applied for"))
    self_financing = MoneyField(
        lazy("Your own and other money"), description=lazy("What the grant does not cover.")
    )
    ethics = SelectMultipleField(
        lazy("Ethics: tick what is true"),
        description=lazy("A tick is no obstacle; it is explained."),
    )
    ethics_note = TextAreaField(lazy("How you take care of it"))

    def validate_business_id(self, field: StringField) -> None:
        """Refuse what is no Finnish business id."""
        if field.data and not ytunnus.is_valid(field.data):
            raise ValidationError(_("This is not a Finnish business ID."))

    def validate_iban(self, field: StringField) -> None:
        """Refuse what is no account number, and none at all."""
        if not field.data:
            raise ValidationError(_("Give the account that a grant would be paid to."))
        try:
            normalise_iban(field.data)
        except InvalidIBANError:
            raise ValidationError(_("This is not a bank account number (IBAN).")) from None


def form_of(
    application: Application,
    municipalities: Sequence[Municipality],
    regions: Sequence[SelectChoice],
    *,
    version: int,
    answers: MultiDict[str, str] | None = None,
) -> ApplicationForm:
    """Make the form of an application, filled with what was typed last.

    Args:
        application: a draft.
        municipalities: for the choice.
        regions: for the choice.
        version: that of the draft on the page.
        answers: what was sent just now; None for what has been saved.
    """
    typed = answers if answers is not None else _saved(application)
    form = ApplicationForm(formdata=typed or None)
    _fill_choices(form, application.call, municipalities, regions)
    if not typed:
        form.language.data = application.language
    form.version.data = str(version)
    for field in form:
        # The marks of the page only; what is missing is said when the application is sent.
        field.flags.required = field.name not in _MAY_BE_EMPTY
    return form


def typed_texts(application: Application) -> list[tuple[str, str]]:
    """List the texts of the card as (heading, text), as they were saved last."""
    form = ApplicationForm(formdata=None)
    return [
        (form[name].label.text, "".join(application.answers.get(name, ()))) for name in TEXT_FIELDS
    ]


def answers_sent() -> dict[str, list[str]]:
    """Take what was typed from the request, whatever it is."""
    return {name: request.form.getlist(name) for name in request.form if name not in _NOT_ANSWERS}


def version_sent() -> int:
    """Take the version that the typist started from; nonsense is no version."""
    text = request.form.get("version", "")
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    )  # nobody saves so often


def card_of(form: ApplicationForm) -> ExperimentCard:
    """Read the card from a form that validated; what is missing shows when it is checked."""
    texts = {name: form[name].data or "" for name in ("title", "organisation_name", *TEXT_FIELDS)}
    kind = form.organisation_kind.data
    return ExperimentCard(
        **texts,
        organisation_kind=OrganisationKind(kind),
        business_id=_business_id(form.business_id.data),
        budget=_budget_rows(form),
        applied=form.applied.data or Money(0),
        self_financing=form.self_financing.data or Money(0),
        goal_ids=form.goals.data or [],
        language=form.language.data,
        iban=normalise_iban(form.iban.data) if form.iban.data else None,
        region_code=form.region_code.data or None,
        municipality_code=form.municipality_code.data or None,
        ethics=[EthicsQuestion(each) for each in form.ethics.data or []],
        ethics_note=form.ethics_note.data or "",
    )


def errors_of(form: ApplicationForm) -> list[tuple[str, str]]:
    """List what is wrong as (anchor, sentence), in the order of the form."""
    found = []
    for field in form:
        if field.name == "budget":
            found += [
                ("#budget", str(message))
                for row in field
                for messages in row.form.errors.values()
                for message in messages
            ]
        else:
            found += [(f"#{field.id}", str(message)) for message in field.errors]
    return found


def show_problems(form: ApplicationForm, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Put the call's objections at their fields; give them as (anchor, sentence) too."""
    found = []
    for problem in problems:
        sentence = problem_sentence(problem)
        found.append((f"#{problem.field}", sentence))
        if problem.field != "budget":
            form[problem.field].errors = [sentence]
    return found


def _saved(application: Application) -> MultiDict[str, str]:
    answers: Mapping[str, Sequence[str]] = application.answers
    return MultiDict([(name, value) for name, values in answers.items() for value in values])


def _fill_choices(
    form: ApplicationForm,
    call: Call,
    municipalities: Sequence[Municipality],
    regions: Sequence[SelectChoice],
) -> None:
    named = sorted((name_in_language(each.names), each.code) for each in municipalities)
    form.goals.choices = [
        SelectChoice(goal.id, name_in_language(goal.names)) for goal in call.goals
    ]
    form.region_code.choices = list(regions)
    form.municipality_code.choices = [
        SelectChoice("", _("No single municipality")),
        *(SelectChoice(code, name) for name, code in named),
    ]
    form.language.choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    form.organisation_kind.choices = [
        SelectChoice(str(kind), str(label))
        for kind, label in APPLICANT_KINDS.items()
        if kind in call.applicant_kinds
    ]
    form.ethics.choices = [
        SelectChoice(str(question), str(label)) for question, label in ETHICS_QUESTIONS.items()
    ]
    for row in form.budget:
        row.form.cost_class.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(str(each), str(label)) for each, label in COST_CLASSES.items()),
        ]


def _budget_rows(form: ApplicationForm) -> list[BudgetRow]:
    return [
        BudgetRow(
            cost_class=CostClass(row.form.cost_class.data or CostClass.OTHER),
            amount=row.form.amount.data or Money(0),
            note=row.form.note.data or "",
        )
        for row in form.budget
        if row.form.cost_class.data or row.form.amount.data or row.form.note.data
    ]


def _business_id(text: str | None) -> str | None:
    if not text:
        return None
    try:
        number: Any = ytunnus.validate(text)
    except NumberError:
        return None
    return f"{number[:7]}-{number[7:]}"
