"""A small programme with experiments that run and learnings that are told, for tests."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from grantengine.ids import new_id
from grantengine.learnings import service
from grantengine.learnings.lifecycle import Result
from grantengine.money import eur
from grantengine.programme import places
from grantengine.programme import service as programmes
from grantengine.programme.lifecycle import (
    EventKind,
    ExperimentStatus,
    GoalLevel,
    OrganisationKind,
    Role,
    Tier,
)
from grantengine.programme.models import Goal, Organisation, Person, Programme, ProgrammeEvent

START = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
VALUES = {
    "fi": ["Hallinnollinen ketteryys", "Poikkihallinnollisuus", "Osallistavat työmenetelmät"],
    "sv": ["Administrativ smidighet", "Tvärsektoriellt arbete", "Delaktiggörande arbetssätt"],
    "en": ["Administrative agility", "Working across sectors", "Participatory methods"],
}


def a_programme(session, *, now=START):
    """Start the programme of EUR 2,000,000 with its four envelopes, one goal and two events."""
    places.load_places(session)
    session.add(
        Goal(
            id=new_id("gol", now),
            code="new-solutions",
            level=GoalLevel.NATIONAL,
            position=0,
            names={"fi": "Uudet ratkaisut", "sv": "Nya lösningar", "en": "New solutions"},
        )
    )
    programme = programmes.start_programme(session, _plan(), now=now)
    session.add(
        ProgrammeEvent(
            id=new_id("evt", now),
            programme_id=programme.id,
            kind=EventKind.FAILURE_DAY,
            names={
                "fi": "Epäonnistumisen päivä",
                "sv": "Misslyckandets dag",
                "en": "Day for Failure",
            },
            hashtag="kokeilut",
            starts_on=date(2026, 10, 13),
            ends_on=date(2026, 10, 13),
        )
    )
    session.flush()
    return programme


def an_experiment(session, title="Kutsutakseja kylille", *, now=START, person=None, **wishes):
    """Start a running experiment of Oulu, with its owner; wishes are fields of the plan."""
    programme = session.scalars(sa.select(Programme)).one()
    organisation = session.scalars(sa.select(Organisation)).first()
    organisation = organisation or programmes.register_organisation(
        session,
        name="Oulun kaupunki",
        kind=OrganisationKind.MUNICIPALITY,
        municipality_code="564",
        now=now,
    )
    person = person or a_person(session, roles=[Role.EXPERIMENTER], now=now)
    fields = {
        "title": title,
        "summary": "Kylien asukkaat tilaavat kyydin yhdessä ja maksavat siitä saman verran.",
        "tier": Tier.SMALL,
        "language": "fi",
        "organisation_id": organisation.id,
        "owner_id": person.id,
        "goal_ids": list(session.scalars(sa.select(Goal.id))),
        "region_code": "17",
        "municipality_code": "564",
        "hypothesis": "Puolet kylien kyydeistä yhdistyy, kun tilaus tehdään edellisenä iltana.",
    }
    plan = programmes.ExperimentPlan(**(fields | wishes))
    experiment = programmes.propose_experiment(session, programme, plan, now=now)
    programmes.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=now)
    session.flush()
    return experiment


def a_person(session, name="Aino Virtanen", *, roles=(), now=START, language="fi"):
    """Register somebody with these roles."""
    number = session.scalar(sa.select(sa.func.count()).select_from(Person))
    return programmes.register_person(
        session,
        name=name,
        email=f"person-{number}@example.fi",
        language=language,
        roles=list(roles),
        now=now,
    )


def a_card(**wishes):
    """A card with all five answers, ready to be published."""
    fields = {
        "language": "fi",
        "result": Result.REJECTED,
        "narrator": "Kyytikokeilun vetäjä",
        "doing": "Yhdistämme kylien kyytejä.",
        "daring": "Uskalsimme, koska bussi oli lakkautettu.",
        "succeeded": "Naapurit tutustuivat.",
        "went_wrong": "Kyydit yhdistyivät harvoin.",
        "learned": "Tilausaika ratkaisee, ei hinta.",
    }
    return service.Card(**(fields | wishes))


def a_learning(session, experiment, *, now=START + timedelta(days=200), **wishes):
    """Publish a learning of the experiment, told by its owner."""
    owner = session.get_one(Person, experiment.owner_id)
    service.write_learning(session, experiment.id, a_card(**wishes), person=owner, now=now)
    return service.publish_learning(session, experiment.id, person=owner, now=now)


def _plan():
    envelopes = (("small", "500000", 100), ("strong", "750000", 5), ("support", "250000", None))
    return programmes.ProgrammePlan(
        slug="kokeileva-suomi",
        names={"fi": "Kokeileva Suomi", "sv": "Försöksfinland", "en": "Experimental Finland"},
        authority={"fi": "Kokeiluvirasto", "sv": "Försöksverket", "en": "Experiment Agency"},
        budget_account="28.70.03",
        starts_on=date(2026, 1, 7),
        ends_on=date(2028, 12, 31),
        appropriation=eur("2000000"),
        envelopes=[
            *(_envelope(code, amount, target) for code, amount, target in envelopes),
            _envelope("match", "500000", None),
        ],
        profile={"values": VALUES},
    )


def _envelope(code, amount, target):
    names = {
        "small": {"fi": "Pienkokeilut", "sv": "Småskaliga försök", "en": "Small experiments"},
        "strong": {"fi": "Vahvat kokeilut", "sv": "Starka försök", "en": "Strong experiments"},
        "support": {"fi": "Tukitoimet", "sv": "Stödåtgärder", "en": "Support"},
        "match": {"fi": "Vastinraha", "sv": "Matchande finansiering", "en": "Match funding"},
    }
    return programmes.EnvelopePlan(code, names[code], eur(amount), target)
