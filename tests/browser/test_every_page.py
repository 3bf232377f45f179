"""Whatever page somebody can reach, they can use: wide and light, narrow and dark."""

import pytest

from tests.browser import crawling, looking

LANGUAGE = "sv"
OF_A_KIND = 2
# Widths with colour schemes: of the first page of a kind, and of the next. What is wrong with the
# marks of a page is seen in its first form, and in another what width and colours can change.
FIRST = [(360, "dark"), (1440, "light")]
NEXT = [(360, "light")]
PEOPLE = {
    "experimenter": "Elina Rantanen",
    "Swedish-speaking experimenter": "Linnea Nyman",
    "reviewer": "Kaisa Laitinen",
    "presenter": "Hanna Saarinen",
    "decision-maker": "Antti Mattila",
    "finance officer": "Päivi Turunen",
    "steward": "Sanna Ahonen",
}


def pages_of(site, name):
    return crawling.reachable(site.app, name=name, language=LANGUAGE, of_a_kind=OF_A_KIND)


@pytest.fixture(scope="module")
def public(site):
    """The pages that anybody reaches, with the status of each."""
    return pages_of(site, None)


def look_at(page, address, forms):
    """Open a page and give what is wrong with it, in each form."""
    found = []
    for width, scheme in forms:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        is_first = (width, scheme) == forms[0]
        if is_first:
            page.goto(address)
        found += [f"{width} px, {scheme}: {each}" for each in seen(page, is_first=is_first)]
    return found


def seen(page, *, is_first):
    excess = looking.overflow(page)
    found = [f"{excess} px too wide"] if excess > 0 else []
    if page.evaluate("document.documentElement.lang") != LANGUAGE:
        found.append("in another language")
    return found + (looking.findings(page) if is_first else looking.findings_of_form(page))


def wrong_with(page, site, addresses):
    """Look at pages: the first of a kind in both forms, another by what can be new in its words.

    Those may stick out of a narrow page, be marked up wrongly or stand on a colour of their own.
    """
    wrong, kinds = {}, set()
    for address in addresses:
        kind = crawling.kind(site.app, address.removeprefix(f"/{LANGUAGE}"))
        wrong[address] = look_at(page, address, NEXT if kind in kinds else FIRST)
        kinds.add(kind)
    return {address: found for address, found in wrong.items() if found}


@pytest.mark.slow
def test_public_pages_are_usable_by_everybody(visitor, site, public):
    assert set(public.values()) == {200}
    assert len(public) > 30
    assert wrong_with(visitor(), site, public) == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", PEOPLE)
def test_own_pages_of_a_person_are_usable(visitor, site, public, role):
    found = pages_of(site, PEOPLE[role])
    page = visitor()
    page.goto(f"/{LANGUAGE}/sign-in")
    page.get_by_role("button", name=PEOPLE[role]).click()

    assert {address: status for address, status in found.items() if status != 200} == {}
    assert wrong_with(page, site, [each for each in found if each not in public]) == {}


@pytest.mark.slow
def test_widget_shows_all_of_itself_in_the_frame_that_others_copy(visitor, public):
    page = visitor()
    shared = [address for address in public if address.endswith("/share")]

    cut = []
    for address in shared:
        page.goto(address)
        # It is loaded only when somebody comes to it.
        frame = page.locator("iframe")
        frame.scroll_into_view_if_needed()
        frame.content_frame.locator("a").first.wait_for()
        page.frames[1].wait_for_load_state()
        needed = page.frames[1].evaluate("document.documentElement.scrollHeight")
        given = frame.bounding_box()["height"]
        cut += [(address, needed, given)] if needed > given else []

    assert shared
    assert cut == []
