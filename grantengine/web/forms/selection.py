"""The form of the rules by which a call chooses."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from grantengine.programme.models import Region
from grantengine.reviews.expertise import Expertise
from grantengine.reviews.selection import WEIGHT_MAX, SelectionRules, WhenShort
from grantengine.web.i18n import lazy
from grantengine.web.labels.panel import EXPERTISE, FITS, WHEN_SHORT
from grantengine.web.names import name_in_language

_WEIGHT = [
    InputRequired(lazy("Give a weight; 0 leaves it out.")),
    NumberRange(0, WEIGHT_MAX, lazy("Give a whole number from 0 to 100.")),
]
_FLOOR = [Optional(), NumberRange(0, 1_000, lazy("Give a whole number from 0 to 1,000."))]


def selection_form(regions: Sequence[Region], rules: SelectionRules | None = None) -> FlaskForm:
    """Make the form: weights, names, what happens when money runs short, and a floor by region.

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
    )


def _values(rules: SelectionRules) -> Mapping[str, Any]:
    return {
        "fields": list(rules.fields),
        "hides_names": rules.hides_names,
        "when_short": rules.when_short.value,
        **{f"weight_{name}": weight for name, weight in rules.weights.items()},
        **{f"floor_{code}": least for code, least in rules.floors.items()},
    }
