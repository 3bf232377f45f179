"""Calls in every state, from a draft to one in which everything is decided."""

from collections.abc import Iterator
from functools import partial

from grantengine.money import eur
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.reviews import service
from grantengine.reviews.planning import CallPlan, InstalmentShare
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

OPENING_HOUR, CLOSING_HOUR = 9, 16
_PUBLISHED_BEFORE_DAYS = 7
# The last part waits for the learning card, whatever the learning is.
_INSTALMENTS = (
    InstalmentShare(share_percent=70, days_after_decision=7),
    InstalmentShare(share_percent=30, days_after_decision=60, opens_on_learning=True),
)


def acts(stage: Stage) -> Iterator[Act]:
    """Tell how each call was published, opened and closed."""
    facts = read("calls")
    for name, call in facts["calls"].items():
        rubric = facts["rubrics"].get(call.get("rubric"))
        before_days = min(call["opens"] - _PUBLISHED_BEFORE_DAYS, -1)
        published_at = stage.office_moment(before_days, 13)
        yield Act(published_at, partial(_publish, name, call, rubric))
        if call["opens"] < 0:
            yield Act(stage.moment(call["opens"], OPENING_HOUR), _advance)
        if call["closes"] < 0:
            yield Act(stage.moment(call["closes"], CLOSING_HOUR), _advance)


def _publish(name: str, facts: Facts, rubric: Facts | None, stage: Stage) -> None:
    use_starts, use_ends = facts["use"]
    with stage.transaction() as session:
        plan = CallPlan(
            texts=facts["texts"],
            tier=Tier(facts["tier"]),
            envelope=stage.envelope(facts["envelope"]),
            grant_min=eur(facts["grant_min"]),
            grant_max=eur(facts["grant_max"]),
            grants_target=facts["grants_target"],
            opens_at=stage.moment(facts["opens"], OPENING_HOUR),
            closes_at=stage.moment(facts["closes"], CLOSING_HOUR),
            use_starts_on=stage.day(use_starts),
            use_ends_on=stage.day(use_ends),
            goal_ids=stage.goal_ids(session, facts["goals"]),
            cost_share_max_percent=facts["cost_share"],
            applicant_kinds=[OrganisationKind(kind) for kind in facts["kinds"]],
            instalments=_INSTALMENTS,
            rubric=rubric,
        )
        actor_id = stage.people["sanna"]
        call = service.draft_call(session, plan, now=stage.now(), actor_id=actor_id)
        if not facts.get("is_draft"):
            service.publish_call(session, call.id, now=stage.now(), actor_id=actor_id)
        stage.calls[name] = call.id


def _advance(stage: Stage) -> None:
    """Do what the scheduler does: open and close what is due."""
    with stage.transaction() as session:
        service.advance_due_calls(session, now=stage.now())
