"""Grants: what an award books and plans, what a campaign is paid, what a learning opens."""

from dataclasses import replace
from datetime import date

import pytest

from grantengine import history
from grantengine.disbursements import queries, service
from grantengine.disbursements.errors import (
    GrantExistsError,
    InstalmentSumError,
    InvalidIBANError,
)
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger.accounts import Fund
from grantengine.ledger.errors import OverdraftError
from grantengine.money import eur
from grantengine.programme import queries as programme
from grantengine.programme.errors import UnknownEnvelopeError
from grantengine.programme.lifecycle import OrganisationKind
from tests.support.disbursements import (
    NOON,
    PAYEE_IBAN,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    nothing,
    terms_for,
)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def experiment(session):
    return an_experiment(session, a_programme(session))


def test_an_award_binds_the_money_and_plans_two_instalments(session, experiment):
    grant = a_grant(session, experiment, eur("4999.99"))

    assert ledger.balance(session, f"budget:small:committed:{grant.id}") == eur("4999.99")
    assert ledger.balance(session, "budget:small:available") == eur("495000.01")
    planned = queries.instalments_of_experiment(session, experiment.id)
    assert [(each.amount, each.status) for each in planned] == [
        (eur("3499.99"), "open"),
        (eur("1500.00"), "waiting"),
    ]
    assert [each.long_reference for each in planned] == ["KS/1/2026_1", "KS/1/2026_2"]
    assert queries.grants_of_experiment(session, experiment.id) == [grant]
    assert audit.verify(session).is_clean


def test_a_grant_knows_its_accounts_from_the_recipient_and_the_programme(session, experiment):
    grant = a_grant(session, experiment, recipient_kind=OrganisationKind.MUNICIPALITY)

    assert (grant.ledger_account, grant.budget_account) == ("82010000", "23.01.50")
    assert grant.payee_iban == PAYEE_IBAN


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_every_kind_of_recipient_has_an_account(session, experiment, kind):
    assert a_grant(session, experiment, recipient_kind=kind).ledger_account.startswith("82")


def test_an_award_one_cent_past_the_envelope_is_refused(database):
    with database.transaction() as session:
        experiment = an_experiment(session, a_programme(session))
    with pytest.raises(OverdraftError), database.transaction() as session:
        a_grant(session, session.merge(experiment), eur("500000.01"))

    with database.reading() as session:
        assert queries.grants_of_experiment(session, experiment.id) == []
        assert ledger.balance(session, "budget:small:available") == eur("500000")


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        (
            {"instalments": [service.InstalmentTerms(eur("1"), date(2026, 10, 1))]},
            InstalmentSumError,
        ),
        ({"instalments": []}, InstalmentSumError),
        ({"payee_iban": "FI7118203000008392"}, InvalidIBANError),
        ({"payee_iban": ""}, InvalidIBANError),
        ({"envelope": "lunch"}, UnknownEnvelopeError),
    ],
)
def test_terms_that_cannot_be_paid_are_refused(session, experiment, wishes, error):
    with pytest.raises(error):
        service.award_grant(session, replace(terms_for(experiment, eur("9")), **wishes), now=NOON)


def test_an_instalment_of_nothing_is_refused(session, experiment):
    with pytest.raises(InstalmentSumError):
        a_grant(session, experiment, eur("5"), weights=(1, 0))


def test_a_case_gets_one_grant(session, experiment):
    a_grant(session, experiment)

    with pytest.raises(GrantExistsError):
        a_grant(session, experiment)


def test_the_learning_opens_what_waits_for_it_once(session, experiment):
    a_grant(session, experiment)
    other = an_experiment(session, programme.current_programme(session), "Toinen")
    a_grant(session, other, case_number="KS/2/2026")

    assert service.open_learning_instalments(session, experiment.id, now=NOON) == 1
    assert service.open_learning_instalments(session, experiment.id, now=NOON) == 0

    first, second = queries.instalments_of_experiment(session, experiment.id)
    assert (first.status, second.status, second.opened_at) == ("open", "open", NOON)
    assert [each.status for each in history.history_of(session, second.id)] == ["waiting", "open"]
    assert queries.instalments_of_experiment(session, other.id)[1].status == "waiting"


def test_a_funded_campaign_is_paid_its_match_and_its_backers_money(session, experiment):
    event = a_settled_campaign(session, experiment, private=eur("900"), matched=eur("300"))

    match, private = queries.grants_of_experiment(session, experiment.id)
    assert (match.fund, match.envelope, match.amount) == (Fund.PUBLIC, "match", eur("300"))
    assert (private.fund, private.envelope, private.amount) == (Fund.PRIVATE, None, eur("900"))
    assert match.subject_id == private.subject_id == event.campaign_id
    assert (match.case_number, private.case_number) == ("VR/1/2026", "JR/1/2026")
    assert (private.ledger_account, private.budget_account) == (None, None)
    instalments = queries.instalments_of_experiment(session, experiment.id)
    assert [each.status for each in instalments] == ["open", "open"]
    assert ledger.balance(session, f"budget:match:committed:{event.campaign_id}") == eur("300")
    assert audit.verify(session).is_clean


def test_the_same_settlement_is_not_paid_twice(session, experiment):
    event = a_settled_campaign(session, experiment)

    with pytest.raises(GrantExistsError):
        service.on_campaign_settled(session, event)


def test_a_campaign_without_match_has_only_its_backers_money(session, experiment):
    a_settled_campaign(session, experiment, matched=nothing())

    (private,) = queries.grants_of_experiment(session, experiment.id)
    assert private.fund == Fund.PRIVATE


def test_a_failed_campaign_is_paid_nothing(session, experiment):
    event = replace(a_settled_campaign(session, experiment), campaign_id="cmp_2", funded=False)
    service.on_campaign_settled(session, event)

    assert len(queries.grants_of_experiment(session, experiment.id)) == 2
