"""Between the form of a call and its plan: what was typed out, what was kept in."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import FieldList

from grantengine.clock import HELSINKI
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.reviews.checklist import default_checklist
from grantengine.reviews.errors import CallPlanError
from grantengine.reviews.lifecycle import AidBasis
from grantengine.reviews.models import Call
from grantengine.reviews.planning import DEFAULT_INSTALMENTS, CallPlan, InstalmentShare
from grantengine.reviews.rubric import default_rubric
from grantengine.web.forms.calls import CallForm
from grantengine.web.forms.checklists import checklist_rows
from grantengine.web.forms.criteria import rows_of, rubric_of
from grantengine.web.i18n import LANGUAGES

# The state speaks to everybody in its two languages; English is a courtesy.
_NATIONAL = ("fi", "sv")
# What the form and the call name alike.
_SAME = (
    "version",
    "tier",
    "envelope",
    "grant_min",
    "grant_max",
    "grants_target",
    "aid_basis",
    "use_starts_on",
    "use_ends_on",
    "applicant_kinds",
)


def plan_of(form: CallForm) -> CallPlan:
    """Read the plan out of a form that was checked.

    Raises:
        CallPlanError: an instalment or a criterion is filled in by half.
    """
    assert form.grant_min.data is not None  # The form has asked for both.
    assert form.grant_max.data is not None
    return CallPlan(
        texts=_texts(form),
        tier=Tier(form.tier.data),
        envelope=form.envelope.data,
        grant_min=form.grant_min.data,
        grant_max=form.grant_max.data,
        grants_target=form.grants_target.data,
        opens_at=_in_finland(form.opens_at.data),
        closes_at=_in_finland(form.closes_at.data),
        use_starts_on=form.use_starts_on.data,
        use_ends_on=form.use_ends_on.data,
        goal_ids=form.goal_ids.data,
        cost_share_max_percent=form.cost_share.data,
        self_financing_min_percent=form.self_financing.data,
        reviews_per_application=form.reviews.data,
        applicant_kinds=[OrganisationKind(each) for each in form.applicant_kinds.data],
        instalments=_instalments(form.instalments),
        aid_basis=AidBasis(form.aid_basis.data),
        rubric=rubric_of(form.criteria),
    )


def values_of(call: Call, checklist: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form of a draft begins with."""
    return {
        **{name: getattr(call, name) for name in _SAME},
        **{code: call.texts.get(code, {}) for code in LANGUAGES},
        "goal_ids": [goal.id for goal in call.goals],
        "cost_share": call.cost_share_max_percent,
        "self_financing": call.self_financing_min_percent,
        "reviews": call.reviews_per_application,
        "instalments": [_row(each) for each in call.payment_plan["instalments"]],
        "opens_at": call.opens_at.astimezone(HELSINKI),
        "closes_at": call.closes_at.astimezone(HELSINKI),
        "checklist": checklist_rows(checklist),
        "criteria": rows_of(call.rubric),
    }


def first_values() -> dict[str, Any]:
    """Give what the form of a new call begins with: the usual instalments, points, criteria."""
    rows = [_row(dataclasses.asdict(each)) for each in DEFAULT_INSTALMENTS]
    return {
        "instalments": rows,
        "checklist": checklist_rows(default_checklist()),
        "criteria": rows_of(default_rubric()),
    }


def _texts(form: CallForm) -> dict[str, dict[str, str]]:
    texts = {code: form[code].data for code in LANGUAGES}
    return {
        code: {name: text or "" for name, text in each.items()}
        for code, each in texts.items()
        if code in _NATIONAL or any(each.values())
    }


def _instalments(rows: FieldList) -> list[InstalmentShare]:
    filled = [row.form for row in rows if row.form.share.data is not None]
    if any(row.days.data is None for row in filled):
        raise CallPlanError(field="instalments", reason="incomplete")
    return [
        InstalmentShare(row.share.data, row.days.data, opens_on_learning=row.on_learning.data)
        for row in filled
    ]


def _row(instalment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "share": instalment["share_percent"],
        "days": instalment["days_after_decision"],
        "on_learning": instalment["opens_on_learning"],
    }


def _in_finland(typed: datetime) -> datetime:
    # Of an hour that comes twice in autumn, the first.
    return typed.replace(tzinfo=HELSINKI)
