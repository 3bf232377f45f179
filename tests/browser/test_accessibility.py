"""Every page can be used by everybody: axe finds nothing, nothing sticks out, keys are enough."""

import pytest

from tests.browser import looking

# Where the components stand; test_every_page looks at all the others.
PAGES = ["/fi/styleguide", "/en/no-such-page"]
WIDTHS = [320, 360, 768, 1024]
FORMS = [(1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")]


@pytest.mark.parametrize(("width", "scheme"), FORMS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page, path, width, scheme):
    page = open_page(path, width=width, scheme=scheme)

    assert looking.findings(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_needs_no_sideways_scrolling(open_page, path):
    page = open_page(path)

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough_for_a_thumb(open_page, path):
    page = open_page(path, width=360)

    too_small = page.eval_on_selector_all(
        ".button, .nav__link, .menu__button, .input, .languages__link, .tabs__link",
        """elements => elements
            .filter(element => element.checkVisibility())
            .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([html]) => html)""",
    )

    assert too_small == []


def test_first_key_skips_to_the_content(open_page):
    page = open_page("/fi/styleguide")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_menu_of_a_telephone_opens_by_key_and_is_clean(open_page):
    page = open_page("/fi/styleguide", width=360)

    page.locator(".menu__button").focus()
    page.keyboard.press("Enter")

    assert page.get_by_role("link", name="Kampanjat").first.is_visible()
    assert looking.findings(page) == []


def test_dialog_opens_by_key_and_escape_gives_the_focus_back(open_page):
    page = open_page("/en/styleguide")
    opener = page.get_by_role("button", name="Withdraw a pledge")

    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Withdraw the pledge?")

    assert dialog.is_visible()
    assert looking.findings(page) == []

    page.keyboard.press("Escape")

    assert not dialog.is_visible()
    assert opener.evaluate("element => element === document.activeElement")


def test_enlarged_text_still_fits_on_a_narrow_screen(open_page):
    page = open_page("/fi/styleguide", width=640)

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert page.evaluate("document.documentElement.scrollWidth") <= 640
