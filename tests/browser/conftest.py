"""A real browser in front of a real server, once for all browser tests."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from grantengine.settings import load_settings
from grantengine.web.application import create_app

# WCAG 2.2 level AA, and what axe holds to be good practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def site(sqlite_databases, tmp_path_factory) -> Iterator[str]:
    """The address of the whole application, served on a free port."""
    with sqlite_databases.fresh_url() as url:
        folder = tmp_path_factory.mktemp("site")
        application = create_app(
            load_settings("test", environ={}, database_url=url, var_path=folder)
        )
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; required where the whole suite runs."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine; python3 run.py test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, site):
    """Open a path at a width and in a colour scheme; what it asks for elsewhere fails the test."""
    contexts = []

    def open_page(path: str, *, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append((context, asked := []))
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.extend(refusals(message.text)))
        page.goto(path)
        return page

    yield open_page
    foreign = [
        what for context, asked in contexts for what in asked if not what.startswith(f"{site}/")
    ]
    for context, _asked in contexts:
        context.close()
    assert foreign == []


def refusals(text: str) -> list[str]:
    """Keep what the browser says about the content security policy, which no page may offend."""
    return [text] if "Content Security Policy" in text else []


@pytest.fixture(scope="session")
def axe():
    """Run axe-core on a page and give its findings, one line each."""

    def findings(page: Page) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
        result = Axe().run(page, options=options)
        return [
            f"{violation['id']}: {node['target']}"
            for violation in result.response["violations"]
            for node in violation["nodes"]
        ]

    return findings
