"""Who listens to what, which task is which function, which adapter serves which port."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from grantengine import outbox, tasks
from grantengine.campaigns import (
    closing,
    collecting,
    forgetting,
    hearing,
    payouts,
    settlement,
    sweeping,
    updates,
)
from grantengine.campaigns.events import CampaignSettled, MoneyReturned
from grantengine.campaigns.payments import PaymentGateway
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.disbursements import lessening
from grantengine.disbursements import service as disbursements
from grantengine.events import DomainEvent, Handler
from grantengine.ledger import daily
from grantengine.reviews import batching, calendar, conditions, deciding, review_requests
from grantengine.settings import Settings
from grantengine.tasks import Registry
from grantengine.web import mail
from grantengine.web.documents import answering, sealing
from grantengine.web.gateways import stripe_subjects
from grantengine.web.gateways.sandbox import SandboxGateway

# One page shows who listens to what: the event, then the handlers in their order.
HANDLERS: dict[type[DomainEvent], Sequence[Handler]] = {
    CampaignSettled: (disbursements.on_campaign_settled, conditions.on_campaign_settled),
    MoneyReturned: (lessening.on_money_returned,),
}

# What the scheduler enqueues, and how often in seconds.
SCHEDULE: dict[str, int] = {
    calendar.ADVANCE_TASK: 5,
    conditions.LAPSE_TASK: 3600,
    settlement.SETTLE_TASK: 5,
    daily.SEAL_TASK: 3600,
    daily.EXPIRE_TASK: 3600,
    collecting.COLLECT_TASK: 60,
    payouts.PAYOUT_TASK: 3600,
    # More often than nightly, since a server that is restarted every day has no night.
    sweeping.SWEEP_TASK: 6 * 3600,
    tasks.FORGET_TASK: 3600,
    forgetting.FORGET_TASK: 6 * 3600,
    forgetting.FORGET_ACCOUNTS_TASK: 24 * 3600,
    closing.CLOSE_TASK: 3600,
}


def make_ports(settings: Settings) -> dict[str, Any]:
    """Choose the adapters that the settings ask for."""
    return {
        "payments": _payments(settings),
        "mail": mail.make_mail(settings),
    }


def make_registry(
    database: Database, clock: Clock, ports: dict[str, Any], settings: Settings
) -> Registry:
    """Bind every task function to what it works with."""
    return {
        tasks.FORGET_TASK: partial(tasks.forget_done, database, clock),
        outbox.DELIVER_TASK: partial(mail.deliver, database, clock, ports["mail"], settings),
        batching.SIGN_TASK: partial(batching.sign_batch, database, clock),
        deciding.SEAL_TASK: partial(sealing.seal_or_all, database, settings),
        review_requests.SEAL_TASK: partial(answering.seal_answer, database, settings),
        conditions.LAPSE_TASK: partial(conditions.lapse_due, database, clock),
        calendar.ADVANCE_TASK: partial(calendar.advance_calls, database, clock),
        updates.TELL_TASK: partial(updates.tell_backers, database, clock),
        forgetting.FORGET_TASK: partial(forgetting.forget_unconfirmed, database, clock),
        forgetting.FORGET_ACCOUNTS_TASK: partial(
            forgetting.forget_refund_accounts, database, clock
        ),
        closing.CLOSE_TASK: partial(closing.close_settled, database, clock),
        daily.SEAL_TASK: partial(daily.seal_day, database, clock),
        daily.EXPIRE_TASK: partial(daily.expire_holds, database, clock),
        **_payment_tasks(database, clock, ports["payments"]),
    }


def _payment_tasks(database: Database, clock: Clock, gateway: PaymentGateway) -> Registry:
    subject_of = stripe_subjects.subject_of
    return {
        settlement.SETTLE_TASK: partial(settlement.settle_due, database, gateway, clock),
        collecting.COLLECT_TASK: partial(collecting.collect_unanswered, database, gateway, clock),
        payouts.PAYOUT_TASK: partial(payouts.pay_out_due, database, gateway, clock),
        hearing.HEAR_TASK: partial(hearing.act_on_event, database, gateway, clock, subject_of),
        sweeping.SWEEP_TASK: partial(sweeping.sweep, database, gateway, clock, subject_of),
    }


def _payments(settings: Settings) -> PaymentGateway:
    if settings.payment_gateway == "sandbox":
        return SandboxGateway()
    # Imported only where it is configured: it takes longer to load than all the rest.
    from grantengine.web.gateways.stripe_gateway import StripeGateway

    assert settings.stripe_secret_key is not None  # The settings have seen to it.
    return StripeGateway(
        secret_key=settings.stripe_secret_key.get_secret_value(),
        api_url=settings.stripe_api_url,
    )
