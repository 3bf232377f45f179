"""The public list finds learnings by words, result and place, page by page."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.errors import NotFoundError
from grantengine.learnings import queries
from grantengine.learnings.lifecycle import Result
from grantengine.programme import queries as programme
from grantengine.programme.searching import cleaned
from tests.support.cases import case_path
from tests.support.learnings import START, a_learning, a_programme, an_experiment

RESULTS = [Result.CONFIRMED, Result.REJECTED, Result.UNCLEAR, Result.REJECTED, Result.CONFIRMED]


@pytest.fixture
def told(database):
    """Slugs of five learnings, the oldest first."""
    slugs = []
    with database.transaction() as session:
        a_programme(session)
        for number, result in enumerate(RESULTS):
            experiment = an_experiment(session, f"Ääni {number}")
            at = START + timedelta(days=100 + number)
            a_learning(session, experiment, now=at, result=result, doing=f"Teko-{number} kylässä")
            slugs.append(experiment.slug)
    return slugs


def slugs_of(learnings):
    return [each.experiment.slug for each in learnings]


def test_the_newest_comes_first(database, told):
    with database.reading() as session:
        assert slugs_of(queries.learnings(session)) == told[::-1]


def test_failures_can_come_first(database, told):
    with database.reading() as session:
        found = queries.learnings_failures_first(session)

    assert slugs_of(found) == [told[3], told[1], told[2], told[4], told[0]]


@pytest.mark.parametrize("find", [queries.learnings, queries.learnings_failures_first])
def test_pages_follow_each_other_without_gap_or_double(database, told, find):
    with database.reading() as session:
        pages, after = [], None
        while page := find(session, after=after, limit=2):
            pages += page
            after = page[-1].id
        assert slugs_of(pages) == slugs_of(find(session))


def test_all_words_must_be_there_whatever_their_case(database, told):
    with database.reading() as session:
        assert slugs_of(queries.learnings(session, words="ÄÄNI teko-2")) == [told[2]]
        assert queries.learnings(session, words="ääni teko-9") == []


def test_a_place_is_found_by_its_swedish_name(database, told):
    with database.reading() as session:
        assert len(queries.learnings(session, words="uleåborg")) == len(told)


def test_percent_and_underscore_are_letters_like_others(database, told):
    with database.reading() as session:
        assert queries.learnings(session, words="%") == []
        assert queries.learnings(session, words="teko_2") == []


def test_the_list_is_filtered_by_result_and_region(database, told):
    with database.reading() as session:
        assert slugs_of(queries.learnings(session, result=Result.UNCLEAR)) == [told[2]]
        assert len(queries.learnings(session, region_code="17")) == len(told)
        assert queries.learnings(session, region_code="01") == []


def test_results_are_counted(database, told):
    with database.reading() as session:
        assert queries.counts_by_result(session) == {
            Result.CONFIRMED: 2,
            Result.REJECTED: 2,
            Result.UNCLEAR: 1,
        }


def test_the_list_is_read_in_one_query(database, told):
    with database.reading() as session:
        statements = []
        sa.event.listen(
            session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        for learning in queries.learnings(session):
            assert learning.experiment.region.names["fi"]
            assert learning.experiment.organisation.name

    assert len([each for each in statements if each.startswith("SELECT")]) == 1


def test_an_unknown_cursor_begins_anew(database, told):
    with database.reading() as session:
        assert len(queries.learnings(session, after="lrn_nothing")) == len(told)


def test_a_draft_has_no_page(database):
    with database.transaction() as session:
        a_programme(session)
        experiment = an_experiment(session)

    with database.reading() as session, pytest.raises(NotFoundError):
        queries.published_learning(session, experiment.slug)


def test_no_string_breaks_the_search(database, told):
    strings = json.loads(case_path("nasty-strings/blns.json").read_text(encoding="utf-8"))

    with database.reading() as session:
        for text in [*strings, "\x00", "a\x00b", "\\", "%%", "_" * 5000, "ä" * 5000]:
            assert len(queries.learnings(session, words=text)) <= len(told)
            assert len(programme.experiments(session, words=cleaned(text))) <= len(told)
