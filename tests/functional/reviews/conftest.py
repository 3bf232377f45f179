"""An open call on the application's own database, and people who click."""

import pytest

from grantengine.programme.lifecycle import Role
from tests.support import reviews
from tests.support.visitor import sign_in


@pytest.fixture
def call(app_database, clock):
    """A call that has just opened."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        found = reviews.a_call(session)
    clock.set_to(reviews.OPENS)
    return found


@pytest.fixture
def person(app_database):
    """Register somebody by name and role."""

    def register(name, role=Role.EXPERIMENTER, **more):
        with app_database.transaction() as session:
            return reviews.a_person(session, name, role, **more)

    return register


@pytest.fixture
def as_person(app):
    """Open a browser of one's own, signed in as a person."""

    def browser(someone):
        client = app.test_client()
        sign_in(client, someone)
        return client

    return browser


@pytest.fixture
def maija(person):
    """An applicant."""
    return person("Maija Mäkelä")


@pytest.fixture
def presenter(person):
    """Who proposes decisions."""
    return person("Pirjo Pohjola", Role.PRESENTER)


@pytest.fixture
def decision_maker(person):
    """Who signs them."""
    return person("Raimo Ranta", Role.DECISION_MAKER)
