"""Forms of the finance desk."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import FileField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from grantengine.clock import HELSINKI
from grantengine.web.forms.days import DayField
from grantengine.web.i18n import lazy
from grantengine.web.runtime import now


def today() -> date:
    """Tell the day in Finland."""
    return now().astimezone(HELSINKI).date()


class CollectForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Which instalments to pay, and when."""

    instalments = SelectMultipleField(
        lazy("Instalments"),
        # Whether they may be paid is for the service to say, at the moment it locks them.
        validate_choice=False,
        validators=[InputRequired(lazy("Choose at least one instalment to pay."))],
    )
    pay_on = DayField(
        lazy("Payment day"),
        description=lazy("The day that the bank is asked to pay on."),
        validators=[InputRequired(lazy("Say on which day the bank should pay."))],
    )

    def validate_pay_on(self, field: DayField) -> None:
        """Refuse a day that has passed."""
        if field.data is not None and field.data < today():
            raise ValidationError(lazy("The payment day has passed. Choose today or a later day."))


class StatementForm(FlaskForm):  # type: ignore[misc]
    """A statement file to import."""

    file = FileField(
        lazy("Statement file"),
        description=lazy("camt.053 or camt.054 from the bank, as an XML file."),
        validators=[InputRequired(lazy("Choose the bank’s statement file."))],
    )


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What a person found out about a movement that did not fit."""

    note = StringField(
        lazy("What became of it"),
        validators=[
            DataRequired(lazy("Say in a few words what became of it.")),
            Length(max=500, message=lazy("Keep it within 500 characters.")),
        ],
    )


class AccountForm(FlaskForm):  # type: ignore[misc]
    """Another account for a payee, and how it became known."""

    iban = StringField(
        lazy("New account (IBAN)"), validators=[InputRequired(lazy("Give the account."))]
    )
    reason = StringField(
        lazy("How you know it"),
        description=lazy("For example: the payee’s letter of 3 May, checked by calling back."),
        validators=[
            DataRequired(lazy("Say how you know the account.")),
            Length(max=500, message=lazy("Keep it within 500 characters.")),
        ],
    )


class ReportForm(FlaskForm):  # type: ignore[misc]
    """The days of the disbursement report."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """It only reads, so its address can be kept and needs no token."""

        csrf = False

    from_on = DayField(
        lazy("First day"), [InputRequired(lazy("Give the first day as day, month and year."))]
    )
    to_on = DayField(
        lazy("Last day"), [InputRequired(lazy("Give the last day as day, month and year."))]
    )

    def validate_to_on(self, field: DayField) -> None:
        """Refuse days in the wrong order."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(lazy("The last day comes before the first."))
