"""Forms of a backer's own pledge: what is changed, another card, asking for the money back."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.chart import TRANSFER
from grantengine.campaigns.managing_models import REASON_LENGTH_MAX
from grantengine.campaigns.models import Pledge
from grantengine.disbursements.accounts import is_iban, normalise_iban
from grantengine.web.forms.pledges import PledgeForm, cleaned
from grantengine.web.i18n import _, lazy

_TOO_LONG = lazy("Keep it under %(max)d characters.")


class ChangeForm(PledgeForm):
    """What a backer can change of a pledge: of the form that made it all but how it is paid."""

    key = None
    email = None
    way = None
    company = None
    business_id = None
    address = None
    order = None
    card = None

    def keep_amount(self, pledge: Pledge) -> None:
        """Leave amount and reward as they are, whatever was sent: they have been paid."""
        self.amount.validators = []
        self.amount.data, self.amount.process_errors = pledge.amount, []
        self.reward.data = pledge.reward_id

    def terms(self) -> NewTerms:
        """Read what the pledge is to be out of a form that was checked."""
        assert self.amount.data is not None  # InputRequired and MoneyField have seen to it.
        return NewTerms(
            amount=self.amount.data,
            name=self.name.data,
            is_name_shown=self.is_name_shown.data,
            message=self.message.data,
            reward_id=self.reward.data or None,
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
