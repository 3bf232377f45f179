"""The questions of a call as fields of a form, and what was typed into them as answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    FieldList,
    Form,
    FormField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field, SelectChoice

from grantengine.money import Money
from grantengine.reviews.experiment_card import BudgetRow, CostClass
from grantengine.reviews.questions.answering import Answer, Unreadable
from grantengine.reviews.questions.asking import Question, QuestionKind
from grantengine.web.forms.days import DayField
from grantengine.web.forms.money import MoneyField
from grantengine.web.i18n import _, lazy
from grantengine.web.labels.reviews import COST_CLASSES
from grantengine.web.names import name_in_language
from grantengine.web.places import PlaceChoices

BUDGET_ROWS = 8
_NUMBER_LENGTH_MAX = 20
_SPACES = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")


@dataclass(slots=True)
class FormSection:
    """A heading of the form with the questions below it."""

    heading: str
    hint: str | None
    questions: list[Question] = field(default_factory=list)


class BudgetRowForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One cost of the plan."""

    cost_class = SelectField(lazy("Cost"), default="", validate_choice=False)
    amount = MoneyField(lazy("Amount"))
    note = StringField(lazy("What it is for"))


class NumberField(StringField):  # type: ignore[misc]  # wtforms ships no types
    """A number as people in Finland type it; its data is `Decimal`, or None."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        text = (valuelist[0] if valuelist else "").translate(_SPACES).replace(",", ".")
        if not text:
            return
        try:
            self.data = Decimal(text)
        except InvalidOperation:
            raise ValueError(_("Write a number, for example 12 or 12,5.")) from None
        if not self.data.is_finite() or len(text) > _NUMBER_LENGTH_MAX:
            self.data = None
            raise ValueError(_("Write a number, for example 12 or 12,5."))


def field_of(question: Question, places: PlaceChoices) -> Any:
    """Make the field that a question is answered in, to be bound to a form under its key."""
    said = {"label": name_in_language(question.names), "description": _hint(question)}
    if question.kind == QuestionKind.BUDGET:
        rows = min(BUDGET_ROWS, question.ceiling or BUDGET_ROWS)
        return FieldList(FormField(BudgetRowForm), **said, min_entries=rows, max_entries=rows)
    if question.kind in _PLAIN:
        return _PLAIN[question.kind](**said)
    chosen_from = {
        QuestionKind.REGION: places.regions,
        QuestionKind.MUNICIPALITY: places.municipalities,
    }
    if question.kind in chosen_from:
        return SelectField(
            **said, choices=list(chosen_from[question.kind]), default="", validate_choice=False
        )
    choices = [SelectChoice(each.code, name_in_language(each.names)) for each in question.choices]
    group = RadioField if question.kind == QuestionKind.ONE_CHOICE else SelectMultipleField
    return group(**said, choices=choices, validate_choice=False)


def form_sections(questions: Sequence[Question]) -> list[FormSection]:
    """Put questions below their headings; those before the first one stand below their own."""
    sections = [FormSection(_("The experiment"), None)]
    for question in questions:
        if question.kind == QuestionKind.SECTION:
            hint = name_in_language(question.hints) if question.hints else None
            sections.append(FormSection(name_in_language(question.names), hint))
        else:
            sections[-1].questions.append(question)
    return [each for each in sections if each.questions]


def cost_choices(question: Question) -> list[SelectChoice]:
    """List the cost classes that a budget may use, the first choice being none."""
    classes = [CostClass(each) for each in question.cost_classes] or list(CostClass)
    named = [SelectChoice(str(each), str(COST_CLASSES[each])) for each in classes]
    return [SelectChoice("", "–"), *named]


def answer_in(question: Question, typed: Field) -> Answer:
    """Read the answer to a question out of its field."""
    if question.kind == QuestionKind.BUDGET:
        return budget_in(typed)
    if typed.process_errors:
        return Unreadable(str(typed.raw_data[0]))
    answer: Answer = typed.data
    return answer


def budget_in(rows: FieldList) -> list[BudgetRow]:
    """Read the costs that were filled in, in whole or by half."""
    return [
        BudgetRow(
            cost_class=_cost_class(row.form.cost_class.data),
            amount=row.form.amount.data or Money(0),
            note=row.form.note.data or "",
        )
        for row in rows
        if row.form.cost_class.data or _is_typed(row.form.amount) or row.form.note.data
    ]


def _is_typed(amount: Field) -> bool:
    return any(each.strip() for each in amount.raw_data or ())


def _cost_class(code: str | None) -> CostClass:
    return CostClass(code) if code in set(CostClass) else CostClass.OTHER


def _hint(question: Question) -> str:
    hint = name_in_language(question.hints) if question.hints else ""
    return " ".join(filter(None, (hint, *_limits(question))))


def _limits(question: Question) -> Sequence[str]:
    if question.kind not in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT):
        return ()
    least = _("At least %(limit)s characters.", limit=question.least) if question.least else ""
    most = _("At most %(limit)s characters.", limit=question.most) if question.most else ""
    return (least, most)


_PLAIN: Mapping[QuestionKind, type[Field]] = {
    QuestionKind.SHORT_TEXT: StringField,
    QuestionKind.LONG_TEXT: TextAreaField,
    QuestionKind.NUMBER: NumberField,
    QuestionKind.MONEY: MoneyField,
    QuestionKind.DATE: DayField,
    QuestionKind.FILE: MultipleFileField,
}
