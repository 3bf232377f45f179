"""Pledging over the API: one key, one pledge; what is wrong is said by its place."""

import pytest

from grantengine.campaigns import queries
from grantengine.ledger import audit
from grantengine.money import eur
from tests.support.campaigns import DECLINED_WHEN_SAVED, GOOD_CARD, a_campaign, a_rule


@pytest.fixture
def campaign(app_database, clock):
    with app_database.transaction() as session:
        a_rule(session, now=clock.now())
        return a_campaign(session, now=clock.now())


def post(client, campaign, *, key="k1", cents=5000, **changes):
    wanted = {
        "amount": {"amount_cents": cents, "currency": "EUR"},
        "email": "maija@example.fi",
        "card": GOOD_CARD,
    }
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/api/v1/campaigns/{campaign.slug}/pledges"
    return client.post(path, json=wanted | changes, headers=headers)


def pledged(app_database, campaign):
    with app_database.reading() as session:
        return queries.totals(session, campaign.id).pledged


def test_one_key_makes_one_pledge_and_gives_one_answer(client, app_database, campaign):
    first, second = post(client, campaign), post(client, campaign)

    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert first.json["status"] == "standing"
    assert first.json["amount"] == {"amount_cents": 5000, "currency": "EUR"}
    assert pledged(app_database, campaign) == eur("50")
    assert post(client, campaign, key="k2").json["id"] != first.json["id"]


def test_one_key_does_not_stand_for_two_contents(client, app_database, campaign):
    post(client, campaign)

    answer = post(client, campaign, cents=6000)

    assert (answer.status_code, answer.json["code"]) == (409, "pledge_key_reused")
    assert pledged(app_database, campaign) == eur("50")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"key": None}, 422),
        ({"cents": 0}, 422),
        ({"cents": -1}, 422),
        ({"cents": 10**14}, 422),
        ({"cents": 10.5}, 422),
        ({"cents": "NaN"}, 422),
        ({"amount": {"amount_cents": 500, "currency": "SEK"}}, 422),
        ({"email": "maija"}, 422),
        ({"card": DECLINED_WHEN_SAVED}, 402),
        ({"surprise": 1}, 422),
        ({"language": "de"}, 422),
        ({"reward_id": "rwd_none"}, 422),
    ],
)
def test_what_is_wrong_promises_nothing(client, app_database, campaign, changes, status):
    answer = post(client, campaign, **changes)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"]
    assert pledged(app_database, campaign) == eur("0")
    with app_database.reading() as session:
        assert audit.verify(session).is_clean


def test_campaign_that_nobody_knows_is_not_found(client, campaign):
    campaign.slug = "none"

    assert post(client, campaign).status_code == 404
