"""How a campaign ends, to the cent and to the second."""

from datetime import UTC, date, datetime, timedelta

import pytest

from grantengine.campaigns.errors import CampaignNotEndedError
from grantengine.campaigns.funding import decide_outcome, helsinki_date
from grantengine.campaigns.lifecycle import Outcome
from grantengine.money import eur

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def outcome(pledged, *, now=NOON):
    return decide_outcome(goal=eur("500"), pledged=eur(pledged), deadline_at=NOON, now=now)


def test_campaign_that_reaches_its_goal_to_the_cent_is_funded():
    assert outcome("500") is Outcome.FUNDED


def test_campaign_one_cent_short_of_its_goal_fails():
    assert outcome("499.99") is Outcome.FAILED


def test_campaign_has_not_ended_a_second_before_its_deadline():
    with pytest.raises(CampaignNotEndedError):
        outcome("500", now=NOON - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 9, 16, 20, 59, tzinfo=UTC), date(2026, 9, 16)),
        (datetime(2026, 9, 16, 21, 0, tzinfo=UTC), date(2026, 9, 17)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_day_is_that_of_the_wall_clock_in_finland(instant, expected):
    assert helsinki_date(instant) == expected
