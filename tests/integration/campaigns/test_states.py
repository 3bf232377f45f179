"""From the check to the close: what ends a collection early, and when nothing changes any more."""

from datetime import timedelta

import pytest

from grantengine import history
from grantengine.campaigns import closing, pledging, queries, rewards, settlement
from grantengine.campaigns.deliveries import deliveries_of
from grantengine.campaigns.errors import CampaignNotOpenError, CampaignTermsError
from grantengine.campaigns.lifecycle import (
    CAMPAIGN_MOVES,
    CampaignKind,
    CampaignStatus,
    LegalKind,
    Outcome,
)
from grantengine.campaigns.models import Campaign
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import a_campaign, a_pledge, an_experiment, in_transaction

COLLECTION = {"legal_kind": LegalKind.SMALL_SCALE_COLLECTION, "goal": eur("500")}


def settle(database, clock, campaign):
    clock.set_to(max(clock.now(), campaign.deadline_at))
    return settlement.settle_campaign(database, SandboxGateway(), clock, campaign.id)


def kept(database, campaign):
    with database.reading() as session:
        return session.get_one(Campaign, campaign.id)


def test_every_state_has_a_row_of_moves():
    assert set(CAMPAIGN_MOVES) == set(CampaignStatus)


@pytest.mark.parametrize("kind", CampaignKind)
def test_collection_that_reaches_its_ceiling_ends_there_and_is_settled(database, clock, kind):
    campaign = in_transaction(database, a_campaign, now=clock.now(), kind=kind, **COLLECTION)
    a_pledge(database, clock, campaign, "9900")
    assert kept(database, campaign).stopped_at is None

    a_pledge(database, clock, campaign, "100", email="eero@example.fi")

    stopped = kept(database, campaign)
    assert (stopped.stopped_at, stopped.deadline_at <= clock.now() + timedelta(seconds=1)) == (
        clock.now(),
        True,
    )
    clock.advance(timedelta(seconds=1))
    with pytest.raises(CampaignNotOpenError):
        a_pledge(database, clock, campaign, "1", email="liisa@example.fi")
    done = settle(database, clock, stopped)
    assert (done.status, done.outcome) == (CampaignStatus.SETTLED, Outcome.FUNDED)


def test_organiser_of_a_full_collection_is_told_to_tell_the_police(database, clock):
    with database.transaction() as session:
        owner = programme.register_person(
            session,
            name="Maya",
            email="maya@example.fi",
            language="fi",
            roles=[Role.EXPERIMENTER],
            now=clock.now(),
        )
        experiment = an_experiment(session, now=clock.now(), owner=owner)
        campaign = a_campaign(session, now=clock.now(), experiment=experiment, **COLLECTION)
    a_pledge(database, clock, campaign, "10000")

    with database.reading() as session:
        letters = [each for each in session.query(Message) if each.letter == "collection_full"]
    assert [each.recipient for each in letters] == ["maya@example.fi"]


def test_third_collection_of_an_organiser_in_a_year_does_not_open(database, clock):
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        for _ in range(2):
            a_campaign(session, now=clock.now(), experiment=experiment, **COLLECTION)
        with pytest.raises(CampaignTermsError) as refused:
            a_campaign(session, now=clock.now(), experiment=experiment, **COLLECTION)

    assert refused.value.details["reason"] == "third_this_year"


def test_failed_campaign_is_closed_at_once_and_a_funded_one_when_no_bank_can_take_back(
    database, clock
):
    failed = in_transaction(database, a_campaign, now=clock.now())
    funded = in_transaction(database, a_campaign, now=clock.now())
    a_pledge(database, clock, funded, "500")
    for campaign in (failed, funded):
        settle(database, clock, campaign)

    closing.close_settled(database, clock)
    assert kept(database, failed).status == CampaignStatus.CLOSED
    assert kept(database, funded).status == CampaignStatus.SETTLED
    clock.advance(timedelta(days=closing.DISPUTE_DAYS))
    for _ in range(2):
        closing.close_settled(database, clock)

    with database.reading() as session:
        steps = [each.status for each in history.history_of(session, funded.id)]
        assert queries.totals(session, funded.id).collected == eur("500")
    assert steps == ["draft", "checked", "open", "funded", "settled", "closed"]
    assert kept(database, failed).shown_status == "failed"


def test_only_charged_rewards_are_delivered(database, clock):
    with database.transaction() as session:
        steward = programme.register_person(
            session,
            name="Sanna",
            email="sanna@example.fi",
            language="fi",
            roles=[Role.STEWARD],
            now=clock.now(),
        )
        campaign = a_campaign(session, now=clock.now())
    with database.reading() as session:
        loaf = rewards.rewards_of(session, campaign.id)[0].id
    pledge = a_pledge(database, clock, campaign, "500", reward_id=loaf)
    back = a_pledge(database, clock, campaign, "20", reward_id=loaf, email="e@example.fi")
    with database.transaction() as session:
        pledging.withdraw_pledge(session, back.id, now=clock.now())
    settle(database, clock, campaign)

    with database.reading() as session:
        found = deliveries_of(session, session.get_one(Campaign, campaign.id), person=steward)
    assert [each.id for each in found] == [pledge.id]
