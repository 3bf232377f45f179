"""The card field of Stripe in a browser: asked for a card only by who pays with one.

Stripe's own script is ours here: nothing leaves this machine.
"""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.programme import queries as programme
from tests.browser import serving
from tests.support.campaigns import GOOD_CARD, IBAN
from tests.support.payments import Till
from tests.support.stripe import providers
from tests.support.stripe.server import SECRET_KEY, WEBHOOK_SECRET

# Gives the card that the stand-in knows, and notes down that it was asked for one.
SCRIPT = """
window.asked = 0;
window.Stripe = () => ({
  elements: () => ({ create: () => ({ mount: () => {} }), submit: async () => ({}) }),
  createPaymentMethod: async () => {
    window.sessionStorage.setItem("asked", "yes");
    return { paymentMethod: { id: "%s" } };
  },
});
"""


@pytest.fixture
def provider():
    with providers.stripe_stand_in() as found:
        yield found


@pytest.fixture
def site(sqlite_databases, tmp_path, provider):
    """An application that charges cards at our stand-in for Stripe."""
    with (
        sqlite_databases.fresh_url() as url,
        serving.serving_at(
            url,
            tmp_path,
            payment_gateway="stripe",
            stripe_secret_key=SECRET_KEY,
            stripe_publishable_key="pk_test_of_the_tests",
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_api_url=provider.url,
        ) as site,
    ):
        yield site


@pytest.fixture
def campaign(site, provider):
    """A campaign that charges at once, of a programme with an account for backers' money."""
    runtime = site.runtime
    till = Till(runtime.database, provider.gateway, runtime.clock, card=provider.card)
    campaign = till.open()
    with runtime.database.transaction() as session:
        current = programme.current_programme(session)
        current.profile["private_payer"] = {"name": "Tukitili", "iban": IBAN}
        flag_modified(current, "profile")
    return campaign


@pytest.fixture
def page(browser, site, provider):
    context = browser.new_context(base_url=site.address)
    script = SCRIPT % provider.card(GOOD_CARD)
    context.route(
        "https://js.stripe.com/**",
        lambda route: route.fulfill(body=script, content_type="text/javascript"),
    )
    yield context.new_page()
    context.close()


def pledged(site):
    with site.runtime.database.reading() as session:
        return session.execute(sa.select(Pledge.status, Pledge.gateway)).one()


def fill_in(page, campaign, way):
    page.goto(f"/en/campaigns/{campaign.slug}/pledge")
    page.get_by_label("How much").fill("50")
    page.get_by_label("E-mail").fill("oy@example.fi")
    page.get_by_label(way).check()


def send(page):
    page.get_by_role("button", name="Pledge", exact=True).click()
    page.wait_for_url("**/pledges/*")
    return page.evaluate("window.sessionStorage.getItem('asked')")


def test_who_pays_with_a_card_gives_it_to_stripe(page, site, campaign):
    fill_in(page, campaign, "With a card")

    assert send(page) == "yes"
    assert pledged(site) == (PledgeStatus.COLLECTED, "stripe")


def test_only_what_the_chosen_way_to_pay_needs_is_shown(page, campaign):
    fill_in(page, campaign, "With a card")
    card, company = page.locator("[data-way=card]"), page.get_by_role("textbox", name="Company")

    assert (card.is_visible(), company.is_visible()) == (True, False)
    page.get_by_label("By an invoice to a company").check()
    assert (card.is_visible(), company.is_visible()) == (False, True)
    page.get_by_label("By bank transfer").check()
    assert (card.is_visible(), company.is_visible()) == (False, False)


def test_who_pays_by_bank_transfer_is_asked_for_no_card(page, site, campaign):
    fill_in(page, campaign, "By bank transfer")

    assert send(page) is None
    assert pledged(site) == (PledgeStatus.AWAITING_TRANSFER, "transfer")


def test_who_asks_for_an_invoice_is_asked_for_no_card(page, site, campaign):
    fill_in(page, campaign, "By an invoice to a company")
    page.get_by_role("textbox", name="Company").fill("Leipomo Oy")
    page.get_by_role("textbox", name="Business ID").fill("0201256-6")

    assert send(page) is None
    assert pledged(site) == (PledgeStatus.AWAITING_TRANSFER, "transfer")
