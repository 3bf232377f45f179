"""`grantengine campaigns`: settling from a terminal, as often as one likes."""

from datetime import timedelta

import pytest

from grantengine.campaigns import queries
from grantengine.clock import SystemClock
from grantengine.money import eur
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import GOOD_CARD, a_campaign, a_pledge
from tests.support.payments import Till


@pytest.fixture
def ended(app_database, clock):
    """A campaign whose last day has passed by the machine's clock, with EUR 500 pledged."""
    clock.set_to(SystemClock().now() - timedelta(days=31))
    with app_database.transaction() as session:
        campaign = a_campaign(session, now=clock.now())
    a_pledge(app_database, clock, campaign, "500", card=GOOD_CARD)
    return campaign


def test_what_has_ended_is_settled_once(grantengine, app_database, clock, ended):
    status, said, _ = grantengine("campaigns", "settle")
    assert status == 0
    assert f"{ended.slug}: settled; pledged €500.00, collected €500.00" in said

    status, said, _ = grantengine("campaigns", "settle")
    assert (status, said) == (0, "no campaign waits to be settled\n")
    status, said, _ = grantengine("campaigns", "settle", ended.slug)
    assert status == 0
    with app_database.reading() as session:
        assert queries.totals(session, ended.id).collected == eur("500")
    assert Till(app_database, SandboxGateway(), clock).is_clean()


def test_campaign_that_still_runs_is_refused_in_one_line(grantengine, app_database):
    now = SystemClock().now()
    with app_database.transaction() as session:
        campaign = a_campaign(session, now=now)

    status, _, complaint = grantengine("campaigns", "settle", campaign.slug)

    assert status == 1
    assert complaint == "grantengine: The campaign has not ended yet.\n"


def test_campaign_that_nobody_knows_is_refused(grantengine):
    status, _, complaint = grantengine("campaigns", "settle", "none")

    assert status == 1
    assert len(complaint.splitlines()) == 1


def test_sweep_says_what_it_found(grantengine, ended):
    status, said, _ = grantengine("campaigns", "sweep")

    assert status == 0
    assert "the provider told of 0 things of ours" in said
