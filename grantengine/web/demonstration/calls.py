"""What the calls have started: experiments with grants, awarded directly for the time being."""

from collections.abc import Iterator
from functools import partial

from grantengine.disbursements import service as disbursements
from grantengine.disbursements.service import GrantTerms, InstalmentTerms
from grantengine.money import eur, split_by_weights
from grantengine.programme import queries, service
from grantengine.programme.lifecycle import ExperimentStatus, OrganisationKind, Tier
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

_FIRST_DAYS, _CHALLENGES_DAYS = -182, -22
_PARTS = (70, 30)


def acts(stage: Stage) -> Iterator[Act]:
    """Tell which applications of the two decided calls became experiments."""
    for name, facts in read("applications_first").items():
        if facts.get("decision", "awarded") == "awarded":
            yield Act(stage.office_moment(_FIRST_DAYS, 14), partial(_award, name, facts))
    for name, facts in read("applications_challenges").items():
        if facts.get("decision") == "awarded":
            yield Act(stage.office_moment(_CHALLENGES_DAYS, 14), partial(_award, name, facts))


def _award(name: str, facts: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        body = service.register_organisation(
            session,
            name=facts["organisation"],
            kind=OrganisationKind(facts["kind"]),
            business_id=facts.get("business_id"),
            municipality_code=facts.get("municipality"),
            now=stage.now(),
        )
        plan = service.ExperimentPlan(
            title=facts["title"],
            summary=facts["summary"],
            tier=Tier.SMALL,
            language=facts["language"],
            organisation_id=body.id,
            owner_id=stage.people[facts["applicant"]],
            goal_ids=stage.goal_ids(session, facts["goals"]),
            region_code=facts.get("region"),
            municipality_code=facts.get("municipality"),
            starts_on=stage.today,
        )
        programme = queries.current_programme(session)
        experiment = service.propose_experiment(session, programme, plan, now=stage.now())
        service.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=stage.now())
        stage.experiments[name] = experiment.id
        terms = _terms(stage, facts, experiment_id=experiment.id, organisation_id=body.id)
        disbursements.award_grant(session, terms, now=stage.now())


def _terms(stage: Stage, facts: Facts, *, experiment_id: str, organisation_id: str) -> GrantTerms:
    amount = eur(str(facts["applied"]))
    first, last = split_by_weights(amount, _PARTS)
    number = len(stage.experiments)
    return GrantTerms(
        experiment_id=experiment_id,
        organisation_id=organisation_id,
        envelope="small",
        amount=amount,
        case_number=f"VNK/{number}/{stage.year}",
        payee_name=facts["organisation"],
        payee_iban=facts["iban"],
        recipient_kind=OrganisationKind(facts["kind"]),
        instalments=[
            InstalmentTerms(first, stage.today),
            InstalmentTerms(last, stage.today, opens_on_learning=True),
        ],
    )
