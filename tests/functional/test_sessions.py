"""Signing in and out: who is let in, where they come to, and when it ends."""

import re
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa

from grantengine.programme import service
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.web.identity import hash_password
from tests.support.programme import NOON, a_plan
from tests.support.visitor import page, send, text_of

PASSWORD = "hyvin kokeiltu on puoliksi tehty"
ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\t/elsewhere.example/",
    "/\n/elsewhere.example/",
    "\t//elsewhere.example/",
    " //elsewhere.example/",
    "///elsewhere.example/",
    "javascript:alert(1)",
    "elsewhere.example",
    "//[",
    "http://[::1",
    "/\r\nSet-Cookie: a=b",
    "//elsewhere.example\\@ours/",
    "",
]


@pytest.fixture
def aino(app_database):
    """A reviewer with a password, in a programme that has begun."""
    with app_database.transaction() as session:
        service.start_programme(session, a_plan(), now=NOON)
        return service.register_person(
            session,
            name="Aino Virtanen",
            email="aino@example.fi",
            language="fi",
            roles=[Role.REVIEWER],
            now=NOON,
            password_hash=hash_password(PASSWORD),
        )


@pytest.fixture
def eero(app_database, aino):
    """An invented reviewer without a password, in the same programme."""
    with app_database.transaction() as session:
        return service.register_person(
            session,
            name="Eero Mäki",
            email="eero@example.fi",
            language="fi",
            roles=[Role.REVIEWER],
            now=NOON,
        )


def enter(client, *, email="aino@example.fi", password=PASSWORD):
    return send(client, "/sign-in", email=email, password=password)


def is_signed_in(client):
    return "Aino Virtanen" in text_of(page(client, "/sign-in").xpath("//header")[0])


def without_what_differs(answer):
    """A page without its token, the request's id and what was typed."""
    text = answer.get_data(as_text=True)
    text = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text)
    return re.sub(r"(aino|nobody)@example\.fi", "", text)


def test_the_right_password_lets_in(client, aino):
    answer = enter(client)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/reviews"
    assert is_signed_in(client)


def test_the_address_may_be_written_in_capitals(client, aino):
    assert enter(client, email=" AINO@Example.FI ").status_code == 302


def test_a_wrong_password_does_not(client, aino):
    for password in ("wrong", PASSWORD.upper(), f"{PASSWORD} ", "nobody"):
        assert enter(client, password=password).status_code == 422

    assert not is_signed_in(client)


def test_an_unknown_address_is_answered_like_a_wrong_password(client, aino):
    wrong = enter(client, password="wrong")
    unknown = enter(client, email="nobody@example.fi", password="wrong")

    assert unknown.status_code == wrong.status_code == 422
    assert without_what_differs(unknown) == without_what_differs(wrong)


def test_who_has_no_password_cannot_sign_in_with_one(client, app_database, aino):
    with app_database.transaction() as session:
        session.execute(sa.update(Person).values(password_hash=None))

    for password in ("nobody", "None", " "):
        assert enter(client, password=password).status_code == 422


def test_what_was_left_empty_is_asked_for(client, aino):
    for email, password in (("", PASSWORD), ("aino@example.fi", ""), ("", "")):
        assert enter(client, email=email, password=password).status_code == 422


def test_without_its_token_the_form_is_refused(client, aino):
    answer = client.post("/sign-in", data={"email": "aino@example.fi", "password": PASSWORD})

    assert answer.status_code == 400
    assert not is_signed_in(client)


def test_a_page_of_ones_own_leads_to_sign_in_and_back(client, aino):
    turned_away = client.get("/fi/reviews")
    assert turned_away.status_code == 302
    assert unquote(turned_away.headers["Location"]) == "/fi/sign-in?next=/reviews"

    to = turned_away.headers["Location"]
    answer = send(client, to, to=to, email="aino@example.fi", password=PASSWORD)

    assert answer.headers["Location"] == "/fi/reviews"


def test_nobody_is_led_elsewhere(client, eero):
    led_to = {}
    for wanted in ELSEWHERE:
        to = f"/sign-in/demo/{eero.id}?next={quote(wanted, safe='')}"
        led_to[wanted] = send(client, "/sign-in", to=to).headers.get("Location")

    assert led_to == dict.fromkeys(ELSEWHERE, "/reviews")


def test_a_page_of_ours_is_where_one_is_led(client, eero):
    for wanted in ("/money", "/experiments?words=kyläkyyti&tier=small", "/experiments/a-b_c~1"):
        to = f"/en/sign-in/demo/{eero.id}?next={quote(wanted, safe='')}"
        answer = send(client, "/en/sign-in", to=to)

        assert unquote(answer.headers["Location"]) == f"/en{wanted}"


def test_a_form_cannot_be_sent_to_a_page_of_ones_own_by_a_visitor(client, aino):
    token = page(client, "/sign-in").xpath("//input[@name='csrf_token']/@value")[0]

    answer = client.post("/desk/campaigns", data={"csrf_token": token})

    assert answer.status_code in (401, 404, 405)


def test_the_session_ends_when_its_version_changes(client, app_database, aino):
    enter(client)
    assert is_signed_in(client)

    with app_database.transaction() as session:
        session.get_one(Person, aino.id).session_version += 1

    assert not is_signed_in(client)
    assert client.get("/reviews").status_code == 302


def test_the_session_ends_when_the_person_is_gone(client, app_database, aino):
    enter(client)

    with app_database.transaction() as session:
        session.execute(sa.text("DELETE FROM person_roles"))
        session.execute(sa.text("DELETE FROM persons"))

    assert client.get("/reviews").status_code == 302


def test_signing_out_ends_the_session(client, aino):
    enter(client)

    answer = send(client, "/sign-in", to="/sign-out")

    assert answer.status_code == 302
    assert not is_signed_in(client)


def test_a_copy_of_the_cookie_ends_with_the_session(client, app, aino):
    enter(client)
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    assert is_signed_in(thief)

    send(client, "/sign-in", to="/sign-out")

    assert not is_signed_in(thief)
    assert enter(client).status_code == 302


def test_a_link_does_not_sign_anybody_out(client, aino):
    enter(client)

    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


def test_a_forged_session_is_no_session(client, app, aino):
    enter(client)
    cookie = client.get_cookie("session").value
    client.set_cookie("session", cookie[:-4] + "AAAA")

    assert not is_signed_in(client)


def test_the_session_cookie_is_kept_from_scripts_and_from_other_sites(client, aino):
    cookie = enter(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_one_click_signs_in_only_where_the_setting_is_on(app, client, eero):
    settings = app.extensions["grantengine"].settings
    assert settings.demo_sign_in

    answer = send(client, "/sign-in", to=f"/sign-in/demo/{eero.id}")
    assert answer.status_code == 302
    assert "Eero Mäki" in text_of(page(client, "/sign-in").xpath("//header")[0])

    unknown = send(client, "/sign-in", to="/sign-in/demo/per_nobody")
    assert unknown.status_code == 404


def test_a_person_without_the_role_is_refused_and_not_sent_away(client, aino):
    enter(client)

    assert client.get("/finance").status_code == 403
