"""A site whose clock the test moves, and the people who sit down at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser

from grantengine.clock import FixedClock
from tests.browser import serving
from tests.browser.person import Person

# The one who comes as a new user; nobody of the demonstration.
NAME = "Ebba Sundqvist"
EMAIL, PASSWORD = "ebba.sundqvist@cykel.example.fi", "en cykel för alla i byn"
TITLE = "Lånecykel till sista bussen"
GROUP = "Byns cykelverkstad"
IBAN = "FI21 1234 5600 0007 85"


@dataclass(frozen=True)
class World:
    """A site whose clock we move, and the people who use it."""

    site: serving.Site
    clock: FixedClock
    browser: Browser

    @contextmanager
    def person(self) -> Iterator[Person]:
        """Sit down somebody at a browser of their own."""
        person = Person(self.browser, self.site.address)
        yield person
        person.leave()

    @contextmanager
    def somebody(self, name: str) -> Iterator[Person]:
        """Sit down one of the demonstration's people."""
        with self.person() as person:
            person.sign_in_as(name)
            yield person

    @contextmanager
    def applicant(self) -> Iterator[Person]:
        """Sit down the one who has registered."""
        with self.person() as person:
            person.sign_in(EMAIL, PASSWORD)
            yield person

    def one(self, query):
        """Look up one row."""
        with self.site.runtime.database.reading() as session:
            return session.scalars(query).one()

    def wait_until(self, instant) -> None:
        """Let time pass, and the site do what its scheduler would."""
        self.clock.set_to(instant)
        self.site.work()
