"""The plan of a call: what somebody who makes one has to say, and the rules it keeps to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.reviews.errors import CallPlanError
from grantengine.reviews.lifecycle import AidBasis

_WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class InstalmentShare:
    """A part of every grant of a call.

    Attributes:
        share_percent: of the grant; all parts together are 100.
        days_after_decision: when it is due.
        opens_on_learning: whether it waits for the learning card.
    """

    share_percent: int
    days_after_decision: int
    opens_on_learning: bool = False


DEFAULT_INSTALMENTS = (
    InstalmentShare(share_percent=70, days_after_decision=14),
    InstalmentShare(share_percent=30, days_after_decision=180, opens_on_learning=True),
)


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call to make.

    Attributes:
        texts: by language: `{"fi": {"title", "purpose", "who"}, …}`.
        envelope: code of the envelope that pays.
        grants_target: how many grants are aimed at.
        cost_share_max_percent: the grant's largest share of all costs.
        self_financing_min_percent: the smallest share of all costs that other money covers; what
            the two leave between them may be either.
        goal_ids: goals of which an application serves at least one.
        rubric: data of a rubric; None for the usual one.
    """

    texts: Mapping[str, Mapping[str, str]]
    tier: Tier
    envelope: str
    grant_min: Money
    grant_max: Money
    grants_target: int
    opens_at: datetime
    closes_at: datetime
    use_starts_on: date
    use_ends_on: date
    goal_ids: Sequence[str]
    cost_share_max_percent: int = 90
    self_financing_min_percent: int = 0
    reviews_per_application: int = 2
    applicant_kinds: Sequence[OrganisationKind] = tuple(OrganisationKind)
    instalments: Sequence[InstalmentShare] = DEFAULT_INSTALMENTS
    aid_basis: AidBasis = AidBasis.NONE
    rubric: dict[str, Any] | None = field(default=None)


def check(plan: CallPlan) -> None:
    """Let a plan pass that a call can be made from.

    Raises:
        CallPlanError: names the field that cannot be as it is planned.
    """
    wrong = {
        "closes_at": plan.opens_at >= plan.closes_at,
        "use_ends_on": plan.use_starts_on >= plan.use_ends_on,
        "grant_max": not Money(0) < plan.grant_min <= plan.grant_max,
        "cost_share_max_percent": not 1 <= plan.cost_share_max_percent <= _WHOLE_PERCENT,
        "self_financing_min_percent": not 0 <= plan.self_financing_min_percent < _WHOLE_PERCENT,
        "grants_target": plan.grants_target < 1,
        "reviews_per_application": plan.reviews_per_application < 1,
        "applicant_kinds": not plan.applicant_kinds,
        "goal_ids": not plan.goal_ids,
        "texts": not plan.texts
        or not all(texts.get("title", "").strip() for texts in plan.texts.values()),
        "instalments": not _is_whole(plan.instalments),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise CallPlanError(field=name, reason="invalid")


def _is_whole(instalments: Sequence[InstalmentShare]) -> bool:
    each_can_be = all(
        each.share_percent > 0 and each.days_after_decision >= 0 for each in instalments
    )
    return each_can_be and sum(each.share_percent for each in instalments) == _WHOLE_PERCENT


def payment_plan(plan: CallPlan) -> dict[str, Any]:
    """Give the instalments of a plan as a call keeps them."""
    return {
        "instalments": [
            {
                "share_percent": each.share_percent,
                "days_after_decision": each.days_after_decision,
                "opens_on_learning": each.opens_on_learning,
            }
            for each in plan.instalments
        ]
    }


def title_of(plan: CallPlan) -> str:
    """Give the title that the address of the call is made from: that of the first language."""
    return next(iter(plan.texts.values()))["title"]
