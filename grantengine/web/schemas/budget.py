"""The money of the whole programme as the API gives it."""

from marshmallow import fields

from grantengine.web.schemas.base import StrictSchema
from grantengine.web.schemas.campaigns import TotalsSchema
from grantengine.web.schemas.money import money_field, names_field


class StagesSchema(StrictSchema):
    """How far the public money of an envelope has come; the stages add up to what was allotted."""

    available = money_field("Free to promise")
    reserved = money_field("Promised on a condition")
    committed = money_field("Decided")
    in_payment = money_field("In a released batch")
    paid = money_field("The bank said so")
    recovered = money_field("Paid back")


class EnvelopeSchema(StrictSchema):
    """A part of the appropriation with a purpose."""

    code = fields.String(required=True)
    names = names_field("Its name by language")
    grants_target = fields.Integer(required=True, allow_none=True)
    allotted = money_field("What it got, wherever it is now")
    stages = fields.Nested(StagesSchema, required=True)


class FundedEnvelopeSchema(EnvelopeSchema):
    """Another funder's money, which pays the grants of its own calls."""

    funder = fields.String(required=True, metadata={"description": "Name of the organisation"})


class LedgerSchema(StrictSchema):
    """Both sides of the whole ledger; they are equal."""

    accounts = fields.Integer(required=True)
    debit = money_field("All debits")
    credit = money_field("All credits")


class BudgetSchema(StrictSchema):
    """Where the appropriation stands, and what the crowd has added."""

    programme = fields.String(required=True, metadata={"description": "Its slug"})
    read_at = fields.AwareDateTime(format="iso", required=True)
    appropriated = money_field("What parliament appropriated")
    unallotted = money_field("In no envelope yet")
    envelopes = fields.List(fields.Nested(EnvelopeSchema), required=True)
    stages = fields.Nested(StagesSchema, required=True)
    funded_envelopes = fields.List(
        fields.Nested(FundedEnvelopeSchema),
        required=True,
        metadata={"description": "Of other funders: no part of the appropriation"},
    )
    campaigns = fields.Nested(TotalsSchema, required=True)
    ledger = fields.Nested(LedgerSchema, required=True)
