"""From what the provider says is so, to what is written here: in any order, however often.

Nothing is believed that an event says: an event only names a thing, and the provider is asked
how that stands now. So an event may come twice, late, or after its successor.
"""

from collections.abc import Iterable
from contextlib import suppress

import sqlalchemy as sa

from grantengine.campaigns import (
    charge_results,
    charging,
    checkout,
    disputes,
    new_cards,
    payouts,
    refunds,
)
from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardFound,
    ChargeFound,
    DisputeFound,
    Finding,
    PayoutFound,
    RefundFound,
)
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import UNCONFIRMED
from grantengine.campaigns.managing_models import NewCard
from grantengine.campaigns.models import Charge, Pledge
from grantengine.campaigns.payment_models import Payout
from grantengine.campaigns.payments import PaymentGateway
from grantengine.clock import Clock
from grantengine.db import Database


def apply(
    database: Database, gateway: PaymentGateway, clock: Clock, findings: Iterable[Finding]
) -> int:
    """Write down what the provider says; return how many findings were about things of ours."""
    return sum([_apply(database, gateway, clock, each) for each in findings])


def _apply(database: Database, gateway: PaymentGateway, clock: Clock, finding: Finding) -> bool:
    if isinstance(finding, CardFound):
        return _card(database, gateway, clock, finding)
    if isinstance(finding, ChargeFound):
        return _charge(database, gateway, clock, finding)
    with database.transaction() as session:
        match finding:
            case RefundFound():
                return refunds.record_found(session, finding, now=clock.now())
            case DisputeFound():
                return disputes.record_found(session, finding, now=clock.now())
            case PayoutFound():
                payout_id = session.scalars(
                    sa.select(Payout.id).where(
                        (Payout.id == (finding.key or "")) | (Payout.reference == finding.reference)
                    )
                ).first()
                if payout_id is None:
                    return False
                payouts.record_payout_state(
                    session, payout_id, finding.state, gateway=gateway.name, now=clock.now()
                )
                return True


def _card(database: Database, gateway: PaymentGateway, clock: Clock, finding: CardFound) -> bool:
    """Let a pledge stand whose backer was at the bank, but never came back to our page."""
    with database.reading() as session:
        query = sa.select(Pledge).where(Pledge.id == finding.key)
        pledge = session.scalars(query.options(charging.WITH_CAMPAIGN)).first()
        new_card = session.get(NewCard, finding.key)
    if pledge is None and new_card is None:
        return False
    if isinstance(finding.answer, AuthenticationNeeded):
        return True
    # Declined, or too late: it is written down, and nobody waits for an answer.
    with suppress(CampaignsError):
        if new_card is not None:
            new_cards.finish_new_card(database, gateway, clock, new_card.id)
        elif pledge is not None and pledge.status in UNCONFIRMED:
            checkout.finish_pledge(database, gateway, clock, pledge)
    return True


def _charge(
    database: Database, gateway: PaymentGateway, clock: Clock, finding: ChargeFound
) -> bool:
    with database.transaction() as session:
        campaign_id = session.scalars(
            sa.select(Charge.campaign_id).where(Charge.id == finding.key)
        ).first()
        if campaign_id is None:
            return False
        charge_results.record_answers(
            session,
            campaign_id,
            {finding.key: finding.answer},
            gateway=gateway.name,
            now=clock.now(),
        )
    return True
