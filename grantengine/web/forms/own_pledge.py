"""Forms of a backer's own pledge: what is changed, another card, asking for the money back."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.chart import TRANSFER
from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.campaigns.managing_models import REASON_LENGTH_MAX
from grantengine.campaigns.models import Pledge
from grantengine.disbursements.accounts import is_iban, normalise_iban
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.forms.pledges import MESSAGE_LENGTH_MAX, NAME_LENGTH_MAX, cleaned
from grantengine.web.i18n import _, lazy

_TOO_LONG = lazy("Keep it under %(max)d characters.")


class ChangeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What a backer can change of a pledge."""

    amount = MoneyField(
        lazy("How much"),
        validators=[
            InputRequired(lazy("Say how much you pledge.")),
            MoneyRange(smallest=PLEDGE_MIN, largest=PLEDGE_MAX),
        ],
    )
    name = StringField(
        lazy("Name"),
        filters=[cleaned],
        validators=[Length(max=NAME_LENGTH_MAX, message=_TOO_LONG)],
    )
    is_name_shown = BooleanField(lazy("Show my name among the backers"))
    message = TextAreaField(
        lazy("Message to the experimenters"),
        description=lazy("Shown on the page of the campaign."),
        filters=[cleaned],
        validators=[Length(max=MESSAGE_LENGTH_MAX, message=_TOO_LONG)],
    )

    def validate_name(self, field: Field) -> None:
        """Ask for the name that is to be shown."""
        if self.is_name_shown.data and not field.data:
            raise ValidationError(_("Give the name to show, or leave it unshown."))

    def keep_amount(self, pledge: Pledge, *, is_open: bool) -> None:
        """Leave the amount as it is where it can no longer be changed, whatever was sent."""
        if not is_open:
            self.amount.validators = []
            self.amount.data, self.amount.process_errors = pledge.amount, []

    def terms(self) -> NewTerms:
        """Read what the pledge is to be out of a form that was checked."""
        assert self.amount.data is not None  # InputRequired and MoneyField have seen to it.
        return NewTerms(
            amount=self.amount.data,
            name=self.name.data,
            is_name_shown=self.is_name_shown.data,
            message=self.message.data,
        )


class NewCardForm(FlaskForm):  # type: ignore[misc]
    """Another card for a pledge that stands."""

    card = StringField(
        lazy("Number of a test card"),
        validators=[InputRequired(lazy("Give the number of a test card."))],
    )


class RefundRequestForm(FlaskForm):  # type: ignore[misc]
    """Why the money should come back, and where to, if it came by bank transfer."""

    reason = TextAreaField(
        lazy("Why you ask"),
        description=lazy("A person reads it and decides."),
        filters=[cleaned],
        validators=[
            InputRequired(lazy("Tell why you ask.")),
            Length(max=REASON_LENGTH_MAX, message=_TOO_LONG),
        ],
    )
    iban = StringField(
        lazy("Your account (IBAN)"),
        description=lazy("The money is sent there if the request is granted."),
        filters=[cleaned],
    )

    def ask_for_account(self, pledge: Pledge) -> None:
        """Leave the account out where the money goes back to a card."""
        if pledge.gateway != TRANSFER and self.iban is not None:
            del self.iban

    @property
    def account(self) -> str | None:
        """Give where the money is to go; None where it goes back to a card."""
        return None if self.iban is None else normalise_iban(self.iban.data)

    def validate_reason(self, field: Field) -> None:
        """Refuse spaces alone."""
        if not field.data:
            raise ValidationError(_("Tell why you ask."))

    def validate_iban(self, field: Field) -> None:
        """Refuse what is no account."""
        if not is_iban(field.data or ""):
            sentence = _("Write the whole account number, for example FI21 1234 5600 0007 85.")
            raise ValidationError(sentence)
