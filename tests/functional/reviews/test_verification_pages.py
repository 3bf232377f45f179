"""Anyone can give a file and is told whether it is a decision that was issued here."""

from io import BytesIO

import pytest
from lxml import html

from grantengine.web.documents.sealing import seal
from tests.support import reviews
from tests.support.visitor import page, send, text_of


@pytest.fixture
def issued(app_database, settings):
    """The PDF of a signed award."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        application = reviews.a_reviewed_application(session)
        decision = reviews.sign(session, reviews.a_proposal(session, application))
    return seal(app_database, settings, decision_id=decision.id)


def give(client, content):
    given = {} if content is None else {"file": (BytesIO(content), "decision.pdf")}
    return send(client, "/en/verify", **given)


def words_of(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


def test_the_issued_file_is_known_and_its_signature_holds(client, issued):
    words = words_of(give(client, issued))

    assert "This file is the decision that was issued" in words
    assert "not a byte has changed" in words
    assert "KS/2026/00001" in words
    for name in ("Hakija", "Ryhmä", "Pirjo", "Raimo"):
        assert name not in words


def test_a_changed_file_is_not_what_was_issued(client, issued):
    changed = bytearray(issued)
    changed[len(changed) // 3] ^= 1

    words = words_of(give(client, bytes(changed)))

    assert "This file was not issued here" in words
    assert "not a byte has changed" not in words


def test_any_other_file_is_told_apart(client, app_database):
    words = words_of(give(client, b"%PDF-1.7 something else"))

    assert "This file was not issued here" in words
    assert "no signature in it that can be read" in words


@pytest.mark.parametrize("content", [None, b""])
def test_no_file_is_asked_for_again(client, app_database, content):
    answer = give(client, content)

    assert answer.status_code == 422
    assert "field--error" in answer.get_data(as_text=True)


def test_the_form_says_that_the_file_is_not_kept(client, app_database):
    assert "it is not kept" in text_of(page(client, "/en/verify"))
