"""The form in which one question of a call is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from slugify import slugify
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from grantengine.money import Money
from grantengine.reviews.experiment_card import CostClass
from grantengine.reviews.questions.asking import (
    CHOICE_KINDS,
    CHOICES_MAX,
    HINT_LENGTH_MAX,
    INDISPENSABLE,
    LABEL_LENGTH_MAX,
    Choice,
    Question,
    QuestionKind,
)
from grantengine.web.forms.money import MoneyField
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, lazy
from grantengine.web.labels.reviews import COST_CLASSES
from grantengine.web.names import name_in_language

_EMPTY_CHOICES = 4
_TOO_LONG = lazy("Keep it under %(max)d characters.")
_LABEL = Length(max=LABEL_LENGTH_MAX, message=_TOO_LONG)
_NEEDED = DataRequired(lazy("Write the question in Finnish and in Swedish."))
_LIMITS: Mapping[QuestionKind, tuple[Any, Any]] = {
    QuestionKind.SHORT_TEXT: (lazy("Fewest characters"), lazy("Most characters")),
    QuestionKind.LONG_TEXT: (lazy("Fewest characters"), lazy("Most characters")),
    QuestionKind.NUMBER: (lazy("Smallest number"), lazy("Largest number")),
    QuestionKind.MONEY: (lazy("Smallest amount"), lazy("Largest amount")),
    QuestionKind.SEVERAL_CHOICES: (lazy("Fewest choices"), lazy("Most choices")),
    QuestionKind.FILE: (lazy("Fewest files"), lazy("Most files")),
    QuestionKind.BUDGET: (lazy("Fewest rows"), lazy("Most rows")),
}


class ChoiceForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One choice; without words it is none. Its code was given once and stays."""

    code = HiddenField("")
    fi = StringField(LANGUAGES["fi"], [Optional(), _LABEL], filters=[cleaned])
    sv = StringField(LANGUAGES["sv"], [Optional(), _LABEL], filters=[cleaned])
    en = StringField(LANGUAGES["en"], [Optional(), _LABEL], filters=[cleaned])


class WordsForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """A question in English, in which it need not be asked."""

    name = StringField(lazy("Question"), [Optional(), _LABEL], filters=[cleaned])
    hint = TextAreaField(
        lazy("Help"),
        [Optional(), Length(max=HINT_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )


class NationalWordsForm(WordsForm):
    """A question in Finnish or Swedish, in which it has to be asked."""

    name = StringField(lazy("Question"), [_NEEDED, _LABEL], filters=[cleaned])


class QuestionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What every kind of question has, and a heading too."""

    revision = HiddenField("")
    fi = FormField(NationalWordsForm, LANGUAGES["fi"])
    sv = FormField(NationalWordsForm, LANGUAGES["sv"])
    en = FormField(WordsForm, LANGUAGES["en"])


def question_form(
    kind: QuestionKind, key: str | None, others: Sequence[Question], data: Any = None
) -> QuestionForm:
    """Make the form of a question of a kind, with the fields that this kind has.

    Args:
        kind: of the question.
        key: of the question; None for a new one.
        others: the questions of the form, of which one may make this one needed.
        data: what the form begins with; None to read what was sent.
    """
    fields: dict[str, Any] = {}
    if kind != QuestionKind.SECTION and key not in INDISPENSABLE:
        fields["is_required"] = BooleanField(lazy("An answer is needed"))
        fields["needed_with"] = SelectField(
            lazy("Otherwise needed with an answer to"),
            choices=_choices_of_questions(others, key),
            default="",
        )
    if kind in _LIMITS:
        limit = MoneyField if kind == QuestionKind.MONEY else IntegerField
        for name, label in zip(("least", "most"), _LIMITS[kind], strict=True):
            fields[name] = limit(label, [Optional()])
    if kind == QuestionKind.BUDGET:
        fields["cost_classes"] = SelectMultipleField(
            lazy("Costs that the call pays for"),
            choices=[SelectChoice(str(each), str(COST_CLASSES[each])) for each in CostClass],
        )
    if kind in CHOICE_KINDS:
        rows = min(len((data or {}).get("choices", ())) + _EMPTY_CHOICES, CHOICES_MAX)
        fields["choices"] = FieldList(
            FormField(ChoiceForm), min_entries=rows, max_entries=CHOICES_MAX
        )
    made: type[QuestionForm] = type("OneQuestionForm", (QuestionForm,), fields)
    return made() if data is None else made(formdata=None, data=data)


def values_of(question: Question) -> dict[str, Any]:
    """Give what the form of a question begins with."""
    as_typed = Money if question.kind == QuestionKind.MONEY else int
    limits = {"least": question.least, "most": question.most}
    return {
        **{
            code: {"name": question.names.get(code), "hint": question.hints.get(code)}
            for code in LANGUAGES
        },
        **{name: None if it is None else as_typed(it) for name, it in limits.items()},
        "is_required": question.is_required,
        "needed_with": question.needed_with or "",
        "cost_classes": list(question.cost_classes) or [str(each) for each in CostClass],
        "choices": [{"code": each.code, **each.names} for each in question.choices],
    }


def question_typed(form: QuestionForm, kind: QuestionKind, key: str) -> Question:
    """Read the question out of a form that was checked."""
    words = {code: form[code].data for code in LANGUAGES}
    return Question(
        key=key,
        kind=kind,
        names={code: each["name"] for code, each in words.items() if each["name"]},
        hints={code: each["hint"] for code, each in words.items() if each["hint"]},
        is_required=key in INDISPENSABLE or ("is_required" in form and form["is_required"].data),
        needed_with=(form["needed_with"].data or None) if "needed_with" in form else None,
        least=_limit(form, "least"),
        most=_limit(form, "most"),
        choices=_choices(form),
        cost_classes=_classes(form),
    )


def _choices_of_questions(others: Sequence[Question], key: str | None) -> list[SelectChoice]:
    named = [
        SelectChoice(each.key, name_in_language(each.names))
        for each in others
        if each.kind != QuestionKind.SECTION and each.key != key
    ]
    return [SelectChoice("", "–"), *named]


def _limit(form: QuestionForm, name: str) -> int | None:
    typed = form[name].data if name in form else None
    return typed.cents if isinstance(typed, Money) else typed


def _classes(form: QuestionForm) -> tuple[str, ...]:
    chosen = tuple(form["cost_classes"].data or ()) if "cost_classes" in form else ()
    return () if len(chosen) == len(CostClass) else chosen


def _choices(form: QuestionForm) -> tuple[Choice, ...]:
    if "choices" not in form:
        return ()
    found: list[Choice] = []
    for row in form["choices"]:
        names = {code: row.form[code].data for code in LANGUAGES if row.form[code].data}
        if names:
            taken = {each.code for each in found}
            found.append(Choice(row.form.code.data or _free_code(names, taken), names))
    return tuple(found)


def _free_code(names: Mapping[str, str], taken: set[str]) -> str:
    stem = slugify(next(iter(names.values())))[:36].strip("-") or "choice"
    codes = (stem if number == 1 else f"{stem}-{number}" for number in range(1, CHOICES_MAX + 2))
    return next(each for each in codes if each not in taken)
