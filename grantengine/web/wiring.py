"""Who listens to what, which task is which function, which adapter serves which port."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from grantengine import outbox, tasks
from grantengine.campaigns import settlement
from grantengine.campaigns.events import CampaignSettled
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.disbursements import service as disbursements
from grantengine.events import DomainEvent, Handler
from grantengine.ledger import daily
from grantengine.reviews import calendar, deciding
from grantengine.settings import Settings, SettingsError
from grantengine.tasks import Registry
from grantengine.web import mail
from grantengine.web.documents import sealing
from grantengine.web.gateways.sandbox import SandboxGateway

# One page shows who listens to what: the event, then the handlers in their order.
HANDLERS: dict[type[DomainEvent], Sequence[Handler]] = {
    CampaignSettled: (disbursements.on_campaign_settled,),
}

# What the scheduler enqueues, and how often in seconds.
SCHEDULE: dict[str, int] = {
    calendar.ADVANCE_TASK: 5,
    daily.SEAL_TASK: 3600,
    daily.EXPIRE_TASK: 3600,
    settlement.SETTLE_TASK: 5,
    tasks.FORGET_TASK: 3600,
}


def make_ports(settings: Settings) -> dict[str, Any]:
    """Choose the adapters that the settings ask for.

    Raises:
        SettingsError: an adapter is asked for that is not here.
    """
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
        deciding.SEAL_TASK: partial(sealing.seal, database, settings),
        calendar.ADVANCE_TASK: partial(calendar.advance_calls, database, clock),
        daily.SEAL_TASK: partial(daily.seal_day, database, clock),
        daily.EXPIRE_TASK: partial(daily.expire_holds, database, clock),
        settlement.SETTLE_TASK: partial(settlement.settle_due, database, ports["payments"], clock),
    }


def _payments(settings: Settings) -> SandboxGateway:
    if settings.payment_gateway != "sandbox":
        raise SettingsError(setting="payment_gateway", reason="only the sandbox is here yet")
    return SandboxGateway()
