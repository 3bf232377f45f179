"""What is written while there is no connection: kept on the device, back in the form, saved."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from grantengine.clock import FixedClock
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person, PersonRole
from grantengine.reviews.lifecycle import CallStatus, ReviewStatus
from grantengine.reviews.models import Application, Call, Review
from tests.browser import serving
from tests.browser.world import World

WORDS = "Skrivet i tunneln – utan förbindelse."

# Longer than the script waits before it tries again, on a busy machine too.
WAIT_MS = 30_000


@pytest.fixture
def world(demonstration, browser, tmp_path) -> Iterator[World]:
    """The demonstration at the moment it was told."""
    clock = FixedClock(demonstration.at)
    with serving.serving(demonstration, tmp_path, clock=clock) as site:
        yield World(site, clock, browser)


@pytest.fixture
def page(world) -> Iterator[Page]:
    """A page that runs scripts."""
    context = world.browser.new_context(base_url=world.site.address)
    yield context.new_page()
    context.close()


def first(world, query):
    with world.site.runtime.database.reading() as session:
        return session.scalars(query).first()


def sign_in(page, name):
    page.goto("/en/sign-in")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def stands(page, state):
    expect(page.locator("#autosave")).to_have_attribute("data-state", state, timeout=WAIT_MS)


def write_without_connection(page, label):
    """Write, lose the connection, write on, close the page, and come back with a connection.

    A page that is only left may live on for a moment, hear of the connection and save: it is
    closed. Nothing reaches our server before the words were seen, so they come from the device.
    """
    page.get_by_label(label).fill("Skrivet hemma.")
    stands(page, "saved")
    context, address = page.context, page.url
    context.set_offline(True)
    page.get_by_label(label).fill(WORDS)
    stands(page, "offline")
    page.close()
    context.set_offline(False)
    context.route("**/autosave", lambda route: route.abort())
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_label(label)).to_have_value(WORDS, timeout=WAIT_MS)
    stands(page, "offline")
    context.unroute("**/autosave")
    page.evaluate("dispatchEvent(new Event('online'))")
    stands(page, "saved")
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.get_by_label(label)).to_have_value(WORDS, timeout=WAIT_MS)


@pytest.mark.slow
def test_an_application_written_without_a_connection_is_there_after_a_reload(world, page):
    writers = sa.select(Person).join(PersonRole).where(PersonRole.role == Role.EXPERIMENTER)
    applicant = first(world, writers.order_by(Person.id))
    call = first(world, sa.select(Call).where(Call.status == CallStatus.OPEN))
    sign_in(page, applicant.name)
    page.goto(f"/en/calls/{call.slug}")
    page.get_by_role("button", name="Apply").first.click()

    write_without_connection(page, "Summary")

    query = sa.select(Application).where(Application.applicant_id == applicant.id)
    saved = first(world, query.order_by(Application.id.desc()))
    assert saved.answers["summary"] == [WORDS]


@pytest.mark.slow
def test_a_review_written_without_a_connection_is_there_after_a_reload(world, page):
    unread = sa.select(Review).where(Review.status == ReviewStatus.ASSIGNED)
    review = first(world, unread.order_by(Review.id))
    reviewer = first(world, sa.select(Person).where(Person.id == review.reviewer_id))
    sign_in(page, reviewer.name)
    page.goto(f"/en/reviews/{review.id}")
    page.get_by_label("No, nothing binds me to the applicant.").check()
    page.get_by_role("button", name="Declare").click()

    write_without_connection(page, "On the whole")

    assert first(world, sa.select(Review).where(Review.id == review.id)).comment == WORDS


@pytest.mark.slow
def test_a_reason_without_a_score_is_there_after_a_reload(world, page):
    unread = sa.select(Review).where(Review.status == ReviewStatus.ASSIGNED)
    review = first(world, unread.order_by(Review.id.desc()))
    sign_in(page, first(world, sa.select(Person).where(Person.id == review.reviewer_id)).name)
    page.goto(f"/en/reviews/{review.id}")
    page.get_by_label("No, nothing binds me to the applicant.").check()
    page.get_by_role("button", name="Declare").click()
    reason = page.get_by_label("Reason").first

    reason.fill(WORDS)
    stands(page, "waiting")
    page.reload()

    expect(reason).to_have_value(WORDS, timeout=WAIT_MS)
    stands(page, "waiting")
    page.locator("input[type=radio][name^=points_]").nth(3).check()
    stands(page, "saved")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.slow
def test_what_was_written_before_the_script_came_is_saved_too(world, page):
    writers = sa.select(Person).join(PersonRole).where(PersonRole.role == Role.EXPERIMENTER)
    call = first(world, sa.select(Call).where(Call.status == CallStatus.OPEN))
    sign_in(page, first(world, writers.order_by(Person.id)).name)
    awaited = []

    def hold_back(route):
        awaited.append(route)

    page.route("**/*autosave*.js*", hold_back)
    page.goto(f"/en/calls/{call.slug}")
    with page.expect_request("**/*autosave*.js*"):
        page.get_by_role("button", name="Apply").first.click(no_wait_after=True)
    page.get_by_label("Summary").fill(WORDS)

    awaited[0].continue_()

    stands(page, "saved")
    page.unroute("**/*autosave*.js*")
    page.reload()
    expect(page.get_by_label("Summary")).to_have_value(WORDS, timeout=WAIT_MS)
