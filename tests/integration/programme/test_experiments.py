"""Experiments: proposed for a goal, under an address of their own, moving one way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine import history
from grantengine.errors import NotFoundError
from grantengine.programme import places, queries, service
from grantengine.programme.errors import GoalMissingError
from grantengine.programme.lifecycle import (
    EXPERIMENT_MOVES,
    ExperimentStatus,
    OrganisationKind,
    Tier,
)
from grantengine.programme.models import Experiment
from grantengine.transitions import IllegalMoveError
from tests.support.databases import rolled_back
from tests.support.programme import NOON, a_goal, a_plan
from tests.support.visitor import counted_queries


@pytest.fixture
def programme(database):
    """A programme in which experiments can be proposed."""
    with database.transaction() as session:
        a_goal(session)
        places.load_places(session)
        return service.start_programme(session, a_plan(), now=NOON)


def propose(database, programme, title, *, now=NOON, goal_ids=None, **wishes):
    with database.transaction() as session:
        organisation = service.register_organisation(
            session, name="Oulun kaupunki", kind=OrganisationKind.MUNICIPALITY, now=now
        )
        fields = {
            "title": title,
            "summary": "Kylien asukkaat tilaavat kyydin yhdessä.",
            "tier": Tier.SMALL,
            "language": "fi",
            "organisation_id": organisation.id,
            "owner_id": None,
            "goal_ids": [goal.id for goal in queries.goals(session)]
            if goal_ids is None
            else goal_ids,
        }
        plan = service.ExperimentPlan(**(fields | wishes))
        return service.propose_experiment(session, programme, plan, now=now)


def test_an_experiment_begins_as_proposed_with_its_history(database, programme):
    experiment = propose(database, programme, "Kutsutakseja kylille")

    with database.reading() as session:
        found = queries.experiment_by_slug(session, "kutsutakseja-kylille")
        events = history.history_of(session, experiment.id)
    assert found.id == experiment.id
    assert found.status == ExperimentStatus.PROPOSED
    assert [event.status for event in events] == ["proposed"]


def test_experiments_of_one_title_have_addresses_of_their_own(database, programme):
    slugs = [propose(database, programme, "Kylä & kyyti!").slug for _ in range(4)]

    assert slugs == ["kyla-kyyti", "kyla-kyyti-2", "kyla-kyyti-3", "kyla-kyyti-4"]


def test_an_address_is_free_though_another_begins_the_same(database, programme):
    propose(database, programme, "Sauna-2")
    propose(database, programme, "Sauna ja musiikki")

    assert propose(database, programme, "Sauna").slug == "sauna"
    assert propose(database, programme, "Sauna").slug == "sauna-3"


@pytest.mark.parametrize("title", ["!!!", "。。。", "   "])
def test_a_title_without_a_letter_still_gets_an_address(database, programme, title):
    assert propose(database, programme, title).slug == "experiment"


def test_a_long_title_gets_an_address_that_fits(database, programme):
    title = "Hyvin pitkä nimi " * 11

    slugs = {propose(database, programme, title).slug for _ in range(3)}

    assert len(slugs) == 3
    assert all(len(slug) <= 84 for slug in slugs)


@pytest.mark.parametrize("goal_ids", [[], ["gol_unknown"]])
def test_an_experiment_without_a_goal_is_refused(database, programme, goal_ids):
    with pytest.raises(GoalMissingError):
        propose(database, programme, "Päämäärätön", goal_ids=goal_ids)


def test_an_experiment_moves_from_proposed_to_running_to_learned(database, programme):
    experiment = propose(database, programme, "Kyläkyyti")

    for target in (ExperimentStatus.RUNNING, ExperimentStatus.LEARNED):
        move(database, experiment, target)

    with database.reading() as session:
        events = history.history_of(session, experiment.id)
    assert [event.status for event in events] == ["proposed", "running", "learned"]


def test_an_experiment_that_is_there_already_is_left_alone(database, programme):
    experiment = propose(database, programme, "Kyläkyyti")

    move(database, experiment, ExperimentStatus.RUNNING)
    move(database, experiment, ExperimentStatus.RUNNING)

    with database.reading() as session:
        assert len(history.history_of(session, experiment.id)) == 2


def test_an_experiment_does_not_skip_running(database, programme):
    experiment = propose(database, programme, "Kyläkyyti")

    with pytest.raises(IllegalMoveError):
        move(database, experiment, ExperimentStatus.LEARNED)


def test_what_has_ended_moves_nowhere():
    assert EXPERIMENT_MOVES[ExperimentStatus.LEARNED] == set()
    assert EXPERIMENT_MOVES[ExperimentStatus.CANCELLED] == set()


def test_experiments_are_listed_newest_first_and_page_by_page(database, programme):
    made = [
        propose(database, programme, f"Kokeilu {n}", now=NOON + timedelta(minutes=n)).id
        for n in range(5)
    ]

    with database.reading() as session:
        first = [each.id for each in queries.experiments(session, limit=3)]
        rest = [each.id for each in queries.experiments(session, limit=3, after=first[-1])]

    assert first + rest == made[::-1]


def test_experiments_are_found_by_tier_region_and_words(database, programme):
    propose(database, programme, "Robottibussi", tier=Tier.STRONG, region_code="06")
    propose(database, programme, "Kyläkyyti", region_code="17")
    propose(database, programme, "100 % puuta", region_code="17", summary="Rakennetaan_silta.")

    def titles(**wishes):
        with database.reading() as session:
            return sorted(each.title for each in queries.experiments(session, **wishes))

    assert titles(tier=Tier.STRONG) == ["Robottibussi"]
    assert titles(region_code="17") == ["100 % puuta", "Kyläkyyti"]
    assert titles(words="ROBOTTI kylien") == ["Robottibussi"]
    assert titles(words="robotti silta") == []
    assert titles(words="%") == ["100 % puuta"]
    assert titles(words="n_s") == ["100 % puuta"]


@pytest.mark.parametrize("words", ["äänekoski", "ÄÄNEKOSKI", "ånger", "ÅNGER över"])
def test_words_are_found_in_either_case_of_the_nordic_letters(database, programme, words):
    propose(database, programme, "Äänekoski lämpenee", summary="Ånger och Över bron.")

    with database.reading() as session:
        assert len(queries.experiments(session, words=words)) == 1


def test_experiments_are_counted_by_tier(database, programme):
    propose(database, programme, "Yksi")
    propose(database, programme, "Kaksi")
    propose(database, programme, "Kolme", tier=Tier.STRATEGIC)

    with database.reading() as session:
        counts = queries.experiment_counts(session)
    assert counts == {Tier.SMALL: 2, Tier.STRONG: 0, Tier.STRATEGIC: 1}


def test_a_list_of_experiments_asks_the_database_once(database, programme):
    for number in range(3):
        propose(database, programme, f"Kokeilu {number}", region_code="17", municipality_code="564")

    with counted_queries() as asked, database.reading() as session:
        for each in queries.experiments(session):
            assert each.organisation.name
            assert each.region.names
            assert each.municipality.names

    assert len(asked) == 1


def test_an_experiment_that_is_not_there_is_not_found(database):
    with database.reading() as session, pytest.raises(NotFoundError) as refusal:
        queries.experiment_by_slug(session, "nowhere")

    assert refusal.value.details == {"kind": "experiment", "slug": "nowhere"}


def test_a_proposal_rolled_back_leaves_its_address_free(database, programme):
    experiment = propose(database, programme, "Kyläkyyti")
    with rolled_back(database) as session:
        session.execute(sa.update(Experiment).values(slug="toinen"))

    assert propose(database, programme, "Kyläkyyti").slug == f"{experiment.slug}-2"


def move(database, experiment, target):
    with database.transaction() as session:
        found = session.get_one(Experiment, experiment.id)
        service.move_experiment(session, found, target, now=NOON)


def test_the_experiments_of_a_person_are_theirs_alone(database, programme):
    with database.transaction() as session:
        aino = service.register_person(
            session, name="Aino", email="aino@example.fi", language="fi", roles=[], now=NOON
        )
    mine = propose(database, programme, "Oma", owner_id=aino.id)
    propose(database, programme, "Toisen")

    with database.reading() as session:
        assert [each.id for each in queries.experiments_of(session, aino.id)] == [mine.id]
