"""Who listens to what, which task is which function, which adapter serves which port."""

from collections.abc import Sequence
from typing import Any

from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.events import DomainEvent, Handler
from grantengine.settings import Settings
from grantengine.tasks import Registry

# One page shows who listens to what: the event, then the handlers in their order.
HANDLERS: dict[type[DomainEvent], Sequence[Handler]] = {}

# What the scheduler enqueues, and how often in seconds.
SCHEDULE: dict[str, int] = {}


def make_ports(settings: Settings) -> dict[str, Any]:
    """Choose the adapters that the settings ask for."""
    return {}


def make_registry(database: Database, clock: Clock, ports: dict[str, Any]) -> Registry:
    """Bind every task function to what it works with."""
    return {}
