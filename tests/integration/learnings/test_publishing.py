"""A learning is written by who ran the experiment, and opens what waited for it."""

from datetime import date, timedelta

import pytest

from grantengine import history
from grantengine.disbursements import queries as disbursements
from grantengine.disbursements import service as grants
from grantengine.disbursements.lifecycle import InstalmentStatus
from grantengine.errors import InvalidInputError, NotAllowedError
from grantengine.learnings import queries, service
from grantengine.learnings.errors import (
    LearningIncompleteError,
    LearningLockedError,
    LearningPublishedError,
)
from grantengine.learnings.lifecycle import LearningStatus, Result
from grantengine.money import eur
from grantengine.programme.lifecycle import ExperimentStatus, OrganisationKind, Role
from grantengine.programme.models import Experiment, Person
from tests.support.learnings import START, a_card, a_learning, a_person, a_programme, an_experiment

LATER = START + timedelta(days=100)
FINNISH_IBAN = "FI2112345600000785"


@pytest.fixture
def experiment(database):
    with database.transaction() as session:
        a_programme(session)
        return an_experiment(session)


def owner_of(session, experiment):
    return session.get_one(Person, experiment.owner_id)


@pytest.mark.parametrize("result", list(Result))
def test_publishing_opens_the_last_instalment_whatever_the_result(database, experiment, result):
    with database.transaction() as session:
        award(session, experiment)

    with database.transaction() as session:
        a_learning(session, experiment, now=LATER, result=result)

    with database.reading() as session:
        instalments = disbursements.instalments_of_experiment(session, experiment.id)
        assert [each.status for each in instalments] == [InstalmentStatus.OPEN] * 2
        assert instalments[1].opened_at == LATER
        kept = session.get_one(Experiment, experiment.id)
        assert kept.status == ExperimentStatus.LEARNED


def test_publishing_is_written_into_both_histories(database, experiment):
    with database.transaction() as session:
        learning = a_learning(session, experiment, now=LATER)

    with database.reading() as session:
        told = [each.status for each in history.history_of(session, learning.id)]
        ran = [each.status for each in history.history_of(session, experiment.id)]
    assert told == ["draft", "published"]
    assert ran == ["proposed", "running", "learned"]


def test_a_draft_is_kept_over_and_over(database, experiment):
    for answer in ("Yksi bussi.", "Kaksi bussia."):
        with database.transaction() as session:
            person = owner_of(session, experiment)
            card = a_card(doing=answer, result=None, learned="")
            service.write_learning(session, experiment.id, card, person=person, now=LATER)

    with database.reading() as session:
        draft = queries.learning_of(session, experiment.id)
        assert (draft.doing, draft.status) == ("Kaksi bussia.", LearningStatus.DRAFT)
        assert queries.learnings(session) == []


def test_an_incomplete_card_is_not_published(database, experiment):
    with database.transaction() as session:
        person = owner_of(session, experiment)
        card = a_card(went_wrong=" ", result=None)
        service.write_learning(session, experiment.id, card, person=person, now=LATER)

    with database.transaction() as session:
        person = owner_of(session, experiment)
        with pytest.raises(LearningIncompleteError) as refused:
            service.publish_learning(session, experiment.id, person=person, now=LATER)

    assert refused.value.details["missing"] == ["went_wrong", "result"]


def test_an_unwritten_card_is_not_published(database, experiment):
    with database.transaction() as session:
        person = owner_of(session, experiment)
        with pytest.raises(LearningIncompleteError):
            service.publish_learning(session, experiment.id, person=person, now=LATER)


def test_a_published_learning_stands_as_it_was_told(database, experiment):
    with database.transaction() as session:
        a_learning(session, experiment, now=LATER)

    with database.transaction() as session:
        person = owner_of(session, experiment)
        with pytest.raises(LearningPublishedError):
            service.write_learning(session, experiment.id, a_card(), person=person, now=LATER)
        with pytest.raises(LearningPublishedError):
            service.publish_learning(session, experiment.id, person=person, now=LATER)


def test_another_experimenter_may_not_write_it(database, experiment):
    with database.transaction() as session:
        stranger = a_person(session, "Eero Mäki", roles=[Role.EXPERIMENTER])
        with pytest.raises(NotAllowedError):
            service.write_learning(session, experiment.id, a_card(), person=stranger, now=LATER)


def test_a_steward_may_publish_it(database, experiment):
    with database.transaction() as session:
        steward = a_person(session, "Liisa Koski", roles=[Role.STEWARD])
        service.write_learning(session, experiment.id, a_card(), person=steward, now=LATER)
        learning = service.publish_learning(session, experiment.id, person=steward, now=LATER)

    assert learning.status == LearningStatus.PUBLISHED


def test_a_text_that_is_too_long_names_its_field(database, experiment):
    with database.transaction() as session:
        card = a_card(doing="a" * 5001)
        person = owner_of(session, experiment)
        with pytest.raises(InvalidInputError) as refused:
            service.write_learning(session, experiment.id, card, person=person, now=LATER)

    assert refused.value.details["field"] == "doing"


def test_an_experiment_that_is_called_off_has_nothing_to_tell(database, experiment):
    with database.transaction() as session:
        session.get_one(Experiment, experiment.id).status = ExperimentStatus.CANCELLED

    with database.transaction() as session:
        person = owner_of(session, experiment)
        with pytest.raises(LearningLockedError):
            service.write_learning(session, experiment.id, a_card(), person=person, now=LATER)


def award(session, experiment):
    terms = grants.GrantTerms(
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        envelope="small",
        amount=eur("5000"),
        case_number="VN/1/2026",
        payee_name="Oulun kaupunki",
        payee_iban=FINNISH_IBAN,
        recipient_kind=OrganisationKind.MUNICIPALITY,
        instalments=[
            grants.InstalmentTerms(eur("3000"), date(2026, 2, 1), opens_on_learning=False),
            grants.InstalmentTerms(eur("2000"), date(2026, 9, 1), opens_on_learning=True),
        ],
        decision_id=None,
    )
    return grants.award_grant(session, terms, now=START)
