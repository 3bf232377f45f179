"""What the application runs on: one object, made at the start, found from any request."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.settings import Settings
from grantengine.tasks import Registry

_KEY = "grantengine"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, database, clock and the adapters to the world outside.

    Attributes:
        ports: adapters by the name of their port, such as `payments` and `mail`.
        registry: every task function by its name.
    """

    settings: Settings
    database: Database
    clock: Clock
    ports: dict[str, Any]
    registry: Registry


def install(extensions: dict[str, Any], runtime: Runtime) -> None:
    """Keep the runtime where `runtime()` finds it."""
    extensions[_KEY] = runtime


def runtime() -> Runtime:
    """Find the running application's runtime."""
    return cast("Runtime", current_app.extensions[_KEY])


def transaction() -> AbstractContextManager[Session]:
    """Open the one kind of session that commits; answer with a redirect afterwards."""
    return runtime().database.transaction()


def now() -> datetime:
    """Tell the instant of this request; ask once and hand it on."""
    return runtime().clock.now()
