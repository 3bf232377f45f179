"""The programme's beginning: two million euros, envelopes, goals, places, events, people."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme import funding, places, queries, service
from grantengine.programme.lifecycle import EventKind, GoalLevel, OrganisationKind, Role
from grantengine.programme.models import Goal, Programme, ProgrammeEvent
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

# In the programme's profile: false from the first act on, true after the last one.
TOLD_MARK = "demonstration_told"
_START_DAYS = -230
_FUNDED_DAYS = -60
_YEARS = 3  # A transferable appropriation is in use for three budget years at most.


def acts(stage: Stage) -> Iterator[Act]:
    """Tell how the programme is started and who takes part in it."""
    yield Act(stage.office_moment(_START_DAYS, 9), _start)
    yield Act(stage.office_moment(_START_DAYS, 10), _register_everybody)
    yield Act(stage.office_moment(_FUNDED_DAYS, 9), _take_other_funders_money)


def _start(stage: Stage) -> None:
    facts = read("programme")
    with stage.transaction() as session:
        places.load_places(session)
        programme = service.start_programme(session, _plan(stage, facts), now=stage.now())
        _add_goals(session, stage, facts)
        _add_events(session, stage, facts, programme)


def _plan(stage: Stage, facts: Facts) -> service.ProgrammePlan:
    envelopes = [
        service.EnvelopePlan(
            code=each["code"],
            names=each["names"],
            amount=eur(each["amount"]),
            grants_target=each.get("grants_target"),
        )
        for each in facts["envelopes"]
    ]
    return service.ProgrammePlan(
        slug=facts["slug"],
        names=facts["names"],
        authority=facts["authority"],
        budget_account=facts["budget_account"],
        starts_on=stage.today,
        ends_on=date(stage.year + _YEARS - 1, 12, 31),
        appropriation=eur(facts["appropriation"]),
        envelopes=envelopes,
        profile={**facts["profile"], TOLD_MARK: False},
    )


# Goals and dated events are set up with a programme and never change: they have no service.


def _add_goals(session: Session, stage: Stage, facts: Facts) -> None:
    for position, goal in enumerate(facts["goals"]):
        session.add(
            Goal(
                id=new_id("gol", stage.now()),
                code=goal["code"],
                level=GoalLevel(goal["level"]),
                position=position,
                names=goal["names"],
            )
        )


def _add_events(session: Session, stage: Stage, facts: Facts, programme: Programme) -> None:
    for event in facts["events"]:
        session.add(
            ProgrammeEvent(
                id=new_id("evt", stage.now()),
                programme_id=programme.id,
                kind=EventKind(event["kind"]),
                names=event["names"],
                hashtag=event["hashtag"],
                starts_on=date(stage.year, *event["starts"]),
                ends_on=date(stage.year, *event["ends"]),
            )
        )


def _register_everybody(stage: Stage) -> None:
    facts = read("people")
    with stage.transaction() as session:
        for name, body in facts["organisations"].items():
            organisation = service.register_organisation(
                session,
                name=body["name"],
                kind=OrganisationKind(body["kind"]),
                business_id=body.get("business_id"),
                municipality_code=body.get("municipality"),
                now=stage.now(),
            )
            stage.organisations[name] = organisation.id
        for name, human in facts["people"].items():
            # One after another, so that their ids, by which reviewers are chosen, sort as here.
            stage.clock.advance(timedelta(minutes=1))
            person = service.register_person(
                session,
                name=human["name"],
                email=human["email"],
                language=human.get("language", "fi"),
                roles=[Role(role) for role in human["roles"]],
                organisation_id=stage.organisations.get(human.get("organisation", "")),
                now=stage.now(),
            )
            stage.people[name] = person.id


def _take_other_funders_money(stage: Stage) -> None:
    with stage.transaction() as session:
        running = queries.current_programme(session)
        for each in read("programme")["funded"]:
            plan = funding.FundedEnvelopePlan(
                stage.organisations[each["funder"]], each["names"], each["grants_target"]
            )
            envelope = funding.open_funded_envelope(session, running, plan, now=stage.now())
            stage.envelopes[each["name"]] = envelope.code
            funding.receive_funding(
                session,
                envelope,
                eur(each["amount"]),
                funding_id=new_id("fnd", stage.now()),
                note=each["reference"],
                actor_id=stage.people["sanna"],
                now=stage.now(),
            )
