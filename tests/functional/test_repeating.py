"""A request that met another's transaction is begun again, unseen, as long as it did nothing."""

import io

import pytest
from flask import Blueprint, redirect, request
from prometheus_client import REGISTRY

from grantengine.faults import DatabaseBusyError, DiskFullError
from grantengine.ids import new_id
from grantengine.leases import Lease
from grantengine.settings import load_settings
from grantengine.web.application import create_app
from grantengine.web.database import db as web_database
from grantengine.web.runtime import now, runtime, transaction


@pytest.fixture(scope="module")
def site(sqlite_databases, tmp_path_factory):
    """A site with a desk where others are always in the way."""
    with sqlite_databases.fresh_url() as url:
        folder = tmp_path_factory.mktemp("var")
        app = create_app(load_settings("test", environ={}, database_url=url, var_path=folder))
        app.config["WTF_CSRF_ENABLED"] = False
        app.extensions["desk"] = BusyDesk()
        app.register_blueprint(app.extensions["desk"].blueprint())
        yield app
        with app.app_context():
            engines = [runtime().database.engine, web_database.engine]
        for engine in engines:
            engine.dispose()


class BusyDesk:
    """Views that fail the first time, or each time, and know how often they ran."""

    def __init__(self):
        self.runs = 0

    def once(self):
        sent = request.files["letter"].read() if request.files else b""
        self._meet_another(times=1)
        return {"letter": sent.decode()}

    def always(self):
        self._meet_another(times=99)

    def after_something_was_done(self):
        with transaction() as session:
            session.add(Lease(name=new_id("tst", now()), holder="0", expires_at=now()))
        self._meet_another(times=1)

    def then_elsewhere(self):
        self._meet_another(times=1)
        return redirect("/elsewhere")

    def full(self):
        with transaction():
            raise DiskFullError

    def blueprint(self):
        bp = Blueprint("desk_of_tests", __name__)
        views = (
            self.once,
            self.always,
            self.after_something_was_done,
            self.then_elsewhere,
            self.full,
        )
        for view in views:
            bp.add_url_rule(f"/desk/{view.__name__}", view.__name__, view, methods=["POST"])
        return bp

    def _meet_another(self, *, times):
        self.runs += 1
        with transaction():
            if self.runs <= times:
                raise DatabaseBusyError(reason="deadlock")


@pytest.fixture
def desk(site):
    """Ask for a view; give its answer, how often it ran, and how many repeats were counted."""

    def ask(view, **sent):
        busy, before = site.extensions["desk"], counted()
        busy.runs = 0
        answer = site.test_client().post(f"/desk/{view}", headers={"Accept-Language": "en"}, **sent)
        return answer, busy.runs, counted() - before

    return ask


def counted():
    name = "grantengine_transaction_repeats_total"
    return REGISTRY.get_sample_value(name, {"reason": "deadlock"}) or 0


def test_a_request_is_begun_again_and_answered(desk):
    answer, runs, repeats = desk("then_elsewhere")

    assert (answer.status_code, answer.location) == (302, "/elsewhere")
    assert (runs, repeats) == (2, 1)


def test_a_file_that_was_sent_is_read_again(desk):
    answer, runs, _ = desk("once", data={"letter": (io.BytesIO(b"dear all"), "letter.txt")})

    assert (answer.get_json(), runs) == ({"letter": "dear all"}, 2)


def test_a_request_that_has_committed_something_is_not_begun_again(desk):
    answer, runs, repeats = desk("after_something_was_done")

    assert (answer.status_code, runs, repeats) == (503, 1, 0)


def test_others_who_are_always_in_the_way_are_told_of_in_one_sentence(desk):
    answer, runs, repeats = desk("always")

    assert (answer.status_code, runs, repeats) == (503, 10, 9)
    assert "Others were changing the same thing." in answer.text


def test_a_full_disk_is_told_of_in_one_sentence(desk):
    answer, _, _ = desk("full")

    assert answer.status_code == 503
    assert "There is no room left to write to. Nothing was changed." in answer.text


def test_repeats_are_shown_to_whoever_watches(desk, site):
    desk("once")

    assert 'grantengine_transaction_repeats_total{reason="deadlock"}' in (
        site.test_client().get("/metrics").text
    )
