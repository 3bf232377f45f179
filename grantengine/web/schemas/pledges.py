"""Pledges as the API takes and gives them."""

from marshmallow import fields, validate

from grantengine.campaigns.backers import EMAIL_LENGTH_MAX
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.web.forms.pledges import MESSAGE_LENGTH_MAX, NAME_LENGTH_MAX
from grantengine.web.i18n import LANGUAGES
from grantengine.web.schemas.base import StrictSchema
from grantengine.web.schemas.money import money_field, sent_money_field


class PledgeRequestSchema(StrictSchema):
    """A pledge to be made."""

    amount = sent_money_field("How much")
    email = fields.String(
        required=True,
        validate=validate.Length(max=EMAIL_LENGTH_MAX),
        metadata={"description": "Where the receipt goes"},
    )
    card = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "What the provider's field gave; of the sandbox a test number"},
    )
    language = fields.String(load_default="fi", validate=validate.OneOf(list(LANGUAGES)))
    name = fields.String(load_default=None, validate=validate.Length(max=NAME_LENGTH_MAX))
    is_name_shown = fields.Boolean(load_default=False)
    message = fields.String(load_default=None, validate=validate.Length(max=MESSAGE_LENGTH_MAX))
    reward_id = fields.String(load_default=None, validate=validate.Length(max=40))


class MadePledgeSchema(StrictSchema):
    """A pledge that was made."""

    id = fields.String(required=True)
    status = fields.String(
        required=True, metadata={"enum": [str(status) for status in PledgeStatus]}
    )
    amount = money_field("What was pledged")
    legal_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the small-scale collection or permit; null of a sale"},
    )
    address = fields.String(
        required=True,
        metadata={"description": "The backer's own page: whoever has it can withdraw the pledge"},
    )
