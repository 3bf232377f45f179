"""The forms of the panel: what an application is about, notes, and where the line could lie."""

from collections.abc import Sequence

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from grantengine.reviews.expertise import Expertise
from grantengine.web.forms.money import MoneyField
from grantengine.web.i18n import lazy
from grantengine.web.labels.panel import EXPERTISE

NOTE_LENGTH_MAX = 5_000


class SubjectForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What one application is about."""

    fields = SelectMultipleField(
        lazy("Fields of expertise"),
        choices=[SelectChoice(each.value, EXPERTISE[each]) for each in Expertise],
        description=lazy("Reviewers who are at home in these are preferred for it."),
    )


class NoteForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Something that the panel said."""

    note = TextAreaField(
        lazy("Note"),
        [
            DataRequired(lazy("Write the note first.")),
            Length(max=NOTE_LENGTH_MAX, message=lazy("Keep it under %(max)d characters.")),
        ],
        description=lazy("It stands in the minutes with your name and the time."),
    )


class WhatIfForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """How many grants there could be, and how much money; asked by GET, so it changes nothing."""

    places = IntegerField(
        lazy("Grants"), [Optional(), NumberRange(0, 1_000, lazy("From 0 to 1,000."))]
    )
    envelope = MoneyField(lazy("Money"), [Optional()])

    @property
    def is_asked(self) -> bool:
        """Tell whether anything was asked."""
        return self.places.data is not None or self.envelope.data is not None


def subject_form(fields: Sequence[str]) -> SubjectForm:
    """Make the form with the fields that count now."""
    return SubjectForm(formdata=None, data={"fields": list(fields)})


def what_if_form() -> WhatIfForm:
    """Read what was asked in the address."""
    return WhatIfForm(MultiDict(request.args))
