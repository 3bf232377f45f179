"""Pages that everybody sees alike are made once a second, and anew after anything is written.

On both databases: what tells that something was written is another thing on each.
"""

from datetime import timedelta

import pytest

from grantengine.db import Database
from grantengine.settings import load_settings
from tests.support.campaigns import a_pledge
from tests.support.learnings import a_person
from tests.support.visitor import counted_queries, sign_in


@pytest.fixture
def settings(database_url, tmp_path):
    """Settings of an application on each kind of database."""
    return load_settings("test", environ={}, database_url=database_url, var_path=tmp_path)


def cost(client, path):
    """Count what the database was asked for a page, but for whether it has changed."""
    with counted_queries() as asked:
        assert client.get(path).status_code == 200
    return len([each for each in asked if "pg_current_snapshot" not in each])


@pytest.fixture
def path(campaign):
    return f"/en/campaigns/{campaign.slug}"


def test_a_page_is_made_once_for_all_who_come_within_a_second(app, path, clock):
    first, second = app.test_client(), app.test_client()
    made = cost(first, path)

    kept = cost(second, path)
    clock.advance(timedelta(seconds=1))

    assert kept == 0
    assert cost(second, path) == made > 0


def test_a_pledge_is_in_the_totals_the_moment_it_is_made(
    client, app_database, path, campaign, clock
):
    before = client.get(path).text

    a_pledge(app_database, clock, campaign, "37")

    assert "€37" not in before
    assert "€37" in client.get(path).text


def test_what_another_process_writes_is_on_the_page_at_once(
    client, settings, path, campaign, clock
):
    client.get(path)
    another = Database(settings.database_url)

    a_pledge(another, clock, campaign, "41")
    another.dispose()

    assert "€41" in client.get(path).text


def test_what_is_not_committed_is_on_no_page(client, app_database, path, campaign):
    before = client.get(path).text

    with app_database.transaction() as session:
        session.merge(campaign).title = "Toinen leipomo"
        session.flush()  # Written, and seen by nobody else.
        meanwhile = client.get(path).text

    assert meanwhile == before
    assert "Toinen leipomo" in client.get(path).text


@pytest.mark.parametrize("asked", ["?amount=20", "?lang=sv"])
def test_whoever_asks_for_something_particular_gets_it(client, path, asked):
    client.get(path)

    assert cost(client, path + asked) > 0


def test_each_language_has_its_own(client, campaign):
    swedish = client.get(f"/sv/campaigns/{campaign.slug}").text
    finnish = client.get(f"/fi/campaigns/{campaign.slug}").text

    assert "Mayas bageri" in swedish
    assert "Mayas bageri" not in finnish


def test_who_is_signed_in_sees_no_page_of_others(app, app_database, path, clock):
    with app_database.transaction() as session:
        somebody = a_person(session, now=clock.now())
    client = app.test_client()
    sign_in(client, somebody)
    app.test_client().get(path)

    assert somebody.name in client.get(path).text
