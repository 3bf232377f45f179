"""Every page speaks three languages, each under an address of its own."""

import pytest

from grantengine.web.i18n import _, force_language, lazy, ngettext

PAGE = "/styleguide"


def language_of(page):
    return page.headers["Content-Language"]


def test_prefix_decides_before_everything_else(client):
    client.set_cookie("language", "en")

    page = client.get(f"/sv{PAGE}?lang=fi", headers={"Accept-Language": "en"})

    assert language_of(page) == "sv"


def test_asked_for_language_is_remembered(client):
    asked = client.get(f"{PAGE}?lang=sv", headers={"Accept-Language": "en"})
    later = client.get(PAGE, headers={"Accept-Language": "en"})

    assert language_of(asked) == "sv"
    assert language_of(later) == "sv"


def test_browser_is_asked_when_the_reader_has_not_chosen(client):
    page = client.get(PAGE, headers={"Accept-Language": "de, en-GB;q=0.8, fi;q=0.5"})

    assert language_of(page) == "en"
    assert "Accept-Language" in page.headers["Vary"]


@pytest.mark.parametrize("header", ["", "de", "*", ";;;", "zh-Hant, ja;q=0.5"])
def test_finnish_is_spoken_when_nothing_fits(client, header):
    assert language_of(client.get(PAGE, headers={"Accept-Language": header})) == "fi"


@pytest.mark.parametrize("asked", ["xx", "", "FI'--", "../sv"])
def test_unknown_language_is_neither_spoken_nor_remembered(client, asked):
    page = client.get(PAGE, query_string={"lang": asked})

    assert language_of(page) == "fi"
    assert "Set-Cookie" not in page.headers or "language=" not in page.headers["Set-Cookie"]


def test_links_keep_the_language_of_the_address(client):
    page = client.get(f"/sv{PAGE}").text

    assert 'href="/sv/campaigns"' in page
    assert 'href="/campaigns"' not in page


def test_language_switch_leads_to_the_same_page(client):
    page = client.get(f"/sv{PAGE}?page=2&lang=en").text

    for code in ("fi", "sv", "en"):
        assert f'href="/{code}{PAGE}?page=2"' in page


def test_page_names_its_one_address_and_its_sisters_whoever_is_asked_for(client, settings):
    page = client.get(f"{PAGE}?lang=sv", headers={"Host": "elsewhere.example"}).text

    ours = settings.public_url
    assert f'<link rel="canonical" href="{ours}/sv{PAGE}">' in page
    for code in ("fi", "sv", "en"):
        assert f'hreflang="{code}" href="{ours}/{code}{PAGE}"' in page
    assert "elsewhere.example" not in page


def test_prefix_alone_is_the_front_page(client):
    assert client.get("/sv").status_code == client.get("/").status_code


def test_prefix_is_read_once_only(client):
    assert client.get(f"/sv/fi{PAGE}").status_code == 404


def test_address_that_only_begins_like_a_language_is_left_alone(client):
    assert client.get(f"/fix{PAGE}").status_code == 404


def test_assets_have_one_address_for_all_languages(client):
    assert 'href="/static/site.css?v=' in client.get(f"/sv{PAGE}").text


def test_code_outside_a_request_speaks_the_language_it_is_told():
    with force_language("sv"):
        assert _("Sign in") == "Logga in"
        with force_language("en"):
            assert _("Sign in") == "Sign in"
        assert ngettext("%(num)s day left", "%(num)s days left", 1) == "1 dag kvar"
    assert _("Sign in") == "Kirjaudu sisään"


def test_unknown_language_is_taken_for_finnish():
    with force_language("xx"):
        assert _("Sign in") == "Kirjaudu sisään"


def test_lazy_sentence_takes_its_language_when_it_is_said():
    sentence = lazy("Sign in")

    with force_language("sv"):
        assert str(sentence) == "Logga in"
    with force_language("en"):
        assert str(sentence) == "Sign in"


def test_percent_sign_in_a_sentence_without_values_is_kept():
    with force_language("en"):
        assert _("100 % of it") == "100 % of it"


def test_value_in_a_page_cannot_become_markup(app):
    template = app.jinja_env.from_string("{{ _('Code: %(code)s', code='<b>') }}")

    with force_language("en"):
        assert template.render() == "Code: &lt;b&gt;"
