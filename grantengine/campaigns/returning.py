"""Money that goes back to a backer after it was charged: what covers it, what match it takes."""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import events
from grantengine.campaigns import bookings, chart
from grantengine.campaigns.bookings import Taken
from grantengine.campaigns.events import MoneyReturned
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.match_models import PledgeMatch
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.ledger import queries as ledger_queries
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import Transfer
from grantengine.money import Money, share, total
from grantengine.programme.chart import Stage


def taken_from(session: Session, campaign_id: str, gateway: str, amount: Money) -> Taken:
    """See what covers an amount that the provider takes back; the caller holds the campaign."""
    held, provider = chart.held(campaign_id), chart.holder(gateway).code
    found = ledger_queries.balances(session, [held, provider])
    return Taken(
        gateway=gateway,
        amount=amount,
        held=min(amount, found.get(held, Money(0))),
        provided=min(amount, found.get(provider, Money(0))),
    )


def book_money(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    *,
    cause_id: str,
    amount: Money,
    now: datetime,
) -> str:
    """Book that charged money of a pledge went back, and tell those who would pay it out.

    Args:
        session: a transaction that holds the campaign.
        campaign: the pledge's.
        pledge: of which money goes back.
        cause_id: of the refund or the dispute.
        amount: positive, at most what has not gone back before.
        now: the present instant.

    Returns:
        The id of the ledger's entry.
    """
    ledger.open_accounts(session, chart.return_accounts(campaign.id, pledge.gateway), now=now)
    taken = taken_from(session, campaign.id, pledge.gateway, amount)
    entry = bookings.money_returned(
        cause_id=cause_id, campaign_id=campaign.id, taken=taken, on=helsinki_date(now)
    )
    pledge.returned_cents += amount.cents
    tell_payer(session, campaign, private=taken.held, now=now)
    return ledger.post(session, entry, now=now)


def book_match(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    *,
    cause_id: str,
    amount: Money,
    now: datetime,
) -> None:
    """Book the match back that leaves with an amount which has just gone back.

    Of the match as much leaves, in proportion, as of the pledge; what is on its way to the
    payee or has been paid is recovered by people.
    """
    counted = pledge.amount - pledge.returned
    stage = Stage.RESERVED if campaign.settled_at is None else Stage.COMMITTED
    code = chart.match(campaign.id, stage)
    left = ledger_queries.balance(session, code)
    transfers = []
    for match in pledge.matches:
        leaving = min(left, _part(match, counted + amount) - _part(match, counted))
        if leaving:
            transfers.append(Transfer(code, match.rule.account, leaving))
            left -= leaving
    if not transfers:
        return
    entry = bookings.match_returned(cause_id=cause_id, transfers=transfers, on=helsinki_date(now))
    ledger.post(session, entry, now=now)
    returned = total(transfer.amount for transfer in transfers)
    tell_payer(session, campaign, matched=returned, now=now)


def tell_payer(
    session: Session,
    campaign: Campaign,
    *,
    private: Money = Money(0),
    matched: Money = Money(0),
    now: datetime,
) -> None:
    """Tell that a settled campaign has less to be paid than it was settled with."""
    if campaign.settled_at is not None and (private or matched):
        event = MoneyReturned(
            campaign_id=campaign.id,
            private=private,
            matched=matched,
            returned_on=helsinki_date(now),
        )
        events.record(session, event)


def _part(match: PledgeMatch, counted: Money) -> Money:
    whole = match.pledge.amount_cents
    return share(match.amount, numerator=counted.cents, denominator=whole)
