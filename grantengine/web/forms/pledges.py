"""The pledge form: made to be filled in within a minute."""

import hashlib
from collections.abc import Sequence

from flask import request
from flask_wtf import FlaskForm
from stdnum.fi import ytunnus
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from grantengine.campaigns.backers import checked_email
from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.invoices import Company
from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.errors import InvalidInputError
from grantengine.ids import new_secret
from grantengine.web.formatting import money_short
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.i18n import _, current_language, lazy

NAME_LENGTH_MAX = 80
MESSAGE_LENGTH_MAX = 500
_KEY_LENGTH_MAX = 80
_TOO_LONG = lazy("Keep it under %(max)d characters.")


def cleaned(text: str | None) -> str | None:
    """Trim what was typed; a NUL, which PostgreSQL refuses, is left out; nothing is None."""
    return (text or "").replace("\x00", "").strip() or None


class PledgeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What a backer fills in."""

    _chosen: Reward | None = None

    # Made with the page: sending the same page twice makes one pledge.
    key = HiddenField("")
    amount = MoneyField(
        lazy("How much"),
        validators=[
            InputRequired(lazy("Say how much you pledge.")),
            MoneyRange(smallest=PLEDGE_MIN, largest=PLEDGE_MAX),
        ],
    )
    reward = RadioField(lazy("What you get"), default="", validate_choice=False)
    email = StringField(
        lazy("E-mail"),
        description=lazy("The receipt goes here, with a link to see or withdraw the pledge."),
        validators=[InputRequired(lazy("Give your e-mail address."))],
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
    way = RadioField(
        lazy("How you pay"),
        choices=[
            SelectChoice("card", lazy("With a card")),
            SelectChoice("transfer", lazy("By bank transfer")),
            SelectChoice("invoice", lazy("By an invoice to a company")),
        ],
        default="card",
        # A page of a campaign that takes no transfers has no such field.
        validate_choice=False,
    )
    company = StringField(
        lazy("Company"),
        filters=[cleaned],
        validators=[Length(max=140, message=_TOO_LONG)],
    )
    business_id = StringField(
        lazy("Business ID"), description=lazy("For example 0201256-6."), filters=[cleaned]
    )
    address = StringField(
        lazy("Address"), filters=[cleaned], validators=[Length(max=200, message=_TOO_LONG)]
    )
    order = StringField(
        lazy("Your reference"),
        description=lazy("What your accounts want to find on it: a name or an order number."),
        filters=[cleaned],
        validators=[Length(max=80, message=_TOO_LONG)],
    )
    card = StringField(
        lazy("Number of a test card"),
        validators=[InputRequired(lazy("Give the number of a test card."))],
    )

    def offer(self, rewards: Sequence[Reward]) -> None:
        """Let the backer choose among rewards; who chose one and typed no sum pledges its price."""
        self.reward.choices = [
            SelectChoice("", _("Nothing in return")),
            *(SelectChoice(each.id, each.text("title", current_language())) for each in rewards),
        ]
        self._chosen = next((each for each in rewards if each.id == self.reward.data), None)
        typed = (self.amount.raw_data or [""])[0].strip()
        if self._chosen is not None and self.amount.data is None and not typed:
            self.amount.fill_in(self._chosen.price)

    def validate_reward(self, field: Field) -> None:
        """Refuse what the campaign does not offer."""
        if field.data and self._chosen is None:
            raise ValidationError(_("Choose one of the rewards, or nothing in return."))

    def validate_amount(self, field: Field) -> None:
        """Ask for the price of the reward that was chosen."""
        if self._chosen and field.data is not None and field.data < self._chosen.price:
            sentence = _(
                "This reward costs %(price)s. Pledge at least that much, or choose another.",
                price=money_short(self._chosen.price),
            )
            raise ValidationError(sentence)

    def let_pay(self, *, by_transfer: bool, by_invoice: bool) -> None:
        """Offer the ways to pay that the campaign has; another one that was sent is a card."""
        ways = {"card": True, "transfer": by_transfer, "invoice": by_invoice}
        self.way.choices = [each for each in self.way.choices if ways[each.value]]
        if not ways.get(self.way.data):
            self.way.data = "card"
        if self.way.data != "card":
            self.card.validators = []

    def validate_company(self, field: Field) -> None:
        """Ask who is to be invoiced."""
        if self.is_by_invoice and not field.data:
            raise ValidationError(_("Give the name of the company."))

    def validate_business_id(self, field: Field) -> None:
        """Ask for a Finnish business id where an invoice is asked for."""
        if self.is_by_invoice and not field.data:
            raise ValidationError(_("Give the business ID of the company."))
        if self.is_by_invoice and not ytunnus.is_valid(field.data):
            raise ValidationError(_("This is not a Finnish business ID."))

    def validate_email(self, field: Field) -> None:
        """Refuse what cannot be an address."""
        try:
            checked_email(field.data)
        except InvalidInputError:
            sentence = _("Write the address in full, for example maija@example.fi.")
            raise ValidationError(sentence) from None

    def validate_name(self, field: Field) -> None:
        """Ask for the name that is to be shown."""
        if self.is_name_shown.data and not field.data:
            raise ValidationError(_("Give the name to show, or leave it unshown."))

    @property
    def is_by_transfer(self) -> bool:
        """Tell whether the backer pays by bank transfer, and so gives no card."""
        return bool(self.way.data == "transfer")

    @property
    def is_by_invoice(self) -> bool:
        """Tell whether a company asks for an invoice."""
        return bool(self.way.data == "invoice")

    def invoiced(self) -> Company:
        """Read who is to be invoiced out of a form that was checked."""
        digits = ytunnus.compact(self.business_id.data)
        return Company(
            name=self.company.data,
            business_id=f"{digits[:7]}-{digits[7:]}",
            address=self.address.data,
            order=self.order.data,
        )

    def renew_key(self) -> None:
        """Begin a new pledge: the next sending is another one than the last."""
        self.key.data = new_secret()
        self.key.raw_data = None

    def request_for(self, campaign: Campaign) -> PledgeRequest:
        """Read the pledge out of a form that was checked.

        The header `Idempotency-Key` goes before the form's own key; without either each
        sending is a pledge of its own.
        """
        key = request.headers.get("Idempotency-Key") or self.key.data or new_secret()
        assert self.amount.data is not None  # InputRequired and MoneyField have seen to it.
        return PledgeRequest(
            campaign_id=campaign.id,
            key=kept_key(key),
            amount=self.amount.data,
            email=self.email.data,
            language=current_language(),
            name=self.name.data,
            is_name_shown=self.is_name_shown.data,
            message=self.message.data,
            reward_id=self.reward.data or None,
        )


def kept_key(key: str) -> str:
    """Give a key that the column holds: a long or odd one stands for itself by its hash."""
    is_plain = key.isascii() and key.isprintable() and len(key) <= _KEY_LENGTH_MAX
    return key if is_plain else hashlib.sha256(key.encode(errors="replace")).hexdigest()
