"""The letter to backers says the result and leads to the story, in the backer's language."""

import pytest

from grantengine import outbox
from grantengine.learnings.letters import LETTER
from grantengine.outbox import Message
from grantengine.web.mail import compose, plain_text_of
from tests.support.learnings import START

FACTS = {
    "experiment_title": "Kutsutakseja kylille",
    "experiment_slug": "kutsutakseja-kylille",
    "result": "rejected",
    "narrator": "Kyytikokeilun vetäjä",
    "paid_cents": 2050,
}


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fi", "Mitä rahasi opettivat", "ei pitänytkään paikkaansa"),
        ("sv", "Vad dina pengar lärde oss", "visade sig inte stämma"),
        ("en", "What your money taught", "turned out not to be so"),
    ],
)
def test_the_letter_speaks_the_language_of_its_reader(
    app, app_database, settings, language, subject, words
):
    with app_database.transaction() as session:
        message_id = outbox.enqueue(
            session, LETTER, recipient="a@example.fi", language=language, facts=FACTS, now=START
        )

    with app.app_context(), app_database.reading() as session:
        letter = compose(session.get_one(Message, message_id), settings)

    body = plain_text_of(letter)
    assert letter["Subject"] == f"{subject}: Kutsutakseja kylille"
    assert words in body
    assert "20" in body
    assert f"/{language}/learnings/kutsutakseja-kylille" in body
