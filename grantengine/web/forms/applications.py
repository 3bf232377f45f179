"""The application form: what the call asks and who applies; typed answers in, a card out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from grantengine.disbursements.accounts import normalise_iban
from grantengine.disbursements.errors import InvalidIBANError
from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.experiment_card import ExperimentCard
from grantengine.reviews.models import Application, Call
from grantengine.reviews.questions.answering import Answer, Problem
from grantengine.reviews.questions.asking import (
    KEY_PREFIX,
    Question,
    QuestionKind,
    by_key,
)
from grantengine.web.forms.money import MoneyField
from grantengine.web.forms.questions import (
    answer_in,
    budget_in,
    cost_choices,
    field_of,
)
from grantengine.web.i18n import LANGUAGES, _, lazy
from grantengine.web.labels.reviews import APPLICANT_KINDS, problem_sentence
from grantengine.web.names import name_in_language
from grantengine.web.places import PlaceChoices

NOT_ANSWERS = frozenset({"csrf_token", "version", "act", "remove"})
_MAY_BE_EMPTY = frozenset({"business_id"})


class ApplicantForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What every call asks beside its own questions: the money, the goals, who applies."""

    version = HiddenField("")
    applied = MoneyField(lazy("Grant applied for"))
    self_financing = MoneyField(
        lazy("Your own and other money"), description=lazy("What the grant does not cover.")
    )
    goals = SelectMultipleField(lazy("Goals that it serves"))
    organisation_name = StringField(lazy("Who applies"))
    organisation_kind = RadioField(
        lazy("Kind of applicant"),
        validators=[InputRequired(lazy("Choose what kind of applicant you are."))],
    )
    business_id = StringField(
        lazy("Business ID"),
        description=lazy("For example 1234567-1; a working group and a private person have none."),
    )
    iban = StringField(
        lazy("Bank account (IBAN)"), description=lazy("Where a grant would be paid.")
    )
    language = SelectField(lazy("Language of the application"))

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
    questions: Sequence[Question],
    places: PlaceChoices,
    *,
    version: int,
    answers: Mapping[str, Sequence[str]] | None = None,
) -> ApplicantForm:
    """Make the form of an application, filled with what was typed last.

    Args:
        application: a draft, or one that may still be changed.
        questions: what the call asks now.
        places: for the choice.
        version: that of the draft on the page.
        answers: what was sent just now; None for what has been saved.
    """
    typed = _as_sent(application.answers if answers is None else answers)
    form = _form_class(questions, places)(formdata=typed or None)
    _fill_choices(form, application.call, by_key(questions)["budget"])
    if not typed:
        form.language.data = application.language
    form.version.data = str(version)
    for field in form:
        # The marks of the page only; what is missing is said when the application is sent.
        field.flags.required = field.name not in _MAY_BE_EMPTY
    for question in _asked(questions):
        form[question.key].flags.required = question.is_required
    return form


def answers_sent() -> dict[str, list[str]]:
    """Take what was typed from the request, whatever it is."""
    return {name: request.form.getlist(name) for name in request.form if name not in NOT_ANSWERS}


def version_sent() -> int:
    """Take the version that the typist started from; nonsense is no version."""
    text = request.form.get("version", "")
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    )  # nobody saves so often


def answers_in(form: ApplicantForm, questions: Sequence[Question]) -> dict[str, Answer]:
    """Read what was answered, by the keys of the questions; files are no part of it."""
    return {
        each.key: answer_in(each, form[each.key])
        for each in _asked(questions)
        if each.kind != QuestionKind.FILE
    }


def card_of(form: ApplicantForm, questions: Sequence[Question]) -> ExperimentCard:
    """Read the card from a form; what is missing or wrong shows when it is checked."""
    answers = answers_in(form, questions)
    known: dict[str, Any] = {
        key: answer or ""
        for key, answer in answers.items()
        if not key.startswith(KEY_PREFIX) and key not in ("budget", "ethics")
    }
    known |= {key: known.get(key) or None for key in ("region_code", "municipality_code")}
    kind = form.organisation_kind.data
    return ExperimentCard(
        **known,
        budget=budget_in(form["budget"]),
        ethics=form["ethics"].data or [] if "ethics" in form else [],
        more={key: each for key, each in answers.items() if key.startswith(KEY_PREFIX)},
        organisation_name=form.organisation_name.data or "",
        organisation_kind=OrganisationKind(kind)
        if kind in set(OrganisationKind)
        else OrganisationKind.PRIVATE_PERSON,
        business_id=_business_id(form.business_id.data),
        applied=form.applied.data or Money(0),
        self_financing=form.self_financing.data or Money(0),
        goal_ids=form.goals.data or [],
        language=form.language.data,
        iban=_iban(form.iban.data),
    )


def show_problems(
    form: ApplicantForm, questions: Sequence[Question], problems: Sequence[Problem]
) -> list[tuple[str, str]]:
    """Put the call's objections at their fields, beside what the fields themselves say.

    Returns:
        All of them as (anchor, sentence), in the order of the form.
    """
    form.validate()
    for problem in problems:
        field = form[problem.field]
        if _said(field):
            continue  # What cannot be read is not also missing or too small.
        field.errors = [problem_sentence(problem)]
    return [
        (f"#{field.id}", _beside(str(field.label.text), sentence))
        for field in fields_in_order(form, questions)
        for sentence in _said(field)
    ]


def fields_in_order(form: ApplicantForm, questions: Sequence[Question]) -> Iterator[Field]:
    """List the fields as they stand on the page; the money stands below its budget."""
    for question in _asked(questions):
        yield form[question.key]
        if question.kind == QuestionKind.BUDGET:
            yield form.applied
            yield form.self_financing
    yield from (form.goals, form.organisation_name, form.organisation_kind)
    yield from (form.business_id, form.iban, form.language)


def _asked(questions: Sequence[Question]) -> list[Question]:
    return [each for each in questions if each.kind != QuestionKind.SECTION]


def _form_class(questions: Sequence[Question], places: PlaceChoices) -> type[ApplicantForm]:
    fields = {each.key: field_of(each, places) for each in _asked(questions)}
    return type("ApplicationForm", (ApplicantForm,), fields)


def _as_sent(answers: Mapping[str, Sequence[str]]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in answers.items() for value in values])


def _fill_choices(form: ApplicantForm, call: Call, budget: Question) -> None:
    form.goals.choices = [
        SelectChoice(goal.id, name_in_language(goal.names)) for goal in call.goals
    ]
    form.goals.validate_choice = False
    form.language.choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    form.organisation_kind.validate_choice = False
    form.organisation_kind.choices = [
        SelectChoice(str(kind), str(label))
        for kind, label in APPLICANT_KINDS.items()
        if kind in call.applicant_kinds
    ]
    for row in form["budget"]:
        row.form.cost_class.choices = cost_choices(budget)


def _beside(label: str, sentence: str) -> str:
    return f"{label} {sentence}" if label.endswith("?") else f"{label}: {sentence}"


def _said(field: Field) -> list[str]:
    """List what is wrong with a field, that of each row of a table too."""
    if not hasattr(field, "entries"):
        return [str(each) for each in field.errors]
    rows = [message for row in field for each in row.form.errors.values() for message in each]
    own = [each for each in field.errors if isinstance(each, str)]
    return [str(each) for each in dict.fromkeys([*own, *rows])]


def _business_id(text: str | None) -> str | None:
    if not text:
        return None
    try:
        number: Any = ytunnus.validate(text)
    except NumberError:
        return None
    return f"{number[:7]}-{number[7:]}"


def _iban(text: str | None) -> str | None:
    try:
        return normalise_iban(text) if text else None
    except InvalidIBANError:
        return None
