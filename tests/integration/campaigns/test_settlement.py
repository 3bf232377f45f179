"""Settling at the deadline: decided once, charged once, restartable anywhere."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import charge_results, charging, queries, settlement
from grantengine.campaigns.errors import CampaignNotEndedError
from grantengine.campaigns.events import CampaignSettled
from grantengine.campaigns.lifecycle import CampaignStatus, PledgeStatus
from grantengine.campaigns.models import Campaign, Charge
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.web.gateways.sandbox import SandboxGateway, fee_of
from tests.support.campaigns import (
    DECLINED_WHEN_CHARGED,
    TIMES_OUT_ONCE,
    KillableGateway,
    KilledError,
    a_campaign,
    a_pledge,
    a_rule,
    an_experiment,
    in_transaction,
)


@pytest.fixture
def campaign(database, clock):
    """A campaign for EUR 500 whose pledges are matched euro for euro up to EUR 100 each."""
    with database.transaction() as session:
        an_experiment(session, now=clock.now(), title="Something else")
        a_rule(session, now=clock.now(), cap_per_pledge=eur("100"))
        return a_campaign(session, now=clock.now())


def settle(database, clock, campaign, gateway=None):
    return settlement.settle_campaign(database, gateway or SandboxGateway(), clock, campaign.id)


def settle_for_a_week(database, clock, campaign, gateway=None):
    """Settle as the scheduler does, until no declined card is tried again."""
    result = settle(database, clock, campaign, gateway)
    for _day in range(7):
        clock.advance(timedelta(days=1))
        result = settle(database, clock, campaign, gateway)
    return result


def totals(database, campaign):
    with database.reading() as session:
        return queries.totals(session, campaign.id)


def is_clean(database):
    with database.reading() as session:
        return audit.verify(session).is_clean


def test_reached_goal_charges_every_card_and_commits_the_match(database, clock, campaign):
    a_pledge(database, clock, campaign, "450", email="aino@example.fi")
    a_pledge(database, clock, campaign, "50", email="eero@example.fi")
    clock.advance(timedelta(days=30))

    result = settle(database, clock, campaign)

    fees = fee_of(eur("450")) + fee_of(eur("50"))
    assert result.status is CampaignStatus.SETTLED
    assert totals(database, campaign) == queries.Totals(
        pledged=eur("500"), collected=eur("500"), matched=eur("150"), paid_out=eur("0")
    )
    with database.reading() as session:
        assert ledger.balance(session, f"cash:held:{campaign.id}") == eur("500") - fees
        assert ledger.balance(session, "cash:escrow") == eur("500") - fees
        assert ledger.balance(session, f"budget:match:committed:{campaign.id}") == eur("150")
    assert is_clean(database)


def test_missed_goal_charges_nobody_and_gives_the_match_back(database, clock, campaign):
    a_pledge(database, clock, campaign, "499.99")
    clock.advance(timedelta(days=30))
    gateway = KillableGateway()

    result = settle(database, clock, campaign, gateway)

    assert result.status is CampaignStatus.SETTLED
    assert gateway.charged == {}
    assert totals(database, campaign).pledged == eur("0")
    with database.reading() as session:
        assert ledger.balance(session, "budget:match:available") == eur("340000")
        assert queries.pledge_counts(session, campaign.id)[PledgeStatus.RELEASED] == 1
    assert is_clean(database)


def test_declined_card_takes_its_match_along_but_not_the_outcome(database, clock, campaign):
    a_pledge(database, clock, campaign, "400", email="aino@example.fi")
    a_pledge(database, clock, campaign, "100", email="eero@example.fi", card=DECLINED_WHEN_CHARGED)
    clock.advance(timedelta(days=30))

    waiting = settle(database, clock, campaign)
    result = settle_for_a_week(database, clock, campaign)

    assert (waiting.status, waiting.waiting) == (CampaignStatus.FUNDED, 1)
    assert result.status is CampaignStatus.SETTLED
    assert totals(database, campaign) == queries.Totals(
        pledged=eur("400"), collected=eur("400"), matched=eur("100"), paid_out=eur("0")
    )
    assert letters_of(database, "charge_failed") == ["eero@example.fi"]


def test_campaign_of_which_no_card_could_be_charged_ends_as_failed(database, clock, campaign):
    a_pledge(database, clock, campaign, "500", card=DECLINED_WHEN_CHARGED)
    clock.advance(timedelta(days=30))

    result = settle_for_a_week(database, clock, campaign)

    assert result.status is CampaignStatus.SETTLED
    assert totals(database, campaign).matched == eur("0")


def test_provider_that_does_not_answer_is_asked_again_under_the_same_key(database, clock, campaign):
    a_pledge(database, clock, campaign, "500", card=TIMES_OUT_ONCE)
    clock.advance(timedelta(days=30))
    gateway = SandboxGateway()

    first = settle(database, clock, campaign, gateway)
    second = settle(database, clock, campaign, gateway)

    assert (first.status, first.waiting) == (CampaignStatus.FUNDED, 1)
    assert (second.status, second.waiting) == (CampaignStatus.SETTLED, 0)
    assert totals(database, campaign).collected == eur("500")


def test_campaign_is_not_settled_before_its_deadline(database, clock, campaign):
    clock.advance(timedelta(days=30, seconds=-1))

    with pytest.raises(CampaignNotEndedError):
        settle(database, clock, campaign)


@pytest.mark.parametrize("dying", [{"dies_before": 2}, {"dies_after": 2}, {"dies_after": 3}])
def test_killed_while_charging_and_run_again_charges_everybody_once(
    database, clock, campaign, dying
):
    for number in range(3):
        a_pledge(database, clock, campaign, "200", email=f"backer{number}@example.fi")
    clock.advance(timedelta(days=30))
    gateway = KillableGateway(**dying)

    with pytest.raises(KilledError):
        settle(database, clock, campaign, gateway)
    result = settle(database, clock, campaign, gateway)
    settle(database, clock, campaign, gateway)

    assert result.is_done
    assert len(gateway.charged) == 3
    assert totals(database, campaign).collected == eur("600")
    assert len(letters_of(database, "pledge_collected")) == 3
    assert is_clean(database)


@pytest.mark.parametrize(
    ("module", "step"), [(charging, "prepare_charges"), (charge_results, "record_answers")]
)
def test_killed_between_steps_and_run_again_leaves_nothing_out(
    database, clock, campaign, module, step, monkeypatch
):
    a_pledge(database, clock, campaign, "500")
    clock.advance(timedelta(days=30))
    with monkeypatch.context() as patched:
        patched.setattr(module, step, _die)
        with pytest.raises(KilledError):
            settle(database, clock, campaign)

    result = settle(database, clock, campaign)

    assert result.status is CampaignStatus.SETTLED
    assert totals(database, campaign).collected == eur("500")
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Charge)) == 1


def test_end_of_a_campaign_is_told_once_to_those_above(database_url, clock):
    told = []
    database = Database(
        database_url, handlers={CampaignSettled: [lambda _session, event: told.append(event)]}
    )
    campaign = in_transaction(database, a_campaign, now=clock.now())
    a_pledge(database, clock, campaign, "500")
    clock.advance(timedelta(days=30))

    settlement.settle_due(database, SandboxGateway(), clock)
    settlement.settle_due(database, SandboxGateway(), clock)

    assert [(each.campaign_id, each.funded) for each in told] == [(campaign.id, True)]
    assert told[0].private_net == eur("500") - fee_of(eur("500"))
    with database.reading() as session:
        assert session.get_one(Campaign, campaign.id).experiment.status == "running"
    database.dispose()


def test_campaign_that_cannot_be_settled_does_not_keep_others_waiting(database, clock, campaign):
    with database.transaction() as session:
        other = a_campaign(
            session,
            now=clock.now(),
            experiment=campaign.experiment,
            deadline_at=clock.now() + timedelta(days=31),
        )
    a_pledge(database, clock, campaign, "500")
    a_pledge(database, clock, other, "500")
    clock.advance(timedelta(days=31))
    gateway = KillableGateway()
    gateway.charge = _fail_first(gateway.charge)

    settlement.settle_due(database, gateway, clock)

    with database.reading() as session:
        counts = queries.campaign_counts(session)
    assert (counts[CampaignStatus.FUNDED], counts[CampaignStatus.SETTLED]) == (1, 1)


def letters_of(database, letter):
    with database.reading() as session:
        query = sa.select(Message.recipient).where(Message.letter == letter)
        return list(session.scalars(query))


def _die(*_arguments, **_named):
    raise KilledError


def _fail_first(charge):
    calls = iter([ZeroDivisionError])

    def failing(**arguments):
        for error in calls:
            raise error
        return charge(**arguments)

    return failing
