"""Calls that other bodies fund: the envelope of one funder never pays the grants of another."""

import pytest
import sqlalchemy as sa

from grantengine.disbursements.models import Grant
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import eur
from grantengine.programme import funding, queries
from grantengine.programme.errors import FundingSpentError
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Envelope
from grantengine.reviews.errors import EnvelopeShortError, GrantsUsedUpError
from grantengine.web.documents.decision_parts import Funding
from grantengine.web.documents.decision_view import decision_document
from tests.support.funding import a_funded_envelope, give_back
from tests.support.reviews import (
    a_call,
    a_programme,
    a_proposal,
    a_reviewed_application,
    an_award,
    an_official,
    sign,
)
from tests.support.threads import outcomes_of

EVERY_AVAILABLE = ("small", "oulun-kokeiluraha", "turun-kokeiluraha")


def proposed(session, envelope, amount="4000"):
    """Bring an application of a call that this envelope pays to its proposal."""
    call = a_call(session, envelope=envelope.code)
    return a_proposal(session, a_reviewed_application(session, call), an_award(amount))


def available(session):
    return [ledger.balance(session, f"budget:{code}:available") for code in EVERY_AVAILABLE]


@pytest.fixture
def cities(database):
    """Two cities with calls of their own, one of them with EUR 3,999.99."""
    with database.transaction() as session:
        a_programme(session)
        oulu = a_funded_envelope(session, "Oulun kokeiluraha", amount="3999.99")
        turku = a_funded_envelope(session, "Turun kokeiluraha", amount="60000")
        an_official(session, Role.DECISION_MAKER)
    return oulu, turku


def test_a_grant_is_bound_in_the_envelope_of_the_funder_of_its_call(database, cities):
    _oulu, turku = cities
    with database.transaction() as session:
        decision = sign(session, proposed(session, turku))
        session.flush()

        grant = session.get_one(Grant, decision.grant_id)
        assert (grant.envelope, grant.budget_account) == ("turun-kokeiluraha", None)
        assert available(session) == [eur("100000"), eur("3999.99"), eur("56000")]
        committed = f"budget:turun-kokeiluraha:committed:{grant.id}"
        assert ledger.balance(session, committed) == eur("4000")
        assert decision.content["funder"] == {
            "name": "Turun kaupunki",
            "envelope": dict.fromkeys(("fi", "sv", "en"), "Turun kokeiluraha"),
        }
        document = decision_document(decision, public_url="https://kokeilu.example")
        assert document.funding == Funding("Turun kaupunki", "Turun kokeiluraha")


def test_a_funder_one_cent_short_is_helped_by_no_other(database, cities):
    oulu, _turku = cities
    with database.transaction() as session:
        decision = proposed(session, oulu)
        maker = an_official(session, Role.DECISION_MAKER)

    with pytest.raises(EnvelopeShortError) as refusal, database.transaction() as session:
        sign(session, decision, by=maker)

    assert refusal.value.details["available"] == eur("3999.99")
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Grant)) == 0
        assert available(session) == [eur("100000"), eur("3999.99"), eur("60000")]


def test_a_funder_s_own_limit_of_grants_is_kept(database):
    with database.transaction() as session:
        a_programme(session)
        envelope = a_funded_envelope(session, grants_target=1)
        sign(session, proposed(session, envelope, "1"))
        with pytest.raises(GrantsUsedUpError):
            sign(session, proposed(session, envelope, "1"))


def test_what_is_decided_does_not_go_back_to_the_funder(database, cities):
    _oulu, turku = cities
    with database.transaction() as session:
        sign(session, proposed(session, turku))
        with pytest.raises(FundingSpentError):
            give_back(session, turku, "56000.01")
        give_back(session, turku, "56000")
        assert funding.free_of(session, turku) == eur("0")


def test_the_last_cent_goes_to_one_grant_or_back_to_the_funder_and_never_to_both(
    postgresql_database,
):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        oulu = a_funded_envelope(session, "Oulun kokeiluraha", amount="4000")
        turku = a_funded_envelope(session, "Turun kokeiluraha", amount="60000")
        decisions = [proposed(session, oulu) for _ in range(3)]
        other = proposed(session, turku)
        maker = an_official(session, Role.DECISION_MAKER)

    def signing(decision):
        def act():
            with database.transaction() as session:
                sign(session, decision, by=maker)

        return act

    def giving_back():
        with database.transaction() as session:
            give_back(session, session.get_one(Envelope, oulu.id), "4000")

    *outcomes, signed_by_turku = outcomes_of(
        *[signing(each) for each in decisions], giving_back, signing(other)
    )

    assert signed_by_turku is None
    refused = [each for each in outcomes if each is not None]
    assert len(refused) == 3
    short = (EnvelopeShortError, FundingSpentError)
    assert [each for each in refused if not isinstance(each, short)] == []
    with database.reading() as session:
        assert available(session) == [eur("100000"), eur("0"), eur("56000")]
        together = [each.allotted for each in queries.budget(session).funded]
        assert together[1] == eur("60000")
        assert audit.verify(session).is_clean
