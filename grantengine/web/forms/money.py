"""Amounts of money as people in Finland type them."""

import re
from typing import Any

from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from grantengine.money import Money
from grantengine.web.formatting import money_short
from grantengine.web.i18n import _, current_language

# Thousands apart by spaces or not at all; a comma or a point before one or two decimals. A
# point before three digits could mean either, so it is refused rather than guessed.
_AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?: \d{3})+|\d{1,9})(?:[.,](?P<cents>\d{1,2}))?", re.ASCII)
# Spaces that a text processor puts between thousands.
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def parse_amount(text: str) -> Money:
    """Read an amount such as `12`, `12,5`, `12.50` or `1 250,00`, with or without a euro sign.

    Raises:
        ValueError: it is nothing of the kind.
    """
    plain = text.translate(_SPACES).strip().removesuffix("€").rstrip(" ")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise ValueError(f"not an amount: {text!r}")
    euros = int(found["whole"].replace(" ", ""))
    return Money(euros * 100 + int((found["cents"] or "0").ljust(2, "0")))


class MoneyField(StringField):  # type: ignore[misc]  # wtforms ships no types
    """An amount of euros; its data is `Money`, or None when nothing or nonsense was typed."""

    data: Money | None
    raw_data: list[Any] | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return _typed(self.data) if isinstance(self.data, Money) else ""

    def fill_in(self, amount: Money) -> None:
        """Take an amount as if it had been typed."""
        self.data, self.raw_data = amount, [_typed(amount)]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_amount(valuelist[0])
        except ValueError:
            raise ValueError(_("Write the amount in euros, for example 20 or 12,50.")) from None


class MoneyRange:
    """Validator: the amount lies within two bounds, both allowed."""

    def __init__(self, *, smallest: Money, largest: Money) -> None:
        """Keep the bounds."""
        self.smallest, self.largest = smallest, largest

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse an amount outside the bounds; what is no amount has been refused before."""
        amount: Money | None = field.data
        if amount is not None and not self.smallest <= amount <= self.largest:
            bounds = {
                "smallest": money_short(self.smallest),
                "largest": money_short(self.largest),
            }
            raise ValidationError(
                _("Give at least %(smallest)s and at most %(largest)s.", **bounds)
            )


def _typed(amount: Money) -> str:
    euros, cents = divmod(amount.cents, 100)
    mark = "." if current_language() == "en" else ","
    return f"{euros}{mark}{cents:02d}" if cents else f"{euros}"
