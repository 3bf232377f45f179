"""Booking recipes of campaigns: pure functions from a fact to a ledger entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grantengine.campaigns import chart
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.programme.chart import APPROPRIATION, TREASURY, Stage


@dataclass(frozen=True, slots=True)
class Taken:
    """Money that a provider takes back, and what covers it.

    Attributes:
        gateway: name of the provider, or `transfer` for our own bank account.
        amount: what it takes; positive.
        held: how much of it the campaign still holds.
        provided: how much of it the provider holds for us; it advances the rest.
    """

    gateway: str
    amount: Money
    held: Money
    provided: Money

    @property
    def claimed(self) -> Money:
        """What the campaign holds no more, and its payee owes."""
        return self.amount - self.held


def pledge_made(
    *,
    pledge_id: str,
    campaign_id: str,
    amount: Money,
    matches: Iterable[tuple[str, Money]],
    on: date,
    changes: int = 0,
) -> Entry:
    """Book that a backer has pledged and that pots have promised their matches with it.

    One entry for all, so that none can be without the others; reversing it takes back all.

    Args:
        pledge_id: of the pledge.
        campaign_id: to which it is made.
        amount: what the backer has promised.
        matches: the account of each pot that adds something, and how much; positive.
        on: the date on which it counts.
        changes: how often the amount was changed before; each time it is booked anew.
    """
    reserved = chart.match(campaign_id, Stage.RESERVED)
    transfers = [Transfer(chart.open_(campaign_id), chart.made(campaign_id), amount)]
    transfers += [Transfer(pot, reserved, matched) for pot, matched in matches]
    return Entry(
        key=f"pledge_made:{pledge_id}" + (f":{changes}" if changes else ""),
        kind="pledge_made",
        about=pledge_id,
        effective_on=on,
        transfers=transfers,
    )


def match_awarded(
    *, rule_id: str, campaign_id: str, pot: str, matched: Money, occasion: str, on: date
) -> Entry:
    """Book what a rule that is reckoned at the close adds to a campaign.

    Args:
        rule_id: the version of the rule.
        campaign_id: which campaign.
        pot: the account that it comes from.
        matched: positive.
        occasion: `pledged`, `collected` or `round`: by what it was reckoned.
        on: the date on which it counts.
    """
    return Entry(
        key=f"match_awarded:{rule_id}:{campaign_id}:{occasion}",
        kind="match_awarded",
        about=campaign_id,
        effective_on=on,
        transfers=[Transfer(pot, chart.match(campaign_id, Stage.RESERVED), matched)],
    )


def pot_set_aside(*, pot_code: str, key: str, amount: Money, on: date) -> Entry:
    """Book that a part of the programme's own pot is set aside for a pot with its own rules."""
    return Entry(
        key=f"pot_set_aside:{key}",
        kind="pot_set_aside",
        about=pot_code,
        effective_on=on,
        transfers=[Transfer(chart.POT, chart.pot(pot_code), amount)],
    )


def pot_contributed(*, pot_code: str, key: str, amount: Money, on: date) -> Entry:
    """Book that a funder has paid money into its pot: more to spend, and the cash for it."""
    return Entry(
        key=f"pot_contributed:{key}",
        kind="pot_contributed",
        about=pot_code,
        effective_on=on,
        transfers=[
            Transfer(APPROPRIATION.code, chart.pot(pot_code), amount),
            Transfer(TREASURY.code, chart.funders(pot_code), amount),
        ],
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


def campaign_settled(*, campaign_id: str, matched: Money, on: date) -> Entry:
    """Book that a funded campaign's match is no longer a promise.

    Args:
        campaign_id: a campaign of which something was collected.
        matched: what is reserved for the campaign; positive.
        on: the date on which it counts.
    """
    reserved = chart.match(campaign_id, Stage.RESERVED)
    committed = chart.match(campaign_id, Stage.COMMITTED)
    return Entry(
        key=f"campaign_settled:{campaign_id}",
        kind="campaign_settled",
        about=campaign_id,
        effective_on=on,
        transfers=[Transfer(reserved, committed, matched)],
    )


def paid_to_bank(*, payout_id: str, gateway: str, amount: Money, on: date) -> Entry:
    """Book that the provider's payout has reached the bank account kept for backers' money."""
    return Entry(
        key=f"paid_to_bank:{payout_id}",
        kind="paid_to_bank",
        about=payout_id,
        effective_on=on,
        transfers=[Transfer(chart.ESCROW.code, chart.provider(gateway).code, amount)],
    )


def money_returned(*, cause_id: str, campaign_id: str, taken: Taken, on: date) -> Entry:
    """Book that the provider gave charged money back: a refund, or a dispute just opened.

    What the campaign still holds covers it first; the rest is a claim on who was paid. The
    promise no longer counts.

    Args:
        cause_id: of the refund or the dispute.
        campaign_id: whose backer gets money back.
        taken: how much, and what covers it.
        on: the date on which it counts.
    """
    made = chart.made(campaign_id)
    transfers = [
        *_taken_from_cash(campaign_id, taken),
        *_some(Transfer(made, chart.kept(campaign_id), taken.held)),
        *_some(Transfer(made, chart.lost(campaign_id), taken.claimed)),
    ]
    return Entry(
        key=f"money_returned:{cause_id}",
        kind="money_returned",
        about=cause_id,
        effective_on=on,
        transfers=transfers,
    )


def dispute_fee(*, dispute_id: str, campaign_id: str, taken: Taken, on: date) -> Entry:
    """Book what the provider takes for a dispute."""
    fees = chart.fees(campaign_id)
    transfers = [
        *_taken_from_cash(campaign_id, taken),
        *_some(Transfer(fees, chart.kept(campaign_id), taken.held)),
        *_some(Transfer(fees, chart.lost(campaign_id), taken.claimed)),
    ]
    return Entry(
        key=f"dispute_fee:{dispute_id}",
        kind="dispute_fee",
        about=dispute_id,
        effective_on=on,
        transfers=transfers,
    )


def match_returned(*, cause_id: str, transfers: Sequence[Transfer], on: date) -> Entry:
    """Book that a match goes back to its pot with money that its backer got back.

    An entry of its own: a refund that the backer's bank does not take brings back the money,
    but not a promise that the pot may have given to others meanwhile.

    Args:
        cause_id: of the refund, or of the dispute that was lost.
        transfers: at least one transfer of the match budget.
        on: the date on which it counts.
    """
    return Entry(
        key=f"match_returned:{cause_id}",
        kind="match_returned",
        about=cause_id,
        effective_on=on,
        transfers=transfers,
    )


def transfer_arrived(*, transfer_id: str, amount: Money, on: date) -> Entry:
    """Book that somebody has paid to the account for backers' money, whoever it is."""
    return Entry(
        key=f"transfer_arrived:{transfer_id}",
        kind="transfer_arrived",
        about=transfer_id,
        effective_on=on,
        transfers=[Transfer(chart.ESCROW.code, chart.UNASSIGNED.code, amount)],
    )


def transfer_pledged(*, transfer_id: str, campaign_id: str, amount: Money, on: date) -> Entry:
    """Book that money that arrived is that of a pledge, which has just been booked."""
    return Entry(
        key=f"transfer_pledged:{transfer_id}",
        kind="transfer_pledged",
        about=transfer_id,
        effective_on=on,
        transfers=[
            Transfer(chart.kept(campaign_id), chart.open_(campaign_id), amount),
            Transfer(chart.UNASSIGNED.code, chart.held(campaign_id), amount),
        ],
    )


def transfer_sent_back(*, transfer_id: str, amount: Money, on: date) -> Entry:
    """Book that money that belonged to no pledge went back to its payer."""
    return Entry(
        key=f"transfer_sent_back:{transfer_id}",
        kind="transfer_sent_back",
        about=transfer_id,
        effective_on=on,
        transfers=[Transfer(chart.UNASSIGNED.code, chart.ESCROW.code, amount)],
    )


def _taken_from_cash(campaign_id: str, taken: Taken) -> list[Transfer]:
    """Pair what bears the loss with what it was paid from, whichever of them runs out first."""
    held, claims = chart.held(campaign_id), chart.claims(campaign_id)
    provider, owed = chart.holder(taken.gateway).code, chart.owed(taken.gateway).code
    first = min(taken.held, taken.provided)
    return [
        *_some(Transfer(held, provider, first)),
        *_some(Transfer(held, owed, taken.held - first)),
        *_some(Transfer(claims, provider, taken.provided - first)),
        *_some(Transfer(claims, owed, taken.amount - max(taken.held, taken.provided))),
    ]


def _some(transfer: Transfer) -> list[Transfer]:
    return [transfer] if transfer.amount else []
