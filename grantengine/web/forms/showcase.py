"""A form with every kind of field, for the style guide."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from grantengine.web.forms.days import DayField
from grantengine.web.i18n import lazy

REGIONS = (
    SelectChoice("", lazy("Choose a region")),
    SelectChoice("06", "Pirkanmaa"),
    SelectChoice("17", "Pohjois-Pohjanmaa"),
    SelectChoice("19", "Lappi"),
)


class ShowcaseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Nothing is ever done with what is typed here."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf ships no types
        """The guide shows the form twice on one page and takes nothing in."""

        csrf = False

    title = StringField(
        lazy("Name of the experiment"),
        description=lazy("As you would say it to a neighbour."),
        validators=[InputRequired(lazy("Give the experiment a name.")), Length(max=120)],
    )
    amount = StringField(
        lazy("Sum applied for"),
        description=lazy("Whole euros or euros and cents, for example 1 500 or 1 500,50."),
        validators=[InputRequired(lazy("Say how much money is needed."))],
    )
    plan = TextAreaField(
        lazy("What will be tried"),
        description=lazy("What is done, with whom, and how you will know that it worked."),
        validators=[InputRequired(lazy("Say what will be tried."))],
    )
    region = SelectField(
        lazy("Region"), choices=REGIONS, validators=[InputRequired(lazy("Choose a region."))]
    )
    begins_on = DayField(lazy("Begins on"), validators=[])
    applicant = RadioField(
        lazy("Who applies"),
        choices=(
            SelectChoice("association", lazy("An association")),
            SelectChoice("municipality", lazy("A municipality")),
            SelectChoice("group", lazy("A working group")),
        ),
        validators=[InputRequired(lazy("Choose who applies."))],
    )
    goals = SelectMultipleField(
        lazy("Goals it serves"),
        choices=(
            SelectChoice("services", lazy("Better services")),
            SelectChoice("initiative", lazy("People’s own initiative")),
            SelectChoice("local", lazy("Stronger local decisions")),
        ),
    )
    attachment = FileField(lazy("Attachment"), description=lazy("PDF, at most 10 megabytes."))
    consent = BooleanField(
        lazy("The learning may be published whatever the result"),
        validators=[InputRequired(lazy("Public money is given only when the learning is public."))],
    )
