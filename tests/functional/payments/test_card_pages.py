"""Where a card is typed: Stripe's own field on two pages, the sandbox's number without a script."""

import pytest

from grantengine.campaigns.lifecycle import CampaignKind, PledgeStatus
from tests.support.campaigns import ASKS_FOR_AUTHENTICATION, GOOD_CARD
from tests.support.visitor import page, send, text_of


def scripts_of(tree):
    return [address.partition("?")[0] for address in tree.xpath("//script/@src")]


def test_pledge_page_lets_in_stripe_s_script_and_no_other(client, till):
    campaign = till.open()

    tree = page(client, f"/en/campaigns/{campaign.slug}/pledge")
    policy = client.get(f"/en/campaigns/{campaign.slug}/pledge").headers["Content-Security-Policy"]

    assert scripts_of(tree) == ["https://js.stripe.com/v3/", "/static/js/stripe.js"]
    assert "script-src 'self' https://js.stripe.com;" in policy
    assert tree.xpath("//*[@data-stripe-key]/@data-stripe-key") == ["pk_test_of_the_tests"]
    assert tree.xpath("//input[@name='card']/@type") == ["hidden"]


def test_card_goes_to_us_only_by_stripe_s_name_for_it(client, till, provider):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)

    answer = send(
        client,
        f"/en/campaigns/{campaign.slug}/pledge",
        amount="50",
        email="maija@example.fi",
        card=provider.card(GOOD_CARD),
    )

    assert answer.status_code == 303
    assert "Thank you. The pledge is in force." in text_of(page(client, answer.location))


@pytest.mark.parametrize("kind", CampaignKind)
def test_backer_is_led_to_the_bank_and_comes_back(client, till, stripe, provider, kind):
    campaign = till.open(kind=kind)
    pledge = till.pledge(campaign, "50", ASKS_FOR_AUTHENTICATION)
    address = f"/en/pledges/{pledge.token}"

    tree = page(client, address)
    (secret,) = tree.xpath("//*[@data-client-secret]/@data-client-secret")
    stripe.state.authenticate(secret.removesuffix("_secret"))
    answer = send(client, address, to=f"{address}/authentication")

    assert "Your bank wants to know that it is you" in text_of(tree)
    assert answer.status_code == 303
    assert till.status(pledge) in (PledgeStatus.STANDING, PledgeStatus.COLLECTED)


def test_other_pages_let_nothing_in(client, till):
    campaign = till.open()

    tree = page(client, f"/en/campaigns/{campaign.slug}")

    assert scripts_of(tree) == []
