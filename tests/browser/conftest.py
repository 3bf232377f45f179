"""A real browser in front of a real server, once for all browser tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from grantengine.clock import FixedClock
from tests.browser import looking, serving
from tests.support.demonstration import Told

# For one step on a page, on a machine that is busy with something else.
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def demonstration(demonstration, workshop):
    """The demonstration after its first minute, when letters of each kind are sent."""

    def let_work(folder: Path) -> None:
        with serving.serving(demonstration, folder, clock=FixedClock(demonstration.at)) as site:
            site.work()
        (folder / "present").write_text(demonstration.at.isoformat())

    return Told(workshop.made("demonstration-at-work", let_work))


@pytest.fixture(scope="session")
def site(demonstration, tmp_path_factory) -> Iterator[serving.Site]:
    """The demonstration on a free port, in real time, with its background threads."""
    folder = tmp_path_factory.mktemp("site")
    with serving.serving(demonstration, folder, with_background=True) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; required where the whole suite runs.

    The one that has none to open takes a quarter less processor time for a page.
    """
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine; python3 run.py test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser, site):
    """Open a window at a width and in a colour scheme; what it complains of fails the test."""
    opened = []

    def visitor(*, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        opened.append((context, looking.complaints(page, site.address)))
        return page

    yield visitor
    for context, _complaints in opened:
        context.close()
    assert [each for _context, complaints in opened for each in complaints] == []


@pytest.fixture
def open_page(visitor):
    """Open a path at a width and in a colour scheme."""

    def open_page(path: str, **window) -> Page:
        page = visitor(**window)
        page.goto(path)
        return page

    return open_page
