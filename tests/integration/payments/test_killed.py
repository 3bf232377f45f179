"""A process killed by the system between Stripe's answer and our writing it down."""

import signal
import subprocess
import sys

from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus
from grantengine.money import eur
from tests.support.campaigns import GOOD_CARD
from tests.support.cases import CHECKOUT
from tests.support.payments import Till


def test_settling_that_was_killed_goes_on_and_charges_everybody_once(
    wired_database, database_url, clock, provider
):
    till = Till(wired_database, provider.gateway, clock, card=provider.card)
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    for number in range(3):
        till.pledge(campaign, "200", GOOD_CARD, email=f"backer{number}@example.fi")

    killed = subprocess.run(  # our own script
        [
            *(sys.executable, "-m", "tests.support.killed_settlement"),
            *(database_url, provider.url, campaign.id, "2", campaign.deadline_at.isoformat()),
        ],
        cwd=CHECKOUT,
        timeout=600,
        check=False,
    )
    charged_before = len(provider.fake.state.of_kind("charge"))

    assert killed.returncode == -signal.SIGKILL
    assert charged_before == 2
    assert till.totals(campaign).collected == eur("0")
    assert till.is_clean()

    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert len(provider.fake.state.of_kind("charge")) == 3
    assert till.totals(campaign).collected == eur("600")
    assert till.is_clean()
