"""Every letter in every language, as text and as HTML, against what was read and found good.

The letters are in `tests/snapshots/letters`. After a change that is wanted write them anew with
UPDATE_SNAPSHOTS=1 in the environment, and read the difference before it is committed.
"""

import os
import re
from email import message_from_bytes, policy

import pytest
from flask import current_app
from jinja2 import meta
from lxml import html

from grantengine.outbox import Message
from grantengine.settings import ROOT, load_settings
from grantengine.web.application import create_app
from grantengine.web.languages import force_language
from grantengine.web.letters import Block, blocks_of
from grantengine.web.mail import compose, html_of, plain_text_of
from tests.support.letters import FACTS, FOLDER, NAMES, OWN_FACTS, letters
from tests.support.visitor import LANGUAGES

SNAPSHOTS = ROOT / "tests" / "snapshots" / "letters"
# What the letters get beside their facts.
GIVEN = {"public_url", "unsubscribe_url"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """An application without a database: writing a letter out needs none."""
    folder = tmp_path_factory.mktemp("var")
    settings = load_settings("test", environ={}, database_url="sqlite:///:memory:", var_path=folder)
    return create_app(settings)


def written(app, name, facts, language):
    message = Message(
        id="msg_1", letter=name, language=language, recipient="maija@example.fi", facts=facts
    )
    with app.app_context():
        return compose(message, app.extensions["grantengine"].settings)


def told(mail):
    """Write a letter down as a person compares it: subject, text, HTML without its looks."""
    body = html.fromstring(html_of(mail)).xpath("//main")[0]
    for element in body.iter():
        for looks in ("style", "class"):
            element.attrib.pop(looks, None)
    marked = html.tostring(body, encoding="unicode").strip()
    parts = [f"Subject: {mail['Subject']}", plain_text_of(mail).strip(), marked]
    # The signature of the address that ends updates depends on the key of the test.
    return re.sub(r"(updates/stop/)[\w.-]+", r"\1…", "\n\n".join(parts))


@pytest.mark.parametrize(
    ("name", "case", "facts"),
    [pytest.param(*each, id="-".join(filter(None, each[:2]))) for each in letters()],
)
def test_letter_says_what_it_said(app, name, case, facts):
    said = "\n\n".join(
        f"==== {language}\n{told(written(app, name, facts, language))}" for language in LANGUAGES
    )
    path = SNAPSHOTS / f"{'-'.join(filter(None, (name, case)))}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{said}\n", encoding="utf-8")

    assert f"{said}\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_letter_is_written_out_with_all_that_it_needs(app, name):
    with app.app_context():
        environment = current_app.jinja_env
        parsed = environment.parse((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    needed = meta.find_undeclared_variables(parsed) - set(environment.globals) - GIVEN

    assert needed <= set(FACTS) | set(OWN_FACTS.get(name, {}))


def test_letter_is_read_by_any_mail_program(app):
    mail = written(app, "pledge_receipt", FACTS, "fi")

    read = message_from_bytes(bytes(mail), policy=policy.default)

    kinds = [part.get_content_type() for part in read.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert read["Content-Language"] == "fi"
    assert "List-Unsubscribe" not in read


def test_html_asks_for_nothing_from_anywhere_and_knows_the_dark(app):
    page = html.fromstring(
        html_of(written(app, "update_published", FACTS | OWN_FACTS["update_published"], "sv"))
    )

    assert page.get("lang") == "sv"
    assert page.xpath("//img | //link | //script | //iframe | //*[@background]") == []
    assert "prefers-color-scheme: dark" in page.xpath("string(//style)")
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]


def test_words_of_others_stay_words_in_html(app):
    wicked = '<a href="https://evil.example">here</a>\n\nhttps://evil.example/pay'
    mail = written(app, "question_asked", FACTS | {"question": wicked, "name": "<b>x</b>"}, "en")

    links = html.fromstring(html_of(mail)).xpath("//a/@href")
    settings = app.extensions["grantengine"].settings
    assert all(link.startswith(settings.public_url) for link in links)


def test_only_addresses_of_ours_become_buttons():
    text = "Read it\nhere:\nhttps://kokeileva.fi/fi/x\n\nhttps://elsewhere.fi/\nhttps://kokeileva.fi.evil/"

    assert blocks_of(text, public_url="https://kokeileva.fi/") == [
        Block(["Read it", "here:"], address="https://kokeileva.fi/fi/x"),
        Block(["https://elsewhere.fi/", "https://kokeileva.fi.evil/"]),
    ]


@pytest.mark.parametrize(
    ("lines", "lead", "label"),
    [
        (["Read it", "here:"], "", "Read it here"),
        (["You asked us. Answer here:"], "You asked us.", "Answer here"),
        (["Pay 1.50 by 3. maaliskuuta here:"], "", "Pay 1.50 by 3. maaliskuuta here"),
        (
            [LONG := f"Yes. {'A long way of saying where this leads ' * 2}to:"],
            LONG,
            "Open the page",
        ),
        ([], "", "Open the page"),
    ],
)
def test_button_of_a_letter_has_one_short_sentence_and_the_rest_stands_above(
    app, lines, lead, label
):
    block = Block(lines, address="https://kokeileva.fi/fi/x")

    with app.test_request_context(), force_language("en"):
        assert (block.lead, block.label) == (lead, label)
