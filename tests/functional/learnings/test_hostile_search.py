"""Whatever is typed into a search, the page stays whole and shows it only as text."""

import json

import pytest
from lxml import html

from tests.support.cases import case_path
from tests.support.learnings import a_learning, a_programme, an_experiment

PAYLOADS = [
    "attack-payloads/xss-BRUTELOGIC-XSS-STRINGS.txt",
    "attack-payloads/xss-XSSDetection.txt",
    "attack-payloads/xss-XSS_Polyglots.txt",
    "attack-payloads/xss-xss_payloads_quick.txt",
    "attack-payloads/sql-Auth_Bypass.txt",
    "attack-payloads/sql-Generic_ErrorBased.txt",
    "attack-payloads/sql-SQLi_Polyglots.txt",
    "nasty-strings/blns.json",
]
STRINGS_MAX = 120


def strings_of(name):
    """Give the distinct strings of a case, evenly chosen when there are very many."""
    path = case_path(name)
    content = path.read_text(encoding="utf-8", errors="replace")
    strings = json.loads(content) if path.suffix == ".json" else content.splitlines()
    distinct = list(dict.fromkeys(strings))
    return distinct[:: len(distinct) // STRINGS_MAX + 1]


@pytest.fixture
def programme(app_database):
    with app_database.transaction() as session:
        a_programme(session)
        a_learning(session, an_experiment(session))


def assert_harmless(answer):
    assert answer.status_code in (200, 404), answer.status_code
    tree = html.fromstring(answer.get_data(as_text=True))
    assert tree.xpath("//script | //iframe | //img | //object | //embed | //base") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert tree.xpath("//a[starts-with(normalize-space(@href), 'javascript')]") == []


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize(("path", "turn"), [("/learnings", 0), ("/experiments", 1)])
def test_a_hostile_search_is_shown_as_text(client, programme, path, turn, name):
    # Both pages show what was asked by the same form, so each gets every other string.
    for text in strings_of(name)[turn::2]:
        query = {"q": text, "region": text, "result": text, "tier": text, "after": text}

        assert_harmless(client.get(path, query_string=query))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_hostile_search_of_the_api_is_answered(client, programme, name):
    for text in strings_of(name):
        answer = client.get("/api/v1/learnings", query_string={"words": text, "after": text})

        assert answer.status_code in (404, 422)


def test_a_quote_finds_no_more_than_it_should(client, programme):
    answer = client.get("/en/learnings", query_string={"q": "' OR '1'='1"})

    assert "Nothing like that has been learned yet" in answer.get_data(as_text=True)
