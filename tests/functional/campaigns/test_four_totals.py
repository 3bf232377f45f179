"""The four totals say the same wherever they are shown, whatever becomes of pledges."""

from datetime import date
from decimal import Decimal

import pytest

from grantengine.campaigns import payouts, pledging, refunds, sweeping
from grantengine.campaigns.lifecycle import CampaignKind
from grantengine.disbursements.reporting import disbursement_report
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur
from grantengine.web.gateways import stripe_subjects
from tests.support import disbursements
from tests.support.campaigns import DISPUTES, GOOD_CARD
from tests.support.payments import Till
from tests.support.visitor import page


@pytest.fixture
def till(app, app_database, clock):
    """A till of the application, of a programme that can pay."""
    with app_database.transaction() as session:
        disbursements.a_programme(session, now=clock.now())
    return Till(app_database, app.extensions["grantengine"].ports["payments"], clock)


def test_totals_are_equal_everywhere_after_a_withdrawal_a_refund_and_a_dispute(client, till):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    first = till.pledge(campaign, "300", GOOD_CARD)
    till.pledge(campaign, "250", DISPUTES, email="aino@example.fi")
    left = till.pledge(campaign, "60", GOOD_CARD, email="eino@example.fi")
    assert shown_everywhere(client, till, campaign) == sums("610", "0", "610", "0")

    with till.database.transaction() as session:
        pledging.withdraw_pledge(session, left.id, now=till.clock.now())
    assert shown_everywhere(client, till, campaign) == sums("550", "0", "550", "0")

    till.settle(campaign)
    assert shown_everywhere(client, till, campaign) == sums("550", "550", "550", "0")

    refunds.refund_pledge(till.database, till.gateway, till.clock, first.id, amount=eur("40"))
    assert shown_everywhere(client, till, campaign) == sums("510", "510", "510", "0")

    pay_out(till)
    paid = shown_everywhere(client, till, campaign)
    assert paid[:3] == sums("510", "510", "510")
    assert eur("1000") < paid[3] < eur("1020")

    till.clock.advance(sweeping.LEFT_ALONE)
    sweeping.sweep(till.database, till.gateway, till.clock, stripe_subjects.subject_of)
    assert till.balance(f"pledges:lost:{campaign.id}") > eur("0")
    assert shown_everywhere(client, till, campaign)[:2] == sums("260", "260")
    assert till.is_clean()


def sums(*amounts):
    return [eur(each) for each in amounts]


def shown_everywhere(client, till, campaign):
    """Read the four from the ledger; every page, the API and the report have to say the same."""
    told = till.totals(campaign)
    expected = [told.pledged, told.collected, told.matched, told.paid_out]
    slug = campaign.slug
    with till.database.reading() as session:
        experiment = session.merge(campaign).experiment.slug
        report = disbursement_report(session, from_on=date(2026, 1, 1), to_on=date(2027, 12, 31))
        journal = ledger.trial_balance(session)
    shown = {
        path: read_from(page(client, path))
        for path in (
            f"/en/campaigns/{slug}",
            f"/en/campaigns/{slug}/widget",
            "/en/campaigns",
            f"/en/experiments/{experiment}",
            "/en/money",
            *(["/en"] if campaign_is_open(client, slug) else []),
        )
    }
    shown["API, one"] = told_by(client.get(f"/api/v1/campaigns/{slug}").json["totals"])
    shown["API, list"] = told_by(client.get("/api/v1/campaigns").json["items"][0]["totals"])
    shown["API, money"] = told_by(client.get("/api/v1/money").json["campaigns"])
    assert shown == dict.fromkeys(shown, expected)
    assert report.agrees
    assert report.paid_net == told.paid_out
    assert sum(line.debit_cents for line in journal) == sum(line.credit_cents for line in journal)
    return expected


def campaign_is_open(client, slug):
    return client.get(f"/api/v1/campaigns/{slug}").json["status"] == "open"


def read_from(tree):
    """Read the four from the one place of a page that shows them."""
    texts = tree.xpath("//dl[contains(@class, 'totals')]//dd[@class='totals__sum']")
    amounts = [each.text_content().strip().lstrip("€").replace(",", "") for each in texts]
    return [Money(int(Decimal(each) * 100)) for each in amounts]


def told_by(totals):
    names = ("pledged", "collected", "matched", "paid_out")
    return [Money(totals[name]["amount_cents"]) for name in names]


def pay_out(till):
    """Let the provider pay to the bank, and the bank to the experiment."""
    payouts.pay_out_due(till.database, till.gateway, till.clock)
    with till.database.transaction() as session:
        officers = [disbursements.an_officer(session, name) for name in ("Raija", "Teija")]
    disbursements.pay_everything(till.database, till.clock, *officers)
