"""Campaigns as the API gives them."""

from marshmallow import fields, validate

from grantengine.campaigns.lifecycle import HIDDEN, CampaignKind, CampaignStatus, LegalKind, Outcome
from grantengine.web.schemas.base import PageQuerySchema, PageSchema, StrictSchema
from grantengine.web.schemas.money import MoneySchema, money_field

_SHOWN = [str(status) for status in CampaignStatus if status not in HIDDEN]


class TotalsSchema(StrictSchema):
    """The four honest totals, read from the ledger."""

    pledged = money_field("Promised by backers, and still standing or charged")
    collected = money_field("Charged, the provider's fees included")
    matched = money_field("Promised or paid by the public pot")
    paid_out = money_field("Sent to the experiment, private and public money together")


class RewardSchema(StrictSchema):
    """What a campaign sells."""

    id = fields.String(required=True, metadata={"description": "`reward_id` of a pledge for it"})
    title = fields.String(required=True, metadata={"description": "In `language`"})
    description = fields.String(required=True)
    language = fields.String(required=True)
    price = money_field("What a pledge for it is, value added tax included")
    vat_rate_bps = fields.Integer(
        required=True, metadata={"description": "Value added tax, hundredths of a percent"}
    )
    stock = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "How many there are; null for as many as are asked for"},
    )
    left = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "How many nobody holds, 0 when sold out; null without a stock"},
    )
    delivered_on = fields.Date(
        required=True, metadata={"description": "With the backer by this day"}
    )


class LegalSchema(StrictSchema):
    """What the authorities know of a collection; all of it null of a sale."""

    purpose = fields.String(
        required=True, allow_none=True, metadata={"description": "What the money is for"}
    )
    secondary_purpose = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What it is for if that cannot be done or is done"},
    )
    notified_on = fields.Date(
        attribute="legal_notified_on",
        required=True,
        allow_none=True,
        metadata={"description": "When the police were told of a small-scale collection"},
    )
    starts_on = fields.Date(
        attribute="legal_starts_on",
        required=True,
        allow_none=True,
        metadata={"description": "First day of a permit"},
    )
    ends_on = fields.Date(
        attribute="legal_ends_on",
        required=True,
        allow_none=True,
        metadata={"description": "Last day of a permit"},
    )
    area = fields.String(
        attribute="legal_area",
        required=True,
        allow_none=True,
        metadata={"description": "Where a permit holds"},
    )


class CampaignSchema(StrictSchema):
    """One campaign."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": _SHOWN})
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    experiment = fields.String(
        attribute="experiment.slug", required=True, metadata={"description": "Its slug"}
    )
    kind = fields.String(
        required=True,
        metadata={
            "enum": [str(kind) for kind in CampaignKind],
            "description": "When backers are charged",
        },
    )
    outcome = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "enum": [*(str(outcome) for outcome in Outcome), None],
            "description": "How it ended; null before its deadline",
        },
    )
    legal_kind = fields.String(
        required=True,
        metadata={
            "enum": [str(kind) for kind in LegalKind],
            "description": "Which law it stands on",
        },
    )
    legal_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the small-scale collection or permit; null of a sale"},
    )
    legal = fields.Nested(LegalSchema, required=True)
    goal = money_field("What it asks for")
    optimum = fields.Nested(
        MoneySchema,
        required=True,
        allow_none=True,
        metadata={"description": "What it would do best with; null when the goal says it all"},
    )
    opens_at = fields.AwareDateTime(format="iso", required=True)
    deadline_at = fields.AwareDateTime(format="iso", required=True)
    rewards = fields.List(fields.Nested(RewardSchema), required=True)
    totals = fields.Nested(TotalsSchema, required=True)


class CampaignPageSchema(PageSchema):
    """A page of campaigns, newest first."""

    items = fields.List(fields.Nested(CampaignSchema), required=True)


class CampaignQuerySchema(PageQuerySchema):
    """Which campaigns."""

    status = fields.String(validate=validate.OneOf(_SHOWN))
