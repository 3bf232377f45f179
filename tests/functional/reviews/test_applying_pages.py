"""Applying: from the call's page to the receipt, with everything that people type."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from grantengine.outbox import Message
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.reviews import sending
from grantengine.reviews.attached_models import Attachment
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.web.mail import compose, plain_text_of
from tests.support.reviews import CLOSES, PAYEE_IBAN, TEXT
from tests.support.visitor import LANGUAGES, page, send, text_of

PDF = b"%PDF-1.7\nliite"


@pytest.fixture
def answers(call):
    """What a careful applicant types."""
    texts = ("summary", "problem", "solution", "testing", "learning_aim", "team", "resources")
    return {
        "title": "Kyläkyyti",
        **dict.fromkeys(texts, TEXT),
        "goals": call.goals[0].id,
        "region_code": "",
        "municipality_code": "",
        "language": "fi",
        "organisation_name": "Kylä ry",
        "organisation_kind": "association",
        "business_id": "0245437-2",
        "iban": "FI71 1820 3000 0083 91",
        "budget-0-cost_class": "staff",
        "budget-0-amount": "4 000,00",
        "budget-0-note": "ajaja",
        "budget-1-cost_class": "travel",
        "budget-1-amount": "1000",
        "applied": "4500",
        "self_financing": "500",
        "ethics_note": "",
    }


@pytest.fixture
def browser(as_person, maija):
    """Maija's browser."""
    return as_person(maija)


@pytest.fixture
def draft(browser, call, app_database):
    """The id of a draft that Maija has begun from the call's page."""
    answer = send(browser, f"/calls/{call.slug}", to=f"/calls/{call.slug}/applications")
    assert answer.status_code in (302, 303)
    return stored(app_database).id


def stored(database):
    with database.reading() as session:
        return session.scalars(sa.select(Application)).one()


def test_two_clicks_begin_one_application_and_two_pages_two(browser, call, app_database):
    path = f"/calls/{call.slug}"
    form = dict(page(browser, path).xpath("//form[contains(@action, 'applications')]")[0].fields)

    places = [browser.post(f"{path}/applications", data=form).location for _click in range(2)]
    later = send(browser, path, to=f"{path}/applications").location

    assert places[0] == places[1] != later
    with app_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 2


def test_nobody_takes_over_an_application_by_its_id(browser, as_person, person, call, app_database):
    path = f"/calls/{call.slug}"
    form = dict(page(browser, path).xpath("//form[contains(@action, 'applications')]")[0].fields)
    browser.post(f"{path}/applications", data=form)
    other = as_person(person("Veikko Virtanen"))
    own_token = page(other, path).xpath("//input[@name='csrf_token']/@value")[0]

    other.post(f"{path}/applications", data=form | {"csrf_token": own_token})

    with app_database.reading() as session:
        found = session.scalars(sa.select(Application)).all()
    assert len({each.applicant_id for each in found}) == len(found) == 2


def sent(browser, draft, answers, act="submit", version=None, **more):
    address = f"/applications/{draft}/edit"
    tree = page(browser, address)
    version = version or tree.xpath("//input[@name='version']/@value")[0]
    token = tree.xpath("//input[@name='csrf_token']/@value")[0]
    fields = {"csrf_token": token, "version": version, "act": act, **answers, **more}
    # Not by the client, which would put a large form into a file that it never closes.
    files = {name: FileStorage(*file) for name, file in fields.items() if isinstance(file, tuple)}
    boundary, body = encode_multipart(fields | files)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(address, data=body, content_type=kind)


def words_in(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


def test_a_visitor_registers_applies_and_gets_a_case_number_and_a_receipt(
    app, client, call, answers, app_database, settings
):
    registered = send(
        client,
        "/register",
        name="Veikko Virtanen",
        email="veikko@kyla.example",
        password="kolme pientä kokeilua",
        language="fi",
    )
    assert registered.status_code == 303
    send(client, f"/calls/{call.slug}", to=f"/calls/{call.slug}/applications")
    draft = stored(app_database).id

    answer = sent(client, draft, answers)

    assert answer.status_code == 303
    application = stored(app_database)
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.case_number == "KS/2026/00001"
    assert application.iban == PAYEE_IBAN
    assert "KS/2026/00001" in text_of(page(client, f"/fi/applications/{draft}"))
    with app_database.reading() as session, app.app_context():
        message = session.scalars(sa.select(Message)).one()
        letter = compose(message, settings)
        assert programme.person_by_email(session, "veikko@kyla.example").roles == {
            Role.EXPERIMENTER
        }
    assert letter["To"] == "veikko@kyla.example"
    assert "KS/2026/00001" in plain_text_of(letter)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Anna kokeilulle nimi."),
        ("sv", "Ge försöket ett namn."),
        ("en", "Give the experiment a name."),
    ],
)
def test_what_is_missing_is_said_in_the_readers_language(
    browser, draft, answers, language, sentence
):
    page(browser, f"/calls?lang={language}")

    answer = sent(browser, draft, answers, title=" ")

    assert answer.status_code == 422
    assert sentence in words_in(answer)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"applied": "5000,01", "budget-1-amount": "2000"}, "largest grant"),
        ({"applied": "999,99", "self_financing": "4000,01"}, "smallest grant"),
        ({"applied": "4500,01", "self_financing": "499,99"}, "at most 90 %"),
        ({"self_financing": "499,99"}, "must be equal"),
        ({"applied": "1.234"}, "Write the amount"),
        ({"applied": "NaN"}, "Write the amount"),
        ({"business_id": "0245437-1"}, "not a Finnish business ID"),
        ({"business_id": ""}, "Give the business ID"),
        ({"iban": "FI00 1234"}, "not a bank account number"),
        ({"iban": ""}, "Give the account"),
        ({"organisation_kind": ""}, "kind of applicant"),
        ({"ethics": "harm"}, "Say how you take care"),
        ({"summary": "a" * 20_001}, "under 20,000 characters"),
    ],
)
def test_each_thing_to_mend_is_named_and_nothing_typed_is_lost(
    browser, draft, answers, app_database, wrong, sentence
):
    page(browser, "/calls?lang=en")

    answer = sent(browser, draft, answers | wrong)

    assert answer.status_code == 422
    assert sentence in words_in(answer)
    kept = stored(app_database)
    assert kept.status == ApplicationStatus.DRAFT
    assert {name: kept.answers[name] for name in wrong} == {n: [v] for n, v in wrong.items()}


def test_an_application_serves_at_least_one_goal(browser, draft, answers):
    page(browser, "/calls?lang=en")
    del answers["goals"]

    answer = sent(browser, draft, answers)

    assert answer.status_code == 422
    assert "Choose at least one goal that the experiment serves." in words_in(answer)


def test_a_draft_keeps_nonsense_as_it_was_typed(browser, draft, answers, app_database):
    answer = sent(browser, draft, answers | {"applied": "noin tonni"}, act="save")

    assert answer.status_code == 303
    assert stored(app_database).answers["applied"] == ["noin tonni"]
    field = page(browser, f"/applications/{draft}/edit").get_element_by_id("applied")
    assert field.get("value") == "noin tonni"


@pytest.mark.parametrize(
    "text",
    [
        "Kokeilu 🚀👩‍👩‍👧 # otsikko\n\n- **lista** [linkki](https://example.org)",
        "تجربة صغيرة في القرية \u202eabc",
        "sana " * 3_506,
        "rivi\n" * 3_333,
        '<script>alert(1)</script> & "lainaus" {{ 7*7 }} %(name)s',
    ],
)
def test_long_and_strange_texts_survive_from_form_to_page(
    browser, draft, answers, app_database, text
):
    answer = sent(browser, draft, answers | {"solution": text})

    assert answer.status_code == 303
    assert stored(app_database).solution == text
    answer = browser.get(f"/applications/{draft}")
    assert answer.status_code == 200
    assert "<script>" not in answer.get_data(as_text=True)


def test_a_second_tab_is_told_and_shown_both_texts(browser, draft, answers, app_database):
    first = sent(browser, draft, answers | {"summary": "Ensimmäinen välilehti"}, act="save")
    late = sent(browser, draft, answers | {"summary": "Toinen välilehti"}, act="save", version="1")

    assert (first.status_code, late.status_code) == (303, 409)
    assert "Ensimmäinen välilehti" in words_in(late)
    assert "Toinen välilehti" in words_in(late)
    assert stored(app_database).answers["summary"] == ["Ensimmäinen välilehti"]


def test_a_second_late_is_too_late_and_the_draft_is_kept(
    browser, draft, answers, app_database, clock
):
    page(browser, "/calls?lang=en")
    clock.set_to(CLOSES + timedelta(seconds=1))

    answer = sent(browser, draft, answers)

    assert answer.status_code == 409
    assert "The call has closed" in words_in(answer)
    kept = stored(app_database)
    assert kept.status == ApplicationStatus.DRAFT
    assert kept.answers["title"] == ["Kyläkyyti"]


def test_who_is_late_with_half_an_application_is_told_that_and_nothing_else(
    browser, draft, answers, app_database, clock
):
    page(browser, "/calls?lang=en")
    clock.set_to(CLOSES)

    answer = sent(browser, draft, answers | {"solution": "", "applied": "tonni"})

    assert answer.status_code == 409
    words = words_in(answer)
    assert "The call has closed" in words
    assert "This field is needed" not in words
    assert "tonni" in answer.get_data(as_text=True)
    assert stored(app_database).answers["applied"] == ["tonni"]


def test_the_last_instant_is_in_time(browser, draft, answers, app_database, clock):
    clock.set_to(CLOSES - timedelta(microseconds=1))

    assert sent(browser, draft, answers).status_code == 303
    assert stored(app_database).status == ApplicationStatus.SUBMITTED


def test_nothing_can_be_begun_before_the_call_opens(as_person, maija, call, clock, app_database):
    clock.advance(-timedelta(seconds=1))
    browser = as_person(maija)

    answer = send(browser, "/sign-in", to=f"/calls/{call.slug}/applications")

    assert answer.status_code == 409
    with app_database.reading() as session:
        assert session.scalars(sa.select(Application)).all() == []


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_reads_or_writes_a_draft(
    browser, draft, answers, as_person, person, role, app_database
):
    sent(browser, draft, answers, act="save", attachments=(BytesIO(PDF), "liite.pdf"))
    with app_database.reading() as session:
        attachment = session.scalars(sa.select(Attachment)).one().id
    other = as_person(person("Olli Ojala", role))
    before = stored(app_database).answers

    reading = ("", "/edit", "/preview", f"/attachments/{attachment}")
    statuses = {each: other.get(f"/applications/{draft}{each}").status_code for each in reading}
    writing = [
        send(other, "/register", to=f"/applications/{draft}/edit", version="2", title="Varas"),
        send(other, "/register", to=f"/applications/{draft}/withdrawal"),
    ]

    assert set(statuses.values()) == {404}
    assert [answer.status_code for answer in writing] == [404, 404]
    assert stored(app_database).answers == before


def test_attachments_are_kept_with_the_draft_and_only_downloaded(
    browser, draft, answers, app_database
):
    answer = sent(
        browser, draft, answers, act="save", attachments=(BytesIO(PDF), "../../liite.pdf")
    )

    assert answer.status_code == 303
    with app_database.reading() as session:
        attachment = session.scalars(sa.select(Attachment)).one()
    got = browser.get(f"/applications/{draft}/attachments/{attachment.id}")
    assert got.data == PDF
    got.close()
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert attachment.name == "liite.pdf"

    sent(browser, draft, answers, act="save", remove=attachment.id)
    with app_database.reading() as session:
        assert session.scalars(sa.select(Attachment)).all() == []


def test_a_file_of_the_wrong_kind_is_refused_and_the_text_is_kept(
    browser, draft, answers, app_database
):
    page(browser, "/calls?lang=en")

    answer = sent(
        browser, draft, answers, act="save", attachments=(BytesIO(b"MZ virus"), "hakemus.pdf")
    )

    assert answer.status_code == 422
    assert "Attach a PDF, PNG or JPEG file." in words_in(answer)
    assert stored(app_database).answers["title"] == ["Kyläkyyti"]


def test_a_file_larger_than_all_others_may_be_together_is_refused_by_its_name(
    app, browser, draft, answers, app_database
):
    page(browser, "/calls?lang=en")
    large = PDF + bytes(app.config["MAX_CONTENT_LENGTH"])

    answer = sent(browser, draft, answers, act="save", attachments=(BytesIO(large), "kartta.pdf"))

    assert answer.status_code == 422
    assert "kartta.pdf: The file is larger than 10 MB" in words_in(answer)
    assert stored(app_database).answers["title"] == ["Kyläkyyti"]


def test_the_desk_says_whose_turn_it_is(browser, draft, answers):
    before = text_of(page(browser, "/en/desk"))
    sent(browser, draft, answers)
    after = text_of(page(browser, "/en/desk"))

    assert "Yours, until 14 Oct 2026" in before
    assert "The officials, after 14 Oct 2026" in after


def test_a_submitted_application_can_be_withdrawn(browser, draft, answers, app_database):
    sent(browser, draft, answers)

    answer = send(browser, f"/applications/{draft}", to=f"/applications/{draft}/withdrawal")

    assert answer.status_code == 303
    assert stored(app_database).status == ApplicationStatus.WITHDRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_calls_speak_every_language(client, call, language):
    assert call.texts[language]["title"] in text_of(page(client, f"/{language}/calls"))
    assert call.texts[language]["purpose"] in text_of(
        page(client, f"/{language}/calls/{call.slug}")
    )


def test_an_address_that_is_taken_is_not_registered_twice(client, maija, app_database):
    answer = send(
        client,
        "/register",
        name="Toinen",
        email=maija.email.upper(),
        password="kolme pientä kokeilua",
        language="fi",
    )

    assert answer.status_code == 422
    with app_database.reading() as session:
        assert programme.person_by_email(session, maija.email).name == "Maija Mäkelä"


def test_what_was_sent_before_is_kept_and_shown_to_who_handles_it(
    browser, draft, answers, app_database, as_person, presenter
):
    official, place = as_person(presenter), f"/en/decisions/applications/{draft}"
    sent(browser, draft, answers)
    assert "What was sent before" not in text_of(page(official, place))
    sent(browser, draft, answers | {"summary": "Toinen <b>versio</b>"})
    sent(browser, draft, answers | {"summary": "Kolmas versio", "budget-0-note": "ohjaaja"})
    # What is typed and not sent is nobody's business but the applicant's.
    sent(browser, draft, answers | {"summary": "Lähettämätön"}, act="save")

    (link,) = page(official, place).xpath("//a[text()='What was sent before']/@href")
    texts = page(official, link).xpath("//pre/text()")

    assert texts[:2] == ["Toinen <b>versio</b>", "Kolmas versio"]
    assert texts[-2:] == [TEXT, "Toinen <b>versio</b>"]
    assert len(texts) == 6
    assert "Lähettämätön" not in texts
    assert browser.get(link).status_code == 403
    with app_database.reading() as session:
        kept = sending.sent_contents(session, draft)
        assert kept[0].answers["summary"] == [TEXT]
        assert [each.number for each in kept] == [1, 2, 3]


def test_two_clicks_send_once_and_keep_one_content(browser, draft, answers, app_database):
    for _ in range(2):
        sent(browser, draft, answers, version="1")

    with app_database.reading() as session:
        assert len(sending.sent_contents(session, draft)) == 1


def test_what_was_sent_is_changed_until_the_call_closes_and_not_after(
    browser, draft, answers, app_database, clock
):
    sent(browser, draft, answers)
    first = stored(app_database)

    sent(browser, draft, answers | {"summary": "Uusi tiivistelmä"}, act="save")

    saved = stored(app_database)
    assert (saved.summary, saved.answers["summary"]) == (TEXT, ["Uusi tiivistelmä"])
    assert "changes that are not sent" in text_of(page(browser, f"/en/applications/{draft}"))

    sent(browser, draft, answers | {"summary": "Uusi tiivistelmä"})

    again = stored(app_database)
    assert (again.summary, again.case_number) == ("Uusi tiivistelmä", first.case_number)
    assert not again.has_unsent_changes
    clock.set_to(CLOSES)
    assert browser.get(f"/applications/{draft}/edit").status_code == 302
    late = browser.post(f"/applications/{draft}/edit", data=token(browser) | {"version": "9"})
    assert late.status_code == 409
    assert stored(app_database).summary == "Uusi tiivistelmä"


def test_a_change_that_breaks_a_rule_leaves_what_was_sent(browser, draft, answers, app_database):
    sent(browser, draft, answers)

    answer = sent(browser, draft, answers | {"applied": "1"})

    assert answer.status_code == 422
    kept = stored(app_database)
    assert (kept.status, kept.applied_cents) == (ApplicationStatus.SUBMITTED, 450_000)


def test_a_draft_is_saved_by_itself_and_never_over_another_tab(
    browser, draft, answers, app_database
):
    path = f"/applications/{draft}/autosave"

    first = browser.post(path, data=token(browser) | answers | {"version": "1"})
    stale = browser.post(path, data=token(browser) | answers | {"version": "1", "title": "Vanha"})

    assert (first.status_code, first.json) == (200, {"version": 2})
    assert (stale.status_code, stale.json["code"]) == (409, "stale_draft")
    assert stored(app_database).answers["title"] == ["Kyläkyyti"]


def test_of_two_texts_the_chosen_one_stays_field_by_field(browser, draft, answers, app_database):
    mine = {"summary": "Minun", "problem": "Minun", "budget-0-amount": "77"}
    sent(browser, draft, answers | {"summary": "Muiden", "problem": "Muiden"}, act="save")
    late = sent(browser, draft, answers | mine, act="save", version="1")
    form = html.fromstring(late.get_data(as_text=True)).forms[-1]
    fields = {}
    for name, value in form.form_values():
        # What a browser does with the line that a text area begins with.
        fields.setdefault(name, []).append(value.removeprefix("\n"))

    picked = {"pick.summary": "mine", "pick.problem": "saved", "pick.budget": "mine"}
    answer = browser.post(f"/applications/{draft}/choice", data=fields | picked)

    assert answer.status_code == 303
    kept = stored(app_database).answers
    assert (kept["summary"], kept["problem"]) == (["Minun"], ["Muiden"])
    assert (kept["budget-0-amount"], kept["budget-1-amount"]) == (["77"], ["1000"])


def test_only_the_form_runs_a_script_and_only_ours(browser, draft):
    form = browser.get(f"/applications/{draft}/edit")
    preview = browser.get(f"/applications/{draft}/preview")

    assert "script-src 'self'; connect-src 'self'" in form.headers["Content-Security-Policy"]
    assert "script-src" not in preview.headers["Content-Security-Policy"]


def test_somebody_applies_together_by_a_link_and_writes_but_does_not_send(
    browser, draft, answers, as_person, person, app_database
):
    other = person("Olli Ojala")
    helper = as_person(other)
    place = f"/applications/{draft}"
    assert helper.get(f"{place}/edit").status_code == 404

    browser.post(f"{place}/co-applicants", data=token(browser) | {"email": "olli@uusi.example"})
    with app_database.reading() as session:
        (letter,) = session.scalars(sa.select(Message).filter_by(letter="co_applicant_invited"))
    link = f"/join/{letter.facts['token']}"
    assert letter.recipient == "olli@uusi.example"
    assert "Maija Mäkelä" in text_of(page(helper, f"/en{link}"))
    assert helper.post(link, data=token(helper)).status_code == 303

    assert sent(helper, draft, answers | {"summary": "Ollin teksti"}).status_code == 303
    written = stored(app_database)
    assert written.answers["summary"] == ["Ollin teksti"]
    assert written.status == ApplicationStatus.DRAFT
    assert helper.post(f"{place}/withdrawal", data=token(helper)).status_code == 404
    assert "Kyläkyyti" in text_of(page(helper, "/en/desk"))
    (own,) = page(browser, f"{place}/edit").xpath("//form[contains(@action, '/removal')]/@action")
    browser.post(own.partition("/fi")[2] or own, data=token(browser))
    assert helper.get(f"{place}/edit").status_code == 404
    page(helper, link, status=404)


@pytest.mark.parametrize("way", ["register", "sign-in"])
def test_who_is_invited_without_an_account_is_led_back_to_the_invitation(
    browser, draft, client, app_database, way
):
    browser.post(
        f"/applications/{draft}/co-applicants", data=token(browser) | {"email": "uusi@uusi.example"}
    )
    with app_database.reading() as session:
        (letter,) = session.scalars(sa.select(Message).filter_by(letter="co_applicant_invited"))
    link = f"/join/{letter.facts['token']}"
    (onward,) = page(client, f"/en{link}").xpath(f"//main//a[contains(@href, '/{way}?')]/@href")
    if way == "sign-in":
        (onward,) = page(client, onward).xpath("//main//a[contains(@href, '/register?')]/@href")

    account = {"name": "Uusi", "email": "uusi@uusi.example", "language": "fi"}
    answer = send(client, onward, password="kolme pitkää sanaa", **account)

    assert answer.status_code == 303
    assert answer.location.endswith(link)
    assert client.post(link, data=token(client)).status_code == 303


@pytest.mark.parametrize("address", ["", "nobody", "maija-mäkelä@", "a@b.fi\u202e"])
def test_who_cannot_be_invited_is_said(browser, draft, address):
    page(browser, "/calls?lang=en")
    answer = browser.post(
        f"/applications/{draft}/co-applicants", data=token(browser) | {"email": address}
    )

    assert answer.status_code == 303
    assert "This is not an e-mail address." in text_of(
        page(browser, f"/en/applications/{draft}/edit")
    )


def token(browser):
    return {"csrf_token": page(browser, "/desk").xpath("//input[@name='csrf_token']/@value")[0]}
