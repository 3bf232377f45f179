"""Looking at a page: what axe finds, what sticks out, what the browser complains of."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page

# WCAG 2.2 level AA, and what axe holds to be good practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of these, what the width of a page and its colours can change.
AXE_RULES_OF_FORM = ["color-contrast", "target-size", "scrollable-region-focusable"]
_RUN = """async runOnly => {
    const options = {runOnly, resultTypes: ["violations"]};
    const found = await axe.run(options);
    return found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.target}`));
}"""
# A page that answers 404 or 422 on purpose is noted in the console by its status alone.
_ANSWERED = "Failed to load resource: the server responded with a status of 4"


def findings(page: Page) -> list[str]:
    """Run axe-core on a page and give what it finds, one line each."""
    return _run(page, {"type": "tag", "values": AXE_TAGS})


def findings_of_form(page: Page) -> list[str]:
    """Give likewise what another width or colour scheme of the same page can have changed."""
    return _run(page, {"type": "rule", "values": AXE_RULES_OF_FORM})


def overflow(page: Page) -> int:
    """Give how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def complaints(page: Page, address: str) -> list[str]:
    """Keep, from now on, requests to elsewhere and errors, the content policy's among them."""
    kept: list[str] = []

    def on_request(request) -> None:
        if not request.url.startswith((f"{address}/", "data:")):
            kept.append(f"asked for {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        is_policy = "Content Security Policy" in message.text
        is_error = message.type == "error" and not message.text.startswith(_ANSWERED)
        if is_policy or is_error:
            kept.append(f"{page.url}: {message.text}")

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: kept.append(f"{page.url}: {error}"))
    return kept


def _run(page: Page, run_only: dict[str, object]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN, run_only)
