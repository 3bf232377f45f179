"""The demonstration as somebody sees it who has just started it."""

import re

import pytest

from grantengine.programme import queries
from grantengine.settings import load_settings
from grantengine.web.application import create_app
from grantengine.web.database import db as web_database
from grantengine.web.demonstration import story
from grantengine.web.runtime import runtime

URL = "http://127.0.0.1:8000"
DESKS = [
    ("elina.rantanen@pyha.example.fi", "/desk"),
    ("linnea.nyman@egentliga.example.fi", "/desk"),
    ("kaisa.laitinen@arviointi.example.fi", "/reviews"),
    ("hanna.saarinen@kokeileva.example.fi", "/decisions"),
    ("antti.mattila@kokeileva.example.fi", "/decisions"),
    ("paivi.turunen@kokeileva.example.fi", "/finance"),
    ("teemu.manninen@kokeileva.example.fi", "/finance"),
]


@pytest.fixture(scope="module")
def told(demonstration, tmp_path_factory):
    """The application after the story was told; tests only look."""
    url, var = demonstration.copied_to(tmp_path_factory.mktemp("told"))
    settings = load_settings("demo", environ={}, database_url=url, var_path=var, public_url=URL)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        engines = [runtime().database.engine, web_database.engine]
    yield app
    for engine in engines:
        engine.dispose()


def sign_in(told, email):
    browser = told.test_client()
    with told.extensions["grantengine"].database.reading() as session:
        person = queries.person_by_email(session, email)
    answer = browser.post(f"/sign-in/demo/{person.id}")
    assert answer.status_code in (302, 303)
    return browser


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "page",
    ["/", "/campaigns", "/calls", "/experiments", "/learnings", "/money", "/mailbox", "/sign-in"],
)
def test_page_opens(told, page, language):
    answer = told.test_client().get(f"/{language}{page}".rstrip("/"), follow_redirects=True)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("/fi/campaigns", "Yksi ovi työhön ja hyvinvointiin"),
        ("/sv/campaigns", "Byn utbildar företagare"),
        ("/fi/calls", "Arki sujuvammaksi"),
        ("/sv/calls", "En smidigare vardag"),
        ("/fi/experiments?tier=strategic", "Vapaakuntakokeilu"),
        ("/fi/learnings", "Fiksu Kalasatama"),
        ("/fi/learnings", "Kyläkyyti tilauksesta"),
        ("/fi/money", "2\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000"),
    ],
)
def test_page_shows_the_story(told, page, says):
    answer = told.test_client().get(page)

    assert says in answer.text


@pytest.mark.parametrize(("email", "desk"), DESKS)
def test_desk_opens_for_its_people(told, email, desk):
    answer = sign_in(told, email).get(desk)

    assert answer.status_code == 200


def test_welcome_names_pages_that_open(told):
    text = story.welcome(URL)
    pages = re.findall(r"(?m)^ {4}(/\w+)", text)

    assert URL in text
    assert len(pages) >= 6
    for page in pages:
        answer = told.test_client().get(page, follow_redirects=True)
        assert answer.status_code == 200


def test_welcome_names_people_who_can_be_signed_in_as(told):
    listed = told.test_client().get("/sign-in").text
    _, _, signing_in = story.welcome(URL).partition("Sign in")
    people = re.findall(r"[A-Z]\w+ [A-Z]\w+(?=,| \(| {2})", signing_in)

    assert len(people) >= 8
    assert [name for name in people if name not in listed] == []
