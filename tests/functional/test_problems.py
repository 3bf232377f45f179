"""What went wrong is said in one way: as a page to people, as problem details to programs."""

import io
import re

import pytest
from flask import Blueprint

from grantengine.errors import InvalidInputError, NotAllowedError, NotFoundError
from grantengine.ledger.errors import OverdraftError
from grantengine.settings import load_settings
from grantengine.transitions import IllegalMoveError
from grantengine.web.application import create_app
from grantengine.web.database import db as web_database
from grantengine.web.problems import SENTENCES
from grantengine.web.runtime import runtime
from tests.support.cases import CHECKOUT
from tests.support.visitor import page, text_of

REFUSALS = {
    "not-found": (NotFoundError(kind="grant", id="grt_01"), 404, "not_found"),
    "not-allowed": (NotAllowedError(action="release"), 403, "not_allowed"),
    "invalid": (InvalidInputError(field="amount", reason="negative"), 422, "invalid_input"),
    "moved-on": (IllegalMoveError(current="paid", target="open"), 409, "illegal_move"),
    "overdraft": (
        OverdraftError(account="budget:match:available", available_cents=1, wanted_cents=2),
        409,
        "overdraft",
    ),
}


@pytest.fixture(scope="module")
def site(sqlite_databases, tmp_path_factory):
    """A site where each refusal can be met at an address of its own; tests only look."""
    with sqlite_databases.fresh_url() as url:
        folder = tmp_path_factory.mktemp("var")
        app = create_app(load_settings("test", environ={}, database_url=url, var_path=folder))
        app.register_blueprint(a_blueprint_of_refusals())
        yield app
        with app.app_context():
            engines = [runtime().database.engine, web_database.engine]
        for engine in engines:
            engine.dispose()


@pytest.fixture
def client(site):
    return site.test_client()


def a_blueprint_of_refusals():
    bp = Blueprint("refusing", __name__)

    def refuse(name):
        if name == "crash":
            raise RuntimeError("a defect, with the password hunter2 in it")
        raise REFUSALS[name][0]

    bp.add_url_rule("/refusing/<name>", "page", refuse)
    bp.add_url_rule("/api/v1/refusing/<name>", "api", refuse)
    return bp


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_page_for_people(client, name):
    _error, status, _code = REFUSALS[name]

    answer = client.get(f"/en/refusing/{name}")

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "<h1" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_problem_details_for_programs(client, name):
    _error, status, code = REFUSALS[name]

    answer = client.get(f"/api/v1/refusing/{name}", headers={"X-Request-Id": "req-1"})

    problem = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == "req-1"


def test_a_refusal_is_said_in_the_readers_language(client):
    for language in ("fi", "sv", "en"):
        text = text_of(page(client, f"/{language}/refusing/overdraft", status=409))
        detail = client.get(
            "/api/v1/refusing/overdraft", headers={"Accept-Language": language}
        ).get_json()["detail"]

        assert detail in text
    assert len({detail_in(client, language) for language in ("fi", "sv", "en")}) == 3


def detail_in(client, language):
    headers = {"Accept-Language": language}
    return client.get("/api/v1/refusing/overdraft", headers=headers).get_json()["detail"]


def test_no_refusal_tells_more_than_its_sentence(client):
    text = client.get("/refusing/overdraft").get_data(as_text=True)

    assert "budget:match:available" not in text


@pytest.mark.parametrize("path", ["/refusing/crash", "/api/v1/refusing/crash"])
def test_a_defect_is_answered_without_its_insides(client, path):
    answer = client.get(path)

    assert answer.status_code == 500
    assert "hunter2" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("POST", "/api/v1/openapi.json", 405, "method_not_allowed"),
    ],
)
def test_what_http_refuses_is_problem_details_too(client, method, path, status, code):
    answer = client.open(path, method=method)

    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/", 405)]
)
def test_what_http_refuses_is_a_page_too(client, method, path, status):
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_refused_method_says_which_are_allowed(client):
    answer = client.post("/api/v1/openapi.json")

    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/", "/refusing/crash"])
def test_each_answer_has_the_id_of_its_request(client, path):
    given = client.get(path, headers={"X-Request-Id": "req-42"})
    made = [client.get(path).headers["X-Request-Id"] for _ in range(2)]

    assert given.headers["X-Request-Id"] == "req-42"
    assert len(set(made)) == 2
    assert all(len(each) >= 20 for each in made)


def test_a_long_request_id_is_cut(client):
    answer = client.get("/nowhere", headers={"X-Request-Id": "x" * 500})

    assert answer.headers["X-Request-Id"] == "x" * 64


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/refusing/crash", "/api/v1/nowhere", "/sign-in", "/healthz"]
)
def test_each_answer_keeps_to_itself(client, path):
    headers = client.get(path).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_what_is_larger_than_any_file_may_be_is_refused_before_it_is_read(client, site):
    limit = site.config["MAX_CONTENT_LENGTH"]
    settings = site.extensions["grantengine"].settings

    answer = client.post(
        "/sign-in",
        data={"email": "aino@example.fi"},
        environ_overrides={"CONTENT_LENGTH": str(limit + 1)},
    )

    assert answer.status_code == 413
    assert limit > settings.statement_size_max_bytes > settings.upload_size_max_bytes


def documented_statuses():
    """Read the table of docs/errors.md: each code with its status."""
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (\d{3}) \|$",
        (CHECKOUT / "docs" / "errors.md").read_text("utf-8"),
        re.MULTILINE,
    )
    return {code: int(status) for code, status in rows}


def test_the_documented_status_of_each_refusal_is_the_one_that_is_answered():
    answered = {code: status for code, (status, _sentence) in SENTENCES.items()}

    assert documented_statuses() == answered


@pytest.mark.parametrize("field", ["email", "password", "field\x00name"])
def test_a_form_with_a_nul_is_refused_at_the_door(client, field):
    # PostgreSQL keeps no NUL, so no form and no service has to think of one.
    answer = client.post("/sign-in", data={field: "a\x00b"})

    assert answer.status_code == 422
    assert "nothing was changed" in client.post("/en/sign-in", data={field: "\x00"}).get_data(True)


def test_a_file_whose_name_holds_a_nul_is_refused_at_the_door(client):
    answer = client.post("/sign-in", data={"file": (io.BytesIO(b"%PDF-"), "a\x00.pdf")})

    assert answer.status_code == 422
