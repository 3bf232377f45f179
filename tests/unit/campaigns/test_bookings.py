"""The booking recipes, read like a textbook."""

from datetime import date

from grantengine.campaigns import bookings
from grantengine.ledger.entries import Transfer
from grantengine.money import eur

TODAY = date(2026, 9, 16)


def test_pledge_and_its_matches_are_one_entry():
    entry = bookings.pledge_made(
        pledge_id="plg_1",
        campaign_id="cmp_1",
        amount=eur("50"),
        matches=[("budget:match:available", eur("40")), ("budget:match:available:oulu", eur("5"))],
        on=TODAY,
    )

    assert entry.transfers == [
        Transfer("pledges:open:cmp_1", "pledges:made:cmp_1", eur("50")),
        Transfer("budget:match:available", "budget:match:reserved:cmp_1", eur("40")),
        Transfer("budget:match:available:oulu", "budget:match:reserved:cmp_1", eur("5")),
    ]


def test_pledge_without_match_touches_no_public_money():
    entry = bookings.pledge_made(
        pledge_id="plg_1", campaign_id="cmp_1", amount=eur("50"), matches=[], on=TODAY
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


def test_settling_commits_the_match():
    entry = bookings.campaign_settled(campaign_id="cmp_1", matched=eur("40"), on=TODAY)

    assert entry.transfers == [
        Transfer("budget:match:reserved:cmp_1", "budget:match:committed:cmp_1", eur("40")),
    ]


def test_payout_brings_the_money_to_the_bank():
    entry = bookings.paid_to_bank(
        payout_id="pyo_1", gateway="sandbox", amount=eur("49.05"), on=TODAY
    )

    assert entry.transfers == [Transfer("cash:escrow", "cash:provider:sandbox", eur("49.05"))]


def returned(amount, *, held, provided):
    taken = bookings.Taken("sandbox", eur(amount), held=eur(held), provided=eur(provided))
    return bookings.money_returned(
        cause_id="rfd_1", campaign_id="cmp_1", taken=taken, on=TODAY
    ).transfers


def test_money_goes_back_out_of_what_is_held():
    assert returned("50", held="50", provided="50") == [
        Transfer("cash:held:cmp_1", "cash:provider:sandbox", eur("50")),
        Transfer("pledges:made:cmp_1", "pledges:kept:cmp_1", eur("50")),
    ]


def test_what_was_paid_out_before_it_went_back_is_a_claim_on_the_payee():
    assert returned("50", held="20", provided="50") == [
        Transfer("cash:held:cmp_1", "cash:provider:sandbox", eur("20")),
        Transfer("cash:claims:cmp_1", "cash:provider:sandbox", eur("30")),
        Transfer("pledges:made:cmp_1", "pledges:kept:cmp_1", eur("20")),
        Transfer("pledges:made:cmp_1", "pledges:lost:cmp_1", eur("30")),
    ]


def test_what_the_provider_does_not_hold_it_advances():
    assert returned("50", held="50", provided="10")[:2] == [
        Transfer("cash:held:cmp_1", "cash:provider:sandbox", eur("10")),
        Transfer("cash:held:cmp_1", "cash:owed:sandbox", eur("40")),
    ]


def test_fee_of_a_dispute_is_a_fee_like_any_other():
    taken = bookings.Taken("sandbox", eur("20"), held=eur("0"), provided=eur("0"))

    entry = bookings.dispute_fee(dispute_id="dsp_1", campaign_id="cmp_1", taken=taken, on=TODAY)

    assert entry.transfers == [
        Transfer("cash:claims:cmp_1", "cash:owed:sandbox", eur("20")),
        Transfer("pledges:fees:cmp_1", "pledges:lost:cmp_1", eur("20")),
    ]
