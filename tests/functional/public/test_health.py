"""The two questions that a machine asks: is it alive, can it serve?"""

from grantengine import migrate
from grantengine.db import Database


def test_a_living_process_says_so(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_when_the_database_is(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_it_is_not_ready_while_migrations_wait(client, settings):
    database = Database(settings.database_url)
    migrate.downgrade(database, "0006_reviews")
    database.dispose()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()) == (503, {"status": "database_older"})


def test_it_is_not_ready_without_its_database(client, app_database, monkeypatch, tmp_path):
    unreachable = Database(f"sqlite:///{tmp_path}/nowhere/nothing.sqlite")
    monkeypatch.setattr(app_database, "engine", unreachable.engine)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()) == (503, {"status": "database_unreachable"})
