"""Events that a payment provider sends: kept first, then acted on as a task, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import tasks
from grantengine.campaigns import reconciling
from grantengine.campaigns.answers import Subject
from grantengine.campaigns.lifecycle import PROVIDER_EVENT_MOVES, ProviderEventStatus
from grantengine.campaigns.payment_models import ProviderEvent
from grantengine.campaigns.payments import PaymentGateway
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.tasks import Priority
from grantengine.transitions import ensure_move

HEAR_TASK = "hear_provider_event"

# Reads from the body of an event what it is about; None when nothing of ours can follow.
SubjectOf = Callable[[str], Subject | None]


@dataclass(frozen=True, slots=True)
class Told:
    """An event whose signature was verified: the provider's name for it, its type, its body."""

    id: str
    type: str
    body: str


def keep_event(session: Session, told: Told, *, gateway: str, now: datetime) -> bool:
    """Keep an event and queue the acting on it; one kept before changes nothing.

    Returns:
        Whether it is new.
    """
    if session.get(ProviderEvent, (told.id, gateway)) is not None:
        return False
    event = ProviderEvent(
        id=told.id,
        gateway=gateway,
        type=told.type,
        body=told.body,
        status=ProviderEventStatus.RECEIVED,
        received_at=now,
    )
    session.add(event)
    # Told twice at the same time: the second breaks here on the key, and is told again.
    session.flush()
    tasks.enqueue(session, HEAR_TASK, now=now, priority=Priority.AWAITED, event_id=told.id)
    return True


def act_on_event(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    subject_of: SubjectOf,
    *,
    event_id: str,
) -> None:
    """Ask the provider how the thing stands that an event is about; the task HEAR_TASK."""
    with database.reading() as session:
        event = session.get_one(ProviderEvent, (event_id, gateway.name))
    if event.status != ProviderEventStatus.RECEIVED:
        return
    subject = subject_of(event.body)
    findings = gateway.find(subject) if subject else []
    count = reconciling.apply(database, gateway, clock, findings)
    target = ProviderEventStatus.DONE if count else ProviderEventStatus.KEPT
    with database.transaction() as session:
        kept = session.get_one(ProviderEvent, (event_id, gateway.name), with_for_update=True)
        if kept.status == ProviderEventStatus.RECEIVED:
            ensure_move(PROVIDER_EVENT_MOVES, current=kept.status, target=target)
            kept.status, kept.handled_at = target, clock.now()


def unheard_events(session: Session, *, gateway: str, before: datetime) -> list[str]:
    """List events that were kept before an instant and not acted on."""
    query = sa.select(ProviderEvent.id).where(
        ProviderEvent.gateway == gateway,
        ProviderEvent.status == ProviderEventStatus.RECEIVED,
        ProviderEvent.received_at <= before,
    )
    return list(session.scalars(query.order_by(ProviderEvent.received_at)))
