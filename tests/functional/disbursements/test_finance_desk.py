"""The finance desk through the browser's eyes: every station, wrong roles and wrong input."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.disbursements import queries
from grantengine.disbursements.models import Grant, Instalment
from grantengine.ledger import audit
from grantengine.money import eur
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Experiment
from grantengine.web.database import db as web_database
from tests.support.bank import read_order, statement_for
from tests.support.disbursements import (
    NOON,
    PAYEE_IBAN,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    an_officer,
)
from tests.support.visitor import page, text_of

FRIDAY = date(2026, 9, 18)


@pytest.fixture
def people(app, app_database):
    """A programme with one grant to pay, and the ids of those who may and may not."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app_database.transaction() as session:
        experiment = an_experiment(session, a_programme(session))
        a_grant(session, experiment, eur("5000"))
        people = {
            "first": an_officer(session, "Rahanen Raija"),
            "second": an_officer(session, "Tilinen Teija"),
            "reviewer": an_officer(session, "Arvi Arvioija", roles=[Role.REVIEWER]),
        }
        return {name: (each.id, each.session_version) for name, each in people.items()}


@pytest.fixture
def browse(app, people):
    """Open a browser in which somebody is signed in."""

    def browser_of(name):
        client = app.test_client()
        with client.session_transaction() as session:
            session["person"], session["version"] = people[name]
        return client

    return browser_of


def open_ids(database):
    with database.reading() as session:
        return [each.id for each in queries.open_instalments(session)]


def collect(client, database, **fields):
    data = {"instalments": open_ids(database), "pay_on": "2026-09-17"} | fields
    return client.post("/en/finance/batches", data=data)


def upload(client, content, name="tiliote.xml"):
    return client.post(
        "/en/finance/statements",
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def released_file(browse, database):
    address = collect(browse("first"), database).location
    browse("second").post(f"{address}/release")
    return address, browse("first").get(f"{address}/payment-file").data


def test_the_whole_way_from_open_to_paid(browse, app_database):
    first, second = browse("first"), browse("second")
    assert "€3,500" in first.get("/en/finance").text

    address = collect(first, app_database).location
    assert "Another finance officer" in first.get(address).text
    assert "second pair of eyes" in second.get(address).text
    assert second.post(f"{address}/release").status_code == 302
    page = second.get(address).text
    assert "All three agree." in page
    content = second.get(f"{address}/payment-file").data
    assert read_order(content).message_id == "KOSU26001"

    answer = upload(first, statement_for(content, booked_on=FRIDAY))
    page = first.get(answer.location).text
    assert "1 payment was marked paid, €3,500.00. Nothing was left." in page
    with app_database.reading() as session:
        assert audit.verify(session).is_clean


def test_whoever_prepared_is_refused_also_by_a_direct_post(browse, app_database):
    first = browse("first")
    address = collect(first, app_database).location

    answer = first.post(f"{address}/release")

    assert answer.status_code == 403
    assert "You prepared batch KOSU26001" in answer.text
    assert "Waits for release" in first.get(address).text


def test_a_batch_is_released_once(browse, app_database):
    address, _content = released_file(browse, app_database)

    assert browse("second").post(f"{address}/release").status_code == 409
    assert browse("second").post(f"{address}/cancellation").status_code == 409


def test_a_draft_has_no_file_and_can_be_cancelled(browse, app_database):
    address = collect(browse("first"), app_database).location

    assert browse("first").get(f"{address}/payment-file").status_code == 409
    assert browse("first").post(f"{address}/cancellation").status_code == 302
    assert len(open_ids(app_database)) == 1


def test_public_and_private_money_make_two_batches(browse, app_database):
    with app_database.transaction() as session:
        a_settled_campaign(session, session.query(Experiment).one())

    answer = collect(browse("first"), app_database)

    assert answer.location.endswith("/en/finance/batches")
    page = browse("second").get(answer.location).text
    assert "KOSU26001" in page
    assert "KOSU26002" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"instalments": []}, "Choose at least one instalment to pay."),
        ({"pay_on": ""}, "Say on which day the bank should pay."),
        ({"pay_on": "yesterday"}, "Payment day"),
        ({"pay_on": "2026-09-15"}, "The payment day has passed."),
    ],
)
def test_a_wrong_choice_is_said_and_collects_nothing(browse, app_database, fields, sentence):
    answer = collect(browse("first"), app_database, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(open_ids(app_database)) == 1


def test_an_instalment_that_is_gone_is_refused(browse, app_database):
    chosen = open_ids(app_database)
    collect(browse("first"), app_database)

    assert collect(browse("second"), app_database, instalments=chosen).status_code == 409
    assert collect(browse("second"), app_database, instalments=["ins_1"]).status_code == 404


def test_the_same_statement_twice_says_so(browse, app_database):
    _address, content = released_file(browse, app_database)
    statement = statement_for(content, booked_on=FRIDAY)
    first = upload(browse("first"), statement)

    client = browse("first")
    again = upload(client, statement)

    assert again.location == first.location
    assert "imported before" in client.get(again.location).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"amount;2,50", "The file is no XML file"),
        (b"<html/>", "The file is no statement that we read."),
        (b"<!DOCTYPE x><x/>", "The file declares a document type"),
    ],
)
def test_what_is_no_statement_is_refused_in_one_sentence(browse, content, sentence):
    answer = upload(browse("first"), content)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_upload_without_a_file_is_refused(browse):
    answer = browse("first").post("/en/finance/statements", data={})

    assert answer.status_code == 422
    assert "Choose the bank’s statement file." in answer.text


def test_a_doubt_waits_until_somebody_notes_what_it_was(browse, app_database):
    _address, content = released_file(browse, app_database)
    tampered = statement_for(content, booked_on=FRIDAY).replace(b">3500.00<", b">3500.01<")
    upload(browse("first"), tampered)
    client = browse("first")
    assert "The amount is not what we sent." in client.get("/en/finance").text

    assert client.post("/en/finance/movements/1/note", data={"note": " "}).status_code == 302
    assert "The amount is not what we sent." in client.get("/en/finance").text
    client.post("/en/finance/movements/1/note", data={"note": "Pankin virhe."})

    assert "The amount is not what we sent." not in client.get("/en/finance").text
    assert client.post("/en/finance/movements/1/note", data={"note": "x"}).status_code == 409
    assert client.post("/en/finance/movements/9/note", data={"note": "x"}).status_code == 404


def test_a_payment_that_came_back_is_shown_and_not_chosen_at_once(browse, app_database, clock):
    _address, content = released_file(browse, app_database)
    back = {"KOSU26001-0001": "AC04"}
    upload(browse("first"), statement_for(content, booked_on=FRIDAY, returned=back))
    clock.set_to(NOON + timedelta(days=30))

    page = browse("first").get("/en/finance").text

    assert "Came back: the account is closed (AC04)." in page
    assert " checked" not in page


@pytest.mark.parametrize(
    "words",
    ["KS/1/2026", "ks/1/2026_1", "kyläkyy", PAYEE_IBAN, "FI71 1820 3000", "KOSU26001-0001"],
)
def test_a_cent_is_found_by_any_name_that_it_has(browse, app_database, words):
    released_file(browse, app_database)
    client = browse("first")

    answer = client.get("/en/finance/search", query_string={"q": words}, follow_redirects=True)

    assert "KS/1/2026_1" in answer.text
    assert answer.status_code == 200


def test_an_instalment_shows_its_entries_in_the_ledger(browse, app_database):
    _address, content = released_file(browse, app_database)
    upload(browse("first"), statement_for(content, booked_on=FRIDAY))
    (instalment,) = paid_ids(app_database)

    page = browse("first").get(f"/en/finance/instalments/{instalment}").text

    for account in ("cash:in_transit", "cash:grants:82510000:small", "budget:small:committed"):
        assert account in page
    assert browse("first").get("/en/finance/instalments/ins_1").status_code == 404


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "nobody", "'; --", "x" * 500, "🙂"])
def test_a_search_that_finds_nothing_is_a_page(browse, words):
    answer = browse("first").get("/en/finance/search", query_string={"q": words})

    assert answer.status_code == 200
    assert "KS/1/2026" not in answer.text


PAGES = [
    "/finance",
    "/finance/batches",
    "/finance/batches?status=released",
    "/finance/batches?status=nonsense",
    "/finance/statements",
    "/finance/search",
    "/finance/reports",
]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_in_every_language(browse, page, language):
    answer = browse("first").get(f"/{language}{page}")

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize("page", [*PAGES, "/finance/reports/disbursements.csv"])
def test_only_finance_officers_see_the_desk(client, browse, page):
    assert browse("reviewer").get(f"/en{page}").status_code == 403
    assert "/sign-in" in client.get(f"/en{page}").location


@pytest.mark.parametrize(
    "action",
    [
        "/finance/batches",
        "/finance/batches/bat_1/release",
        "/finance/batches/bat_1/cancellation",
        "/finance/statements",
        "/finance/movements/1/note",
    ],
)
def test_only_finance_officers_act(client, browse, action):
    assert browse("reviewer").post(f"/en{action}").status_code == 403
    assert client.post(f"/en{action}").status_code == 401


def test_what_does_not_exist_is_not_found(browse):
    for path in ("batches/bat_1", "batches/bat_1/payment-file", "statements/stm_1"):
        assert browse("first").get(f"/en/finance/{path}").status_code == 404
    assert browse("first").post("/en/finance/batches/bat_1/release").status_code == 404
    for number in (0, 2**63, 10**30):  # Some are larger than a database can hold.
        answer = browse("first").post(f"/en/finance/movements/{number}/note", data={"note": "?"})
        assert answer.status_code == 404


@pytest.mark.parametrize("page", ["/finance", "/finance/search?q=KS", "/finance/reports"])
def test_a_page_asks_as_often_whatever_it_shows(app, browse, app_database, page):
    def queries_of_the_page():
        asked = []
        with app.app_context():
            engine = web_database.engine
        listen = lambda *arguments: asked.append(arguments[2])
        sa.event.listen(engine, "before_cursor_execute", listen)
        assert browse("first").get(f"/en{page}").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        return len(asked)

    few = award_more(app_database, 2) or queries_of_the_page()
    many = award_more(app_database, 12) or queries_of_the_page()

    assert few == many


def award_more(database, count):
    with database.transaction() as session:
        running = programme.current_programme(session)
        first = session.query(Grant).count() + 1
        for number in range(first, first + count):
            experiment = an_experiment(session, running, f"Kokeilu {number}")
            a_grant(session, experiment, case_number=f"KS/{number}/2026")


def paid_ids(database):
    with database.reading() as session:
        return [each.id for each in session.query(Instalment).filter_by(status="paid")]


def test_an_account_is_corrected_by_two_officers(browse, app_database):
    first, second = browse("first"), browse("second")
    place = f"/en/finance/instalments/{open_ids(app_database)[0]}"
    typed = {"iban": "FI54 1571 3000 0300 16", "reason": "Letter of 3 May"}

    wrong = first.post(f"{place}/account", data=typed | {"iban": "FI54 1571"})
    assert wrong.status_code == 422
    assert "is not an account number" in wrong.text
    assert first.post(f"{place}/account", data=typed).status_code == 303
    assert "another finance officer confirms it" in first.get(place).text
    assert "Accounts that wait for a second pair of eyes" in second.get("/en/finance").text
    action = html.fromstring(second.get(place).text).xpath("//form/@action[contains(., 'confirm')]")
    assert first.post(action[0]).status_code == 403
    assert second.post(action[0]).status_code == 303

    assert "FI54 1571 3000 0300 16" in text_of(page(second, place))
    with app_database.reading() as session:
        assert session.scalars(sa.select(Grant)).one().payee_iban == "FI5415713000030016"
