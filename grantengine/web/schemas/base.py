"""What every schema of the API has in common."""

from marshmallow import RAISE, Schema, fields, validate


class StrictSchema(Schema):
    """A schema that refuses what it does not know, and keeps its fields in their order."""

    class Meta:
        """Unknown fields are an error of the sender, not something to pass over."""

        unknown = RAISE


class PageQuerySchema(StrictSchema):
    """Which page of a list, by cursor."""

    after = fields.String(
        validate=validate.Regexp(r"^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}\Z"),
        metadata={
            "description": "`next_cursor` of the page before",
            "pattern": "^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$",
        },
    )
    limit = fields.Integer(
        load_default=24,
        validate=validate.Range(min=1, max=100),
        metadata={"description": "At most this many items"},
    )
    lang = fields.String(
        validate=validate.OneOf(["fi", "sv", "en"]),
        metadata={"description": "Language of error messages"},
    )


class PageSchema(StrictSchema):
    """The cursor that every list ends with."""

    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Give it as `after` for the next page; null on the last one"},
    )


class ProblemSchema(StrictSchema):
    """Problem details (RFC 9457) with a stable code."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(
        required=True, metadata={"description": "Stable; what programs should look at"}
    )
    detail = fields.String(
        required=True, metadata={"description": "One sentence in the language of the request"}
    )
    request_id = fields.String(required=True, allow_none=True)
    errors = fields.Dict(metadata={"description": "What is wrong, by the place it came in"})
