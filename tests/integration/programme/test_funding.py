"""Money of other funders: kept apart to the cent, spent on their own grants, given back unspent."""

import pytest
import sqlalchemy as sa

from grantengine.errors import NotFoundError
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger.errors import KeyReusedError
from grantengine.money import eur
from grantengine.programme import funding, queries, service
from grantengine.programme.chart import Stage
from grantengine.programme.errors import FundingSpentError, UnknownEnvelopeError
from grantengine.programme.funding import FundingStep
from grantengine.programme.models import Envelope
from tests.support.funding import NOON, a_city, a_funded_envelope, give_back, receive
from tests.support.programme import a_plan, in_all_languages
from tests.support.threads import outcomes_of


@pytest.fixture
def session(database):
    with database.transaction() as session:
        service.start_programme(session, a_plan(), now=NOON)
        yield session
        session.flush()
        assert audit.verify(session).is_clean


def balances(session, *codes):
    return [ledger.balance(session, code) for code in codes]


def test_a_funder_s_money_stands_beside_the_appropriation_and_not_in_it(session):
    envelope = a_funded_envelope(session, amount="250.00")

    budget = queries.budget(session)
    assert (budget.appropriated, budget.unallotted) == (eur("1000"), eur("100"))
    assert [each.envelope.code for each in budget.envelopes] == ["small", "match"]
    assert budget.stage_total(Stage.AVAILABLE) == eur("900")
    (funded,) = budget.funded
    assert (funded.envelope.code, funded.allotted) == (envelope.code, eur("250"))
    assert funded.envelope.funder.name == "Oulun kaupunki"
    assert balances(session, "cash:treasury", f"cash:treasury:{envelope.code}") == [
        eur("1000"),
        eur("250"),
    ]


def test_unspent_money_goes_back_to_the_last_cent_and_no_cent_more(session):
    envelope = a_funded_envelope(session, amount="250.00")
    a_funded_envelope(session, "Turun kokeiluraha", amount="999.00")

    with pytest.raises(FundingSpentError) as refusal:
        give_back(session, envelope, "250.01")
    give_back(session, envelope, "250.00")

    assert refusal.value.details == {
        "envelope": envelope.code,
        "available": eur("250.00"),
        "wanted": eur("250.01"),
    }
    own = ("budget:appropriation", "cash:treasury", "cash:funder")
    assert balances(session, *(f"{code}:{envelope.code}" for code in own)) == [eur("0")] * 3
    lines = funding.funding_lines(session, envelope)
    assert [(each.step, each.amount) for each in lines] == [
        (FundingStep.RECEIVED, eur("250")),
        (FundingStep.RETURNED, eur("250")),
    ]
    assert lines[1].note == "Käyttämättä jäänyt"


def test_the_same_payment_is_booked_once_and_another_amount_under_its_id_is_refused(session):
    envelope = a_funded_envelope(session, amount=None)

    for _ in range(2):
        receive(session, envelope, "50", funding_id="fnd_1")
    with pytest.raises(KeyReusedError):
        receive(session, envelope, "51", funding_id="fnd_1")

    assert funding.free_of(session, envelope) == eur("50")
    assert len(funding.funding_lines(session, envelope)) == 1


def test_envelopes_of_one_name_have_codes_and_accounts_of_their_own(session):
    city = a_city(session)
    codes = [
        a_funded_envelope(session, name, funder=city, amount=None).code
        for name in ("Oulun kokeiluraha", "Oulun kokeiluraha", "Appropriation", "试验", "small")
    ]

    assert len(set(codes)) == len(codes)
    assert codes[:3] == ["oulun-kokeiluraha", "oulun-kokeiluraha-2", "appropriation-2"]
    assert codes[4] == "small-2"


def test_a_form_sent_twice_opens_one_envelope(session):
    city, programme = a_city(session), queries.current_programme(session)
    plan = funding.FundedEnvelopePlan(city.id, in_all_languages("Oulu"))

    first, second = (
        funding.open_funded_envelope(session, programme, plan, now=NOON, envelope_id="env_1")
        for _ in range(2)
    )

    assert first is second
    nobody = funding.FundedEnvelopePlan("org_0", in_all_languages("Oulu"))
    with pytest.raises(NotFoundError):
        funding.open_funded_envelope(session, programme, nobody, now=NOON)


def test_an_envelope_of_the_appropriation_has_no_funder_to_pay_into_it(session):
    with pytest.raises(UnknownEnvelopeError):
        queries.funded_envelope(session, "small")


def test_whose_money_an_envelope_holds_never_changes(database):
    with database.transaction() as session:
        service.start_programme(session, a_plan(), now=NOON)
        envelope = a_funded_envelope(session)
        other = a_city(session, "Turun kaupunki")

    for name, value in (("funder_id", other.id), ("funder_id", None), ("code", "turku")):
        with pytest.raises(sa.exc.DBAPIError), database.transaction() as session:
            setattr(session.get_one(Envelope, envelope.id), name, value)
    with database.reading() as session:
        kept = session.get_one(Envelope, envelope.id)
        assert (kept.code, kept.funder_id) == (envelope.code, envelope.funder_id)


def test_of_two_who_give_back_the_last_cent_at_once_one_is_refused(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        service.start_programme(session, a_plan(), now=NOON)
        envelope = a_funded_envelope(session, amount="0.01")

    def giving_back():
        with database.transaction() as session:
            give_back(session, session.get_one(Envelope, envelope.id), "0.01")

    outcomes = outcomes_of(giving_back, giving_back)

    assert sorted(type(each).__name__ for each in outcomes) == ["FundingSpentError", "NoneType"]
    with database.reading() as session:
        assert funding.free_of(session, envelope) == eur("0")
        assert audit.verify(session).is_clean
