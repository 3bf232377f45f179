"""Booking recipes of campaigns: pure functions from a fact to a ledger entry."""

from datetime import date

from grantengine.campaigns import chart
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.programme.chart import Stage


def pledge_made(
    *, pledge_id: str, campaign_id: str, amount: Money, matched: Money, on: date
) -> Entry:
    """Book that a backer has pledged and that the pot has promised its match with it.

    One entry for both, so that neither can be without the other; reversing it takes back both.
    """
    transfers = [Transfer(chart.open_(campaign_id), chart.made(campaign_id), amount)]
    if matched:
        reserved = chart.match(campaign_id, Stage.RESERVED)
        transfers.append(Transfer(chart.POT, reserved, matched))
    return Entry(
        key=f"pledge_made:{pledge_id}",
        kind="pledge_made",
        about=pledge_id,
        effective_on=on,
        transfers=transfers,
    )


def pledge_collected(
    *, pledge_id: str, campaign_id: str, gateway: str, amount: Money, fee: Money, on: date
) -> Entry:
    """Book that the card was charged, and what the payment provider keeps of it."""
    provider = chart.provider(gateway).code
    held, kept = chart.held(campaign_id), chart.kept(campaign_id)
    transfers = [
        Transfer(kept, chart.open_(campaign_id), amount),
        Transfer(provider, held, amount),
    ]
    if fee:
        transfers += [
            Transfer(held, provider, fee),
            Transfer(chart.fees(campaign_id), kept, fee),
        ]
    return Entry(
        key=f"pledge_collected:{pledge_id}",
        kind="pledge_collected",
        about=pledge_id,
        effective_on=on,
        transfers=transfers,
    )


def campaign_settled(
    *, campaign_id: str, gateway: str, private_net: Money, matched: Money, on: date
) -> Entry:
    """Book that a funded campaign's match is no longer a promise, and its money is on its way.

    Args:
        campaign_id: a campaign of which something was collected.
        gateway: name of the payment provider that holds the money.
        private_net: what was collected less the provider's fees; positive.
        matched: what is reserved for the campaign.
        on: the date on which it counts.
    """
    transfers = [Transfer(chart.ESCROW.code, chart.provider(gateway).code, private_net)]
    if matched:
        reserved = chart.match(campaign_id, Stage.RESERVED)
        committed = chart.match(campaign_id, Stage.COMMITTED)
        transfers.insert(0, Transfer(reserved, committed, matched))
    return Entry(
        key=f"campaign_settled:{campaign_id}",
        kind="campaign_settled",
        about=campaign_id,
        effective_on=on,
        transfers=transfers,
    )
