"""Campaigns as the API gives them."""

from marshmallow import fields, validate

from grantengine.campaigns.lifecycle import HIDDEN, CampaignStatus
from grantengine.web.schemas.base import PageQuerySchema, PageSchema, StrictSchema
from grantengine.web.schemas.money import money_field

_SHOWN = [str(status) for status in CampaignStatus if status not in HIDDEN]


class TotalsSchema(StrictSchema):
    """The four honest totals, read from the ledger."""

    pledged = money_field("Promised by backers, and still standing or charged")
    collected = money_field("Charged, the provider's fees included")
    matched = money_field("Promised or paid by the public pot")
    paid_out = money_field("Sent to the experiment, private and public money together")


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
    goal = money_field("What it asks for")
    opens_at = fields.AwareDateTime(format="iso", required=True)
    deadline_at = fields.AwareDateTime(format="iso", required=True)
    totals = fields.Nested(TotalsSchema, required=True)


class CampaignPageSchema(PageSchema):
    """A page of campaigns, newest first."""

    items = fields.List(fields.Nested(CampaignSchema), required=True)


class CampaignQuerySchema(PageQuerySchema):
    """Which campaigns."""

    status = fields.String(validate=validate.OneOf(_SHOWN))
