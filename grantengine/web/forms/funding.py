"""The forms of a funder's envelope: whose it is, and money that came or goes back."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
)

from grantengine.money import Money, eur
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.web.forms.business_ids import BusinessIdForm
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, lazy
from grantengine.web.labels.reviews import APPLICANT_KINDS

# A private person or a working group is no funder.
_FUNDER_KINDS = (
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.STATE,
    OrganisationKind.COMPANY,
    OrganisationKind.UNIVERSITY,
)
_TOO_LONG = lazy("Keep it under %(max)d characters.")


def _name_in(language: str) -> StringField:
    return StringField(
        LANGUAGES[language],
        [
            DataRequired(lazy("Name the envelope in all three languages.")),
            Length(max=80, message=_TOO_LONG),
        ],
        filters=[cleaned],
    )


class FundedEnvelopeForm(BusinessIdForm, FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """An envelope to open for a city, a foundation, a ministry."""

    funder_name = StringField(
        lazy("Name of the funder"),
        [
            DataRequired(lazy("Name the organisation.")),
            Length(max=200, message=_TOO_LONG),
        ],
        description=lazy("As it is written on the call and in each decision."),
        filters=[cleaned],
    )
    funder_kind = RadioField(
        lazy("Kind of organisation"),
        choices=[SelectChoice(kind.value, APPLICANT_KINDS[kind]) for kind in _FUNDER_KINDS],
        validators=[InputRequired(lazy("Choose one."))],
    )
    business_id = StringField(
        lazy("Business ID"), [Optional()], description=lazy("For example 0201256-6.")
    )
    fi = _name_in("fi")
    sv = _name_in("sv")
    en = _name_in("en")
    grants_target = IntegerField(
        lazy("Grants at most"),
        [Optional(), NumberRange(1, 10_000, lazy("Give a whole number from 1 to 10,000."))],
        description=lazy("Empty: as many as the money is enough for."),
    )

    @property
    def names(self) -> dict[str, str]:
        """Give the name of the envelope by language."""
        return {code: self[code].data for code in LANGUAGES}


class FundingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Money that came from a funder, or goes back to it."""

    amount = MoneyField(
        lazy("Amount"),
        [
            InputRequired(lazy("Give the amount.")),
            MoneyRange(smallest=eur("0.01"), largest=eur("100000000")),
        ],
    )
    note = StringField(
        lazy("Reference or reason"),
        [
            DataRequired(lazy("Say by which reference it came, or why it goes back.")),
            Length(max=140, message=_TOO_LONG),
        ],
        description=lazy("Stays beside the booking."),
        filters=[cleaned],
    )

    @property
    def amount_typed(self) -> Money:
        """Give the amount of a form that was checked."""
        assert self.amount.data is not None
        return self.amount.data
