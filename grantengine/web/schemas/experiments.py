"""Experiments and their learnings as the API gives them."""

from marshmallow import fields, validate

from grantengine.learnings.lifecycle import Result
from grantengine.programme.lifecycle import ExperimentStatus, Tier
from grantengine.web.schemas.base import PageQuerySchema, PageSchema, StrictSchema

_TIERS = [str(tier) for tier in Tier]
_STATUSES = [str(status) for status in ExperimentStatus]
_RESULTS = [str(result) for result in Result]
_REGION = "Statistics Finland's code of the region"


class ExperimentSchema(StrictSchema):
    """One experiment."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    tier = fields.String(required=True, metadata={"enum": _TIERS})
    status = fields.String(required=True, metadata={"enum": _STATUSES})
    language = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    hypothesis = fields.String(required=True, allow_none=True)
    organisation = fields.String(attribute="organisation.name", required=True)
    region_code = fields.String(required=True, allow_none=True, metadata={"description": _REGION})
    municipality_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Statistics Finland's code of the municipality"},
    )
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    created_at = fields.AwareDateTime(format="iso", required=True)


class ExperimentPageSchema(PageSchema):
    """A page of experiments, newest first."""

    items = fields.List(fields.Nested(ExperimentSchema), required=True)


class ExperimentQuerySchema(PageQuerySchema):
    """Which experiments."""

    tier = fields.String(validate=validate.OneOf(_TIERS))
    region_code = fields.String(
        validate=validate.Regexp(r"^[0-9]{2}\Z"),
        metadata={"description": _REGION, "pattern": "^[0-9]{2}$"},
    )


class LearningSchema(StrictSchema):
    """One published learning: the five answers and the result."""

    id = fields.String(required=True)
    experiment = fields.String(
        attribute="experiment.slug", required=True, metadata={"description": "Its slug"}
    )
    title = fields.String(attribute="experiment.title", required=True)
    hypothesis = fields.String(attribute="experiment.hypothesis", required=True, allow_none=True)
    result = fields.String(required=True, metadata={"enum": _RESULTS})
    language = fields.String(required=True)
    narrator = fields.String(required=True)
    doing = fields.String(required=True, metadata={"description": "What are we doing?"})
    daring = fields.String(required=True, metadata={"description": "What made us dare?"})
    succeeded = fields.String(required=True, metadata={"description": "Where did we succeed?"})
    went_wrong = fields.String(required=True, metadata={"description": "What went wrong?"})
    learned = fields.String(required=True, metadata={"description": "What did we learn?"})
    published_at = fields.AwareDateTime(format="iso", required=True)


class LearningPageSchema(PageSchema):
    """A page of learnings, newest first."""

    items = fields.List(fields.Nested(LearningSchema), required=True)


class LearningQuerySchema(PageQuerySchema):
    """Which learnings."""

    words = fields.String(
        validate=validate.Length(max=500),
        metadata={"description": "All of these words, anywhere in the learning"},
    )
    result = fields.String(validate=validate.OneOf(_RESULTS))
