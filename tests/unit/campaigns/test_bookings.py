"""The booking recipes, read like a textbook."""

from datetime import date

from grantengine.campaigns import bookings
from grantengine.ledger.entries import Transfer
from grantengine.money import eur

TODAY = date(2026, 9, 16)


def test_pledge_and_its_match_are_one_entry():
    entry = bookings.pledge_made(
        pledge_id="plg_1", campaign_id="cmp_1", amount=eur("50"), matched=eur("40"), on=TODAY
    )

    assert entry.transfers == [
        Transfer("pledges:open:cmp_1", "pledges:made:cmp_1", eur("50")),
        Transfer("budget:match:available", "budget:match:reserved:cmp_1", eur("40")),
    ]


def test_pledge_without_match_touches_no_public_money():
    entry = bookings.pledge_made(
        pledge_id="plg_1", campaign_id="cmp_1", amount=eur("50"), matched=eur("0"), on=TODAY
    )

    assert entry.transfers == [Transfer("pledges:open:cmp_1", "pledges:made:cmp_1", eur("50"))]


def test_charge_brings_the_amount_in_and_takes_the_fee_out():
    entry = bookings.pledge_collected(
        pledge_id="plg_1",
        campaign_id="cmp_1",
        gateway="sandbox",
        amount=eur("50"),
        fee=eur("0.95"),
        on=TODAY,
    )

    assert entry.transfers == [
        Transfer("pledges:kept:cmp_1", "pledges:open:cmp_1", eur("50")),
        Transfer("cash:provider:sandbox", "cash:held:cmp_1", eur("50")),
        Transfer("cash:held:cmp_1", "cash:provider:sandbox", eur("0.95")),
        Transfer("pledges:fees:cmp_1", "pledges:kept:cmp_1", eur("0.95")),
    ]


def test_settling_commits_the_match_and_sends_the_money_on_its_way():
    entry = bookings.campaign_settled(
        campaign_id="cmp_1",
        gateway="sandbox",
        private_net=eur("49.05"),
        matched=eur("40"),
        on=TODAY,
    )

    assert entry.transfers == [
        Transfer("budget:match:reserved:cmp_1", "budget:match:committed:cmp_1", eur("40")),
        Transfer("cash:escrow", "cash:provider:sandbox", eur("49.05")),
    ]
