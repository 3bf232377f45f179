"""The application with Stripe configured, at our stand-in for it."""

import pytest

from grantengine.settings import load_settings
from tests.support.payments import Till
from tests.support.stripe import providers
from tests.support.stripe.server import SECRET_KEY, WEBHOOK_SECRET


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
def settings(sqlite_databases, tmp_path, stripe):
    """Settings of an application that charges cards at the stand-in."""
    with sqlite_databases.fresh_url() as url:
        yield load_settings(
            "test",
            environ={},
            database_url=url,
            var_path=tmp_path,
            payment_gateway="stripe",
            stripe_secret_key=SECRET_KEY,
            stripe_publishable_key="pk_test_of_the_tests",
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_api_url=stripe.url,
        )


@pytest.fixture
def till(app, app_database, clock, provider):
    """A till of the application."""
    gateway = app.extensions["grantengine"].ports["payments"]
    return Till(app_database, gateway, clock, card=provider.card)
