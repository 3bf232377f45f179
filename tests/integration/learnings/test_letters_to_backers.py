"""Whoever paid for an experiment hears what it learned, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.learnings import letters
from grantengine.learnings.errors import LearningPublishedError
from grantengine.learnings.lifecycle import Result
from grantengine.learnings.service import publish_learning, write_learning
from grantengine.outbox import Message
from grantengine.programme.models import Person
from tests.support.campaigns import a_campaign, a_pledge
from tests.support.learnings import a_card, a_learning, a_programme, an_experiment
from tests.support.threads import outcomes_of


def letters_written(database):
    with database.reading() as session:
        query = sa.select(Message).where(Message.letter == letters.LETTER)
        return session.scalars(query.order_by(Message.recipient)).all()


@pytest.fixture
def experiment(database):
    with database.transaction() as session:
        a_programme(session)
        return an_experiment(session)


def test_each_backer_whose_card_was_charged_gets_one_letter(database, clock, experiment):
    with database.transaction() as session:
        campaign = a_campaign(session, now=clock.now(), experiment=experiment)
    for amount, email in [("20", "a@example.fi"), ("30", "a@example.fi"), ("5", "b@example.fi")]:
        a_pledge(database, clock, campaign, amount, email=email)
    collect_pledges_of(database, "a@example.fi")

    with database.transaction() as session:
        a_learning(session, experiment, now=clock.now(), result=Result.REJECTED)

    [letter] = letters_written(database)
    assert (letter.recipient, letter.language) == ("a@example.fi", "fi")
    assert letter.facts["paid_cents"] == 50_00
    assert letter.facts["result"] == "rejected"


def test_two_people_publish_at_once_and_one_of_them_hears_that_it_is_done(database, experiment):
    at = experiment.created_at + timedelta(days=9)
    with database.transaction() as session:
        owner = session.get_one(Person, experiment.owner_id)
        write_learning(session, experiment.id, a_card(), person=owner, now=at)

    def publish():
        with database.transaction() as session:
            person = session.get_one(Person, experiment.owner_id)
            publish_learning(session, experiment.id, person=person, now=at)

    outcomes = outcomes_of(publish, publish)

    assert sorted(type(each) for each in outcomes if each) == [LearningPublishedError]


def collect_pledges_of(database, email):
    # What settling does card by card; its own tests cover that.
    with database.transaction() as session:
        pledges = sa.update(Pledge).where(Pledge.email == email)
        session.execute(pledges.values(status=PledgeStatus.COLLECTED))
