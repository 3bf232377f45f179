"""Envelopes of other funders, for tests: a city that pays for a call of its own."""

from datetime import UTC, datetime

from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme import funding, queries
from grantengine.programme import service as programmes
from grantengine.programme.lifecycle import OrganisationKind
from tests.support.programme import in_all_languages

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def a_city(session, name="Oulun kaupunki"):
    """Register a city."""
    return programmes.register_organisation(
        session, name=name, kind=OrganisationKind.MUNICIPALITY, now=NOON
    )


def a_funded_envelope(session, name="Oulun kokeiluraha", *, funder=None, amount="60000", **wishes):
    """Open an envelope of a city's, with this much in it."""
    funder = funder or a_city(session, f"{name.split()[0]} kaupunki")
    plan = funding.FundedEnvelopePlan(funder.id, in_all_languages(name), **wishes)
    programme = queries.current_programme(session)
    envelope = funding.open_funded_envelope(session, programme, plan, now=NOON)
    if amount:
        receive(session, envelope, amount)
    return envelope


def receive(session, envelope, amount, *, funding_id=None):
    """Book that this many euros have come from the funder."""
    facts = {"note": "RF18 5390 0754 7034", "actor_id": None, "now": NOON}
    funding_id = funding_id or new_id("fnd", NOON)
    funding.receive_funding(session, envelope, eur(amount), funding_id=funding_id, **facts)


def give_back(session, envelope, amount, *, funding_id=None):
    """Book that this many euros go back to the funder."""
    facts = {"note": "Käyttämättä jäänyt", "actor_id": None, "now": NOON}
    funding_id = funding_id or new_id("fnd", NOON)
    funding.return_funding(session, envelope, eur(amount), funding_id=funding_id, **facts)
