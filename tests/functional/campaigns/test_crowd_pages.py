"""Updates, questions and offers of help, by clicking as a visitor and as the team."""

import re

import pytest
import sqlalchemy as sa

from grantengine import tasks
from grantengine.campaigns import crowd_queries
from grantengine.campaigns.crowd_lifecycle import OfferStatus, QuestionStatus
from grantengine.outbox import Message
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.mail import compose, plain_text_of
from tests.support.campaigns import a_campaign, a_pledge, an_experiment
from tests.support.visitor import page, send, sign_in, text_of

QUESTION = {"name": "Aino", "email": "aino@example.fi", "text": "Saako <b>koira</b> tulla?"}
OFFER = {
    "kind": "hours",
    "hours": "6",
    "text": "Leivon torstaisin.",
    "name": "Eero",
    "email": "eero@example.fi",
    "is_name_shown": "y",
}


@pytest.fixture
def owner(app_database, clock):
    with app_database.transaction() as session:
        return programme.register_person(
            session,
            name="Maya",
            email="maya@example.fi",
            language="fi",
            roles=[Role.EXPERIMENTER],
            now=clock.now(),
        )


@pytest.fixture
def campaign(app_database, clock, owner):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=owner)
        return a_campaign(session, now=clock.now(), experiment=experiment, title="Mayan leipomo")


@pytest.fixture
def here(campaign):
    return f"/en/campaigns/{campaign.slug}"


@pytest.fixture
def team(app, owner):
    """The browser of the one who speaks for the campaign."""
    browser = app.test_client()
    sign_in(browser, owner)
    return browser


def sent(client, path, **fields):
    """Fill in the form that has these fields; the others stay as the page gives them."""
    tree = page(client, path)
    form = next(each for each in tree.forms if set(fields) <= set(each.fields))
    return client.post(form.action or path, data=dict(form.form_values()) | fields)


def run_tasks(app):
    engine = app.extensions["grantengine"]
    with app.app_context():
        tasks.run_due(engine.database, engine.registry, engine.clock)


def letter(app, name):
    engine = app.extensions["grantengine"]
    with app.app_context(), engine.database.reading() as session:
        query = sa.select(Message).where(Message.letter == name).order_by(Message.id.desc())
        return compose(session.scalars(query).first(), engine.settings)


def link_in(mail):
    return re.search(r"https?://[^/\s]+(/\S+)", plain_text_of(mail))[1]


def test_question_goes_by_letter_to_the_team_and_its_answer_to_the_page(app, client, team, here):
    answer = sent(client, f"{here}/questions", **QUESTION)
    assert answer.status_code == 303
    assert "koira" not in text_of(page(client, here))
    assert "koira" not in text_of(page(team, f"{here}/questions"))

    send(client, link_in(letter(app, "question_confirm")))
    assert "koira" not in text_of(page(client, f"{here}/questions"))
    waiting = page(team, f"{here}/questions")
    field = waiting.xpath("//textarea/@name")[0]
    sent(team, f"{here}/questions", **{field: "Saa, *ulos*"})

    own = text_of(page(client, here))
    assert "Saako <b>koira</b> tulla? Aino" in own
    assert "Saa, ulos" in own
    assert "aino@example.fi" not in client.get(f"{here}/questions").get_data(as_text=True)


def test_opening_the_link_alone_confirms_nothing(app, client, app_database, campaign, here):
    sent(client, f"{here}/questions", **QUESTION)
    client.get(link_in(letter(app, "question_confirm")))

    with app_database.reading() as session:
        unconfirmed = QuestionStatus.UNCONFIRMED
        assert crowd_queries.questions_of(session, campaign.id, unconfirmed, limit=9)


def test_somebody_signed_in_is_asked_for_no_address(app, app_database, clock, campaign, here):
    with app_database.transaction() as session:
        person = programme.register_person(
            session, name="Ville", email="v@example.fi", language="fi", roles=[], now=clock.now()
        )
    browser = app.test_client()
    sign_in(browser, person)

    sent(browser, f"{here}/questions", name="Ville", text="Milloin?")

    with app_database.reading() as session:
        waiting = crowd_queries.questions_of(session, campaign.id, QuestionStatus.WAITING, limit=9)
        assert [each.email for each in waiting] == ["v@example.fi"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "nowhere"}, "Write the address in full"),
        ({"text": " "}, "Write the question."),
        ({"text": "x" * 1001}, "Keep it under 1000 characters."),
        ({"name": ""}, "Give your name."),
    ],
)
def test_question_that_cannot_be_kept_says_why(client, here, changed, said):
    answer = sent(client, f"{here}/questions", **(QUESTION | changed))

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_offer_is_made_thanked_for_and_shown(app, client, team, here):
    sent(team, f"{here}/help", **{"need-kind": "skills", "need-text": "Sähkäri lauantaiksi"})
    assert "Skills Sähkäri lauantaiksi" in text_of(page(client, here))

    assert sent(client, f"{here}/help", **OFFER).status_code == 303
    send(client, link_in(letter(app, "offer_confirm")))
    offers = page(team, f"{here}/help")
    assert "eero@example.fi" in text_of(offers)
    field = offers.xpath("//textarea/@name")[0]
    sent(team, f"{here}/help", **{field: "Tervetuloa uunille!"})

    words = text_of(page(client, f"{here}/help"))
    assert "6 hours have been given so far." in words
    assert "Eero Hours of work · 6 hours Tervetuloa uunille!" in words
    assert "eero@example.fi" not in words
    assert "maya@example.fi" in plain_text_of(letter(app, "offer_thanked"))


@pytest.mark.parametrize("hours", ["", "0", "-3", "2001", "1e3", "²"])
def test_hours_that_are_none_say_why(client, here, hours):
    answer = sent(client, f"{here}/help", **(OFFER | {"hours": hours}))

    assert answer.status_code == 422


def test_offer_of_a_skill_needs_no_hours(client, app_database, campaign, here):
    sent(client, f"{here}/help", **(OFFER | {"kind": "skills", "hours": ""}))

    with app_database.reading() as session:
        found = crowd_queries.offers_of(session, campaign.id, OfferStatus.UNCONFIRMED, limit=9)
        assert [(each.kind, each.hours) for each in found] == [("skills", None)]


def test_update_reaches_the_page_the_feed_and_the_backers(
    app, app_database, clock, client, team, campaign, here
):
    a_pledge(app_database, clock, campaign, "20", email="backer@example.fi")
    text = "Se **painaa** 400 kiloa.\n\n<script>alert(1)</script>"
    answer = sent(team, f"{here}/updates/new", title="Uuni tuli", text=text, language="fi")
    run_tasks(app)

    assert answer.status_code == 303
    assert "Uuni tuli" in text_of(page(client, here))
    whole = page(client, f"{here}/updates")
    assert whole.xpath("//article//strong/text()") == ["painaa"]
    assert whole.xpath("//article//script") == []
    assert "Uuni tuli" in client.get(f"{here}/updates/feed").get_data(as_text=True)
    mail = letter(app, "update_published")
    assert mail["To"] == "backer@example.fi"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_backer_ends_updates_by_the_link_and_the_mail_program_by_one_click(
    app, app_database, clock, client, team, campaign, here
):
    for name in ("one", "two"):
        a_pledge(app_database, clock, campaign, "20", email=f"{name}@example.fi")
    update = {"title": "Eka", "text": "Hei.", "language": "fi"}
    sent(team, f"{here}/updates/new", **update)
    run_tasks(app)
    with app_database.reading() as session:
        query = sa.select(Message).where(Message.letter == "update_published")
        messages = session.scalars(query.order_by(Message.recipient)).all()
    settings = app.extensions["grantengine"].settings
    with app.app_context():
        mails = [compose(each, settings) for each in messages]
    addresses = [re.search(r"<https?://[^/]+(/.+)>", each["List-Unsubscribe"])[1] for each in mails]

    asked = page(client, addresses[0])
    by_link = client.post(addresses[0])
    by_program = client.post(addresses[1], data={"List-Unsubscribe": "One-Click"})
    sent(team, f"{here}/updates/new", **(update | {"title": "Toka"}))
    run_tasks(app)

    assert "enää kuulumisia kampanjasta" in text_of(asked)
    assert (by_link.status_code, by_program.status_code) == (200, 200)
    with app_database.reading() as session:
        assert len(session.scalars(query).all()) == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_address_ends_nothing(client, campaign, method):
    assert getattr(client, method)("/en/updates/stop/WyJjbXAiLCJiIl0.forged").status_code == 404


@pytest.mark.parametrize("path", ["updates/new", "questions/x/answer", "offers/x/thanks", "needs"])
def test_strangers_do_not_speak_for_a_campaign(app, app_database, clock, client, here, path):
    with app_database.transaction() as session:
        stranger = programme.register_person(
            session,
            name="Ville",
            email="v@example.fi",
            language="fi",
            roles=[Role.EXPERIMENTER],
            now=clock.now(),
        )
    browser = app.test_client()
    sign_in(browser, stranger)
    token = page(browser, f"{here}/questions").xpath("//input[@name='csrf_token']/@value")[0]

    by_stranger = browser.post(f"{here}/{path}", data={"csrf_token": token, "text": "x"})
    token = page(client, f"{here}/questions").xpath("//input[@name='csrf_token']/@value")[0]
    by_nobody = client.post(f"{here}/{path}", data={"csrf_token": token, "text": "x"})

    assert (by_stranger.status_code, by_nobody.status_code) == (403, 401)
