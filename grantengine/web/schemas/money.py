"""Money in JSON: integer cents and a currency."""

from typing import Any

from marshmallow import fields, post_load, validate

from grantengine.money import CURRENCIES, Money
from grantengine.web.schemas.base import StrictSchema


class MoneySchema(StrictSchema):
    """An amount, such as `{"amount_cents": 1250, "currency": "EUR"}`."""

    amount_cents = fields.Integer(
        attribute="cents", required=True, metadata={"description": "Hundredths of the currency"}
    )
    currency = fields.String(required=True, metadata={"enum": sorted(CURRENCIES)})


def money_field(description: str) -> fields.Nested:
    """Make a field that holds an amount of money."""
    return fields.Nested(MoneySchema, required=True, metadata={"description": description})


class SentMoneySchema(StrictSchema):
    """An amount that somebody sends; nothing is rounded."""

    amount_cents = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=-(10**15), max=10**15),
        metadata={"description": "Hundredths of the currency"},
    )
    currency = fields.String(required=True, validate=validate.OneOf(sorted(CURRENCIES)))

    @post_load
    def _make(self, data: dict[str, Any], **_settings: Any) -> Money:
        return Money(data["amount_cents"], data["currency"])


def sent_money_field(description: str) -> fields.Nested:
    """Make a field in which somebody sends an amount of money."""
    return fields.Nested(SentMoneySchema, required=True, metadata={"description": description})


def names_field(description: str) -> fields.Dict:
    """Make a field that holds a name in several languages."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": description},
    )
