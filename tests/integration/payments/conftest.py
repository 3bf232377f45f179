"""A till at the sandbox, on both databases, and one at our stand-in for Stripe, on SQLite.

What the port answers is the same for the database, whichever provider gave it.
"""

import pytest

from grantengine.db import Database
from grantengine.web.wiring import HANDLERS
from tests.support.campaigns import KillableGateway
from tests.support.payments import Till
from tests.support.stripe import providers


@pytest.fixture
def wired_database(database_url):
    """A fresh database whose events reach everybody that listens."""
    database = Database(database_url, handlers=HANDLERS)
    yield database
    database.dispose()


@pytest.fixture
def till(wired_database, clock):
    """A till at a sandbox that writes down what moved."""
    return Till(wired_database, KillableGateway(), clock)


@pytest.fixture
def provider():
    """Our adapter of Stripe and the stand-in behind it."""
    with providers.stripe_stand_in() as found:
        yield found


@pytest.fixture
def stripe(provider):
    """Our stand-in for Stripe."""
    return provider.fake


@pytest.fixture
def stripe_till(sqlite_databases, clock, provider):
    """A till at Stripe."""
    with sqlite_databases.fresh_url() as url:
        database = Database(url, handlers=HANDLERS)
        yield Till(database, provider.gateway, clock, card=provider.card)
        database.dispose()
