"""Somebody at a browser: goes, reads, fills in, presses; with the mouse or with keys alone."""

import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from grantengine.web.catalogues import catalogue

# More than any page here has places for the focus.
STOPS_MAX = 400


class Person:
    """A browser of one's own, without JavaScript, and a page in it.

    What stands on a page is named by its English sentence and looked for as the person reads it.
    """

    def __init__(self, browser: Browser, address: str, *, language: str = "sv") -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            java_script_enabled=False,
            reduced_motion="reduce",
            viewport={"width": 1280, "height": 900},
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self._language = language

    def go(self, path: str) -> None:
        """Open a path in the person's language."""
        self.page.goto(f"/{self._language}{path}")

    def said(self, sentence: str) -> str:
        """Say a sentence of the pages in the person's language; other words stay as they are."""
        return str(catalogue(self._language).ugettext(sentence))

    def reads(self, sentence: str) -> bool:
        """Tell whether a sentence stands on the page."""
        return self.said(sentence) in self.text()

    def sign_in_as(self, name: str) -> None:
        """Become one of the demonstration's people."""
        self.go("/sign-in")
        self.press(name)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with an account of one's own."""
        self.go("/sign-in")
        self.fill("E-mail", email)
        self.fill("Password", password)
        self.press("Sign in")

    def link(self, name: str) -> Locator:
        """Find a link of the page itself, or of one's own menu, by its name."""
        return self.page.locator("main, .desk-bar").get_by_role("link", name=self.said(name))

    def button(self, name: str) -> Locator:
        """Find the buttons of this very name."""
        return self.page.get_by_role("button", name=self.said(name), exact=True)

    def follow(self, name: str) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self.link(name).first.click()

    def press(self, name: str) -> None:
        """Press a button, the first of this very name, that sends a form."""
        with self.page.expect_navigation():
            self.button(name).first.click()

    def confirm(self, opener: str, name: str) -> None:
        """Press a button that asks back, and say yes."""
        self.button(opener).first.click()
        dialog = self.page.get_by_role("dialog")
        with self.page.expect_navigation():
            dialog.get_by_role("button", name=self.said(name), exact=True).click()

    def fill(self, label: str, text: str, *, index: int = 0) -> None:
        """Fill in the field with a label."""
        self._labelled(label).nth(index).fill(text)

    def select(self, label: str, choice: str, *, index: int = 0) -> None:
        """Choose from a list."""
        self._labelled(label).nth(index).select_option(label=self.said(choice))

    def _labelled(self, label: str) -> Locator:
        """Find the fields with a label; its mark for what is optional does not count."""
        exactly = re.compile(rf"^\s*{re.escape(self.said(label))}\s*(\(.*\))?\s*$")
        return self.page.get_by_label(exactly)

    def tick(self, label: str) -> None:
        """Tick a box or choose one of several."""
        self.page.get_by_label(self.said(label)).first.check()

    def attach(self, label: str, name: str, content: bytes, mime_type: str) -> None:
        """Choose a file."""
        file = {"name": name, "mimeType": mime_type, "buffer": content}
        self._labelled(label).set_input_files(file)

    def take(self, name: str) -> bytes:
        """Follow a link to a file and give what comes."""
        with self.page.expect_download() as waited:
            self.link(name).first.click()
        return Path(waited.value.path()).read_bytes()

    def open_file(self, name: str) -> bytes:
        """Give what the browser would show in its own viewer behind a link."""
        address = self.link(name).first.get_attribute("href")
        assert address is not None
        answer = self.context.request.get(address)
        assert answer.ok
        return answer.body()

    def text(self) -> str:
        """Read the page's own text, single-spaced, its hard spaces as spaces."""
        return " ".join(self.page.locator("main").inner_text().split())

    def tab_to(self, target: Locator) -> None:
        """Press Tab until something has the focus."""
        element = target.element_handle()  # Looked for once: that is dearer than the key.
        for _stop in range(STOPS_MAX):
            if element.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")

    def key(self, target: Locator, key: str, *, times: int = 1) -> None:
        """Reach something by Tab and press a key there."""
        self.tab_to(target)
        for _time in range(times):
            self.page.keyboard.press(key)

    def enter(self, target: Locator) -> None:
        """Reach a link or button by Tab and press Enter there."""
        self.tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()
