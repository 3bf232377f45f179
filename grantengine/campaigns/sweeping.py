"""The nightly sweep: asks the provider for what no event told, and goes on where we stopped."""

from datetime import timedelta

import structlog

from grantengine.campaigns import collecting, hearing, payouts, reconciling, refunds
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.hearing import SubjectOf
from grantengine.campaigns.payments import PaymentGateway
from grantengine.clock import Clock
from grantengine.db import Database

SWEEP_TASK = "sweep_payments"
# Longer than the provider keeps trying to send an event (three days) and than we may be down.
SWEPT = timedelta(days=30)
# What is younger is left to the request or the task that is at it.
LEFT_ALONE = timedelta(minutes=15)

log = structlog.get_logger(__name__)


def sweep(database: Database, gateway: PaymentGateway, clock: Clock, subject_of: SubjectOf) -> int:
    """Ask for everything of the last thirty days; the task SWEEP_TASK.

    Returns:
        How many findings were about things of ours, known or new.
    """
    before = clock.now() - LEFT_ALONE
    with database.reading() as session:
        waiting = refunds.refunds_to_ask(session, before=before)
        unheard = hearing.unheard_events(session, gateway=gateway.name, before=before)
    for refund in waiting:
        try:
            refunds.ask_refund(database, gateway, clock, refund)
        except CampaignsError as error:
            log.warning("refund not made", refund_id=refund.id, reason=str(error))
    for event_id in unheard:
        hearing.act_on_event(database, gateway, clock, subject_of, event_id=event_id)
    found = gateway.find_since(clock.now() - SWEPT)
    count = reconciling.apply(database, gateway, clock, found)
    collecting.collect_unanswered(database, gateway, clock)
    payouts.pay_out_due(database, gateway, clock)
    return count
