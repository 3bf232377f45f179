"""Domain events: what happened below, told to those above without knowing them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]
Handlers = Mapping[type["DomainEvent"], Sequence[Handler]]

_HANDLERS_KEY = "grantengine.event_handlers"


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that has happened; subclasses are named in the past tense."""


def attach_handlers(session: Session, handlers: Handlers) -> None:
    """Give a session the table of who listens to what; the application wires it once."""
    session.info[_HANDLERS_KEY] = handlers


def record(session: Session, event: DomainEvent) -> None:
    """Tell every handler of the event, now and inside the caller's transaction.

    A handler that fails fails the whole transaction: nothing is half-done.
    """
    handlers: Handlers = session.info.get(_HANDLERS_KEY, {})
    for handler in handlers.get(type(event), ()):
        handler(session, event)
