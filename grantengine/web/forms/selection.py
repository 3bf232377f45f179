"""The form of the rules by which a call chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation

from grantengine.programme.models import Region
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.expertise import Expertise
from grantengine.reviews.selection import LOAD_MIN_MAX, WEIGHT_MAX, SelectionRules, WhenShort
from grantengine.web.i18n import LazyText, lazy
from grantengine.web.labels.panel import (
    EXPERTISE,
    FITS,
    OBJECTIVES,
    SELECTION_PROBLEMS,
    WHEN_SHORT,
)
from grantengine.web.names import name_in_language


@dataclass(frozen=True, slots=True)
class _Whole:
    """Lets whole numbers within bounds pass; anything else, a word too, gets this one sentence."""

    smallest: int
    largest: int
    sentence: LazyText

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what is no such number.

        Raises:
            StopValidation: with the sentence.
        """
        if field.data is None or not self.smallest <= field.data <= self.largest:
            field.errors.clear()
            raise StopValidation(self.sentence)


_WEIGHT = [
    InputRequired(lazy("Give a weight; 0 leaves it out.")),
    _Whole(0, WEIGHT_MAX, lazy("Give a whole number from 0 to 100.")),
]
_FLOOR = [Optional(), _Whole(0, 1_000, lazy("Give a whole number from 0 to 1,000."))]
_LOAD_MIN = [Optional(), _Whole(1, LOAD_MIN_MAX, SELECTION_PROBLEMS["load_min"])]


def selection_form(regions: Sequence[Region], rules: SelectionRules | None = None) -> FlaskForm:
    """Make the form: the assignment, names, what happens when money runs short, floors by region.

    Args:
        regions: each has its floor.
        rules: what to begin with; None to read the request.
    """
    fields: dict[str, Any] = {
        f"weight_{name}": IntegerField(label, _WEIGHT) for name, label in FITS.items()
    }
    fields["fields"] = SelectMultipleField(
        lazy("What the applications are about"),
        choices=[SelectChoice(each.value, EXPERTISE[each]) for each in Expertise],
        description=lazy(
            "Reviewers who are at home in these are preferred. Of a single application it can be"
            " said otherwise."
        ),
    )
    fields["objective"] = RadioField(
        lazy("What counts first when reviewers are assigned"),
        choices=[SelectChoice(each.value, label) for each, label in OBJECTIVES.items()],
        validators=[InputRequired(lazy("Choose one."))],
    )
    fields["load_min"] = IntegerField(
        lazy("Applications for each reviewer, at least"),
        _LOAD_MIN,
        description=lazy(
            "Empty: work is shared in equal measure, that of other calls counted in. With a"
            " number, nobody gets fewer of this call, unless they have said that they take fewer"
            " at a time; whoever reads only one or two can hardly be told strict from lenient."
            " Where it cannot be held, you are told who is concerned before anything is assigned."
        ),
    )
    fields["hides_names"] = BooleanField(
        lazy("Hide who applies while it is scored"),
        description=lazy(
            "Reviewers see the organisation only to declare conflicts of interest. Texts are shown"
            " as they were written."
        ),
    )
    fields["when_short"] = RadioField(
        lazy("At the first grant that the money left no longer covers"),
        choices=[SelectChoice(each.value, WHEN_SHORT[each]) for each in WhenShort],
        validators=[InputRequired(lazy("Choose one."))],
    )
    fields |= {
        f"floor_{region.code}": IntegerField(name_in_language(region.names), _FLOOR)
        for region in regions
    }
    form_class = type("SelectionForm", (FlaskForm,), fields)
    return form_class() if rules is None else form_class(formdata=None, data=_values(rules))


def rules_typed(form: FlaskForm, regions: Sequence[Region]) -> SelectionRules:
    """Read the rules from a form that validated."""
    return SelectionRules(
        weights={name: form[f"weight_{name}"].data for name in FITS},
        fields=[str(each) for each in form.fields.data],
        hides_names=form.hides_names.data,
        floors={
            region.code: least
            for region in regions
            if (least := form[f"floor_{region.code}"].data or 0)
        },
        when_short=WhenShort(form.when_short.data),
        objective=Objective(form.objective.data),
        load_min=form.load_min.data,
    )


def _values(rules: SelectionRules) -> Mapping[str, Any]:
    return {
        "fields": list(rules.fields),
        "hides_names": rules.hides_names,
        "when_short": rules.when_short.value,
        "objective": rules.objective.value,
        "load_min": rules.load_min,
        **{f"weight_{name}": weight for name, weight in rules.weights.items()},
        **{f"floor_{code}": least for code, least in rules.floors.items()},
    }
