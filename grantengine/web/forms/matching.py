"""The what-if of a campaign's page: an amount, and nothing that could change anything."""

from flask_wtf import FlaskForm
from wtforms.validators import Optional

from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.money import Money
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.i18n import lazy


class WhatIfForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """How much a pledge would draw that nobody has made yet."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf ships no types
        """Asking changes nothing, so it needs no token."""

        csrf = False

    pledge = MoneyField(
        lazy("If I pledged"),
        validators=[Optional(), MoneyRange(smallest=PLEDGE_MIN, largest=PLEDGE_MAX)],
    )

    def asked(self) -> Money | None:
        """Give the amount that was asked about; None for nothing, or nothing that could be."""
        return self.pledge.data if self.validate() else None
