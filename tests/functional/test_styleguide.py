"""The style guide shows every component in each language, and the site serves its own assets."""

import re

import pytest

from tests.support.source import TEMPLATES

FRAME = {"navigation.html"}
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_guide_is_shown_in_each_language(client, language):
    page = client.get(f"/{language}/styleguide")

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_is_used_or_part_of_the_frame(path):
    guide = "".join(
        part.read_text(encoding="utf-8") for part in (TEMPLATES / "styleguide").iterdir()
    )
    others = "".join(part.read_text(encoding="utf-8") for part in COMPONENTS if part != path)

    assert path.name in FRAME or f"components/{path.name}" in guide + others


def test_guide_has_no_style_or_script_of_its_own(client):
    page = client.get("/styleguide").text

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page)


def test_ids_on_the_guide_are_unique(client):
    found = re.findall(r'\sid="([^"]+)"', client.get("/styleguide").text)

    assert sorted(found) == sorted(set(found))


def test_errors_are_listed_with_links_to_their_fields(client):
    page = client.get("/en/styleguide").text

    assert '<a href="#faulty-title">Name of the experiment: Give the experiment a name.</a>' in page
    assert re.search(r'id="faulty-title"[^>]*', page)
    assert 'aria-describedby="faulty-title-error faulty-title-hint"' in page


def test_stylesheet_is_one_file_that_browsers_keep(client):
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get("/sv/styleguide").text)

    sheet = client.get(address)

    assert sheet.status_code == 200
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert "@import" not in sheet.text


@pytest.mark.parametrize("name", ["site.css", "icon.svg"])
def test_what_is_asked_for_by_another_hash_is_not_kept(client, name):
    for query in ("?v=000000000000", "?v=", ""):
        answer = client.get(f"/static/{name}{query}", buffered=True)
        assert answer.status_code == 200
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_fonts_named_in_the_stylesheet_are_served_from_here(client):
    sheet = client.get("/static/site.css").text

    for address in re.findall(r'url\("([^"]+)"\)', sheet):
        with client.get(f"/static/{address}") as font:
            assert font.status_code == 200
            assert font.data[:4] == b"wOF2"


@pytest.mark.parametrize("path", ["/accessibility", "/open-data"])
def test_pages_about_the_site_are_shown(client, path):
    assert client.get(path).status_code == 200


def test_missing_page_says_so_and_leads_on(client):
    page = client.get("/sv/no-such-page")

    assert page.status_code == 404
    assert "Sidan finns inte" in page.text
    assert 'href="/sv/"' in page.text
