"""The published seals of the ledger as the API gives them."""

from marshmallow import fields, validate

from grantengine.web.schemas.base import PageQuerySchema, PageSchema, StrictSchema

HIGHEST_NUMBER = 2**63 - 1


class SealSchema(StrictSchema):
    """A seal: it proves that the entries up to it are the ones of that day, not that they are true."""

    number = fields.Integer(required=True, metadata={"description": "1, 2, 3 and so on"})
    first_entry = fields.Integer(
        required=True, metadata={"description": "Number of the first entry that it covers"}
    )
    last_entry = fields.Integer(required=True, metadata={"description": "Number of the last one"})
    rows = fields.Integer(required=True, metadata={"description": "How many transfers it covers"})
    root = fields.Function(
        lambda seal: seal.root.hex(),
        required=True,
        metadata={
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 over the root before it and the hash of each entry, in hex",
        },
    )
    sealed_at = fields.AwareDateTime(format="iso", required=True)


class SealQuerySchema(PageQuerySchema):
    """Which page of the seals."""

    after = fields.Integer(  # type: ignore[assignment]  # seals are numbered
        validate=validate.Range(min=1, max=HIGHEST_NUMBER),
        metadata={"description": "`next_cursor` of the page before"},
    )


class SealPageSchema(PageSchema):
    """A page of seals, newest first."""

    items = fields.List(fields.Nested(SealSchema), required=True)
    next_cursor = fields.Integer(  # type: ignore[assignment]  # as above
        required=True,
        allow_none=True,
        metadata={"description": "Give it as `after` for the next page; null on the last one"},
    )
