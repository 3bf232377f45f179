"""The whole way of a euro, by clicking, in Swedish, in a browser that knows no JavaScript."""

from collections.abc import Iterator

import pytest

from grantengine.clock import FixedClock
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from tests.browser import crowdfunding, granting, learning, paying, serving
from tests.browser.world import World


@pytest.fixture
def world(demonstration, browser, tmp_path) -> Iterator[World]:
    """The demonstration at the moment it was told, and a clock to move."""
    clock = FixedClock(demonstration.at)
    with serving.serving(demonstration, tmp_path, clock=clock) as site:
        yield World(site, clock, browser)


@pytest.mark.slow
def test_a_euro_goes_the_whole_way_by_clicking_in_swedish(world):
    granting.make_call(world)
    case_number = granting.apply(world)
    granting.close_and_share(world)
    granting.review(world)
    granting.propose_and_sign(world)
    granting.open_decision(world, case_number)
    slug = crowdfunding.open_campaign(world)
    crowdfunding.pledge_and_withdraw(world, slug)
    crowdfunding.settle(world, slug)
    files = paying.collect_and_release(world)
    paying.read_back(world, files)
    paying.take_reports(world)
    learning.publish(world)
    learning.find(world)

    assert_books_are_in_order(world)


def assert_books_are_in_order(world) -> None:
    with world.site.runtime.database.reading() as session:
        report = audit.verify(session)
        lines = ledger.trial_balance(session)
    assert report.is_clean
    assert sum(line.balance_cents for line in lines) == 0
