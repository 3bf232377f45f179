"""Forms about backers' money at the finance desk."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from grantengine.campaigns.managing_models import REASON_LENGTH_MAX
from grantengine.campaigns.models import Pledge
from grantengine.ids import new_id
from grantengine.web.database import reader
from grantengine.web.forms.money import MoneyField
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import _, lazy
from grantengine.web.runtime import now


class RefundForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Which pledge to give back, and how much of it."""

    # Made with the page: sending the same page twice gives one refund.
    key = HiddenField(validators=[Length(max=40)])
    pledge = StringField(
        lazy("Number of the pledge"),
        description=lazy("It begins with plg_ and stands on the backer’s receipt."),
        validators=[InputRequired(lazy("Give the number of the pledge.")), Length(max=40)],
    )
    amount = MoneyField(
        lazy("How much to give back"),
        description=lazy("Leave it empty to give back everything that is left."),
    )

    def validate_pledge(self, field: Field) -> None:
        """Refuse a number that is no pledge's."""
        field.data = (field.data or "").strip()
        if reader().get(Pledge, field.data) is None:
            raise ValidationError(_("There is no pledge of that number."))

    def renew_key(self) -> None:
        """Begin a new refund: the next sending is another one than the last."""
        self.key.data = new_id("rfd", now())
        self.key.raw_data = None


class AssignForm(FlaskForm):  # type: ignore[misc]
    """To which pledge money belongs that arrived without its reference."""

    reference = StringField(
        lazy("Reference of the pledge"), filters=[cleaned], validators=[Length(max=35)]
    )


class SplitForm(FlaskForm):  # type: ignore[misc]
    """How much to split off money that arrived."""

    amount = MoneyField(
        lazy("How much to split off"),
        validators=[InputRequired(lazy("Say how much."))],
    )


class GrantForm(FlaskForm):  # type: ignore[misc]
    """How much to give a backer back who asks for it."""

    amount = MoneyField(
        lazy("How much to give back"),
        description=lazy("Leave it empty to give back everything that is left."),
    )


class RefusalForm(FlaskForm):  # type: ignore[misc]
    """Why a backer does not get the money back."""

    answer = TextAreaField(
        lazy("What you answer"),
        description=lazy("The backer gets these words in a letter."),
        filters=[cleaned],
        validators=[
            DataRequired(lazy("Tell the backer why.")),
            Length(max=REASON_LENGTH_MAX, message=lazy("Keep it under %(max)d characters.")),
        ],
    )
