"""Money in JSON: integer cents and a currency."""

from marshmallow import fields

from grantengine.money import CURRENCIES
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


def names_field(description: str) -> fields.Dict:
    """Make a field that holds a name in several languages."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": description},
    )
