"""Experiments that no call chose: strategic ones, the smart harbour, five cases, a strong one."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from grantengine.disbursements import service as disbursements
from grantengine.disbursements.service import GrantTerms, InstalmentTerms
from grantengine.money import eur, split_by_weights
from grantengine.programme import queries, service
from grantengine.programme.lifecycle import ExperimentStatus, Tier
from grantengine.programme.models import Experiment
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

_STRATEGIC_DAYS = -228
# The strong grant comes in three parts; the last one waits for the learning card.
_STRONG_PARTS = (40, 40, 20)
_STRONG_DUE_DAYS = (-60, 90, 300)


def acts(stage: Stage) -> Iterator[Act]:
    """Tell how each of them was started."""
    facts = read("experiments")
    for hour, each in enumerate(facts["strategic"], start=9):
        yield Act(stage.office_moment(_STRATEGIC_DAYS, hour), partial(_start_strategic, each))
    harbour = facts["kalasatama"]
    yield Act(stage.moment(-harbour["days"]), partial(_start, "kalasatama", harbour))
    for name, case in facts["cases"].items():
        yield Act(stage.moment(-case["days"], 11), partial(_propose, name, case))
    strong = facts["strong"]
    yield Act(stage.office_moment(-strong["days"], 13), partial(_grow_strong, strong))


def _start_strategic(facts: Facts, stage: Stage) -> None:
    """Start one of the five, followed by the chancellery and financed from elsewhere."""
    whole = {**facts, "tier": "strategic", "organisation": "chancellery"}
    with stage.transaction() as session:
        experiment = _proposed(session, stage, whole)
        service.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=stage.now())


def _propose(name: str, facts: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        stage.experiments[name] = _proposed(session, stage, facts).id


def _start(name: str, facts: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        experiment = _proposed(session, stage, facts)
        service.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=stage.now())
        stage.experiments[name] = experiment.id


def _grow_strong(facts: Facts, stage: Stage) -> None:
    """Start the strong experiment that tests the learning of the quiet hour, with its grant."""
    with stage.transaction() as session:
        experiment = _proposed(session, stage, facts, parent=stage.experiments["library"])
        service.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=stage.now())
        disbursements.award_grant(session, _strong_terms(stage, experiment, facts), now=stage.now())
        stage.experiments["strong"] = experiment.id


def _strong_terms(stage: Stage, experiment: Experiment, facts: Facts) -> GrantTerms:
    amount = eur(facts["amount"])
    parts = split_by_weights(amount, _STRONG_PARTS)
    last = len(parts) - 1
    return GrantTerms(
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        envelope="strong",
        amount=amount,
        case_number=f"{facts['case_number']}/{stage.year}",
        payee_name=experiment.organisation.name,
        payee_iban=facts["iban"],
        recipient_kind=experiment.organisation.kind,
        instalments=[
            InstalmentTerms(part, stage.day(days), opens_on_learning=index == last)
            for index, (part, days) in enumerate(zip(parts, _STRONG_DUE_DAYS, strict=True))
        ],
    )


def _proposed(
    session: Session, stage: Stage, facts: Facts, *, parent: str | None = None
) -> Experiment:
    plan = service.ExperimentPlan(
        title=facts["title"],
        summary=facts["summary"],
        tier=Tier(facts["tier"]),
        language=facts.get("language", "fi"),
        organisation_id=stage.organisations[facts["organisation"]],
        owner_id=stage.people.get(facts.get("owner", "")),
        goal_ids=stage.goal_ids(session, facts["goals"]),
        region_code=facts.get("region"),
        municipality_code=facts.get("municipality"),
        hypothesis=facts.get("hypothesis"),
        parent_id=parent,
        starts_on=stage.today,
    )
    programme = queries.current_programme(session)
    return service.propose_experiment(session, programme, plan, now=stage.now())
