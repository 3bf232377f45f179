"""Campaigns are found by words, region, goal, size and state, and counted for each choice."""

from datetime import timedelta

import pytest

from grantengine.campaigns import discovery, service
from grantengine.campaigns.discovery import Search
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.programme.lifecycle import Tier
from grantengine.programme.models import Municipality, Region
from tests.support.campaigns import a_campaign, a_plan, an_experiment, open_draft

ALL = 100


@pytest.fixture
def found(database, clock):
    """Three open campaigns and a draft; ask with the fields of a search, get their titles."""
    now, minute = clock.now(), timedelta(minutes=1)
    with database.transaction() as session:
        session.add(Region(code="17", names={"fi": "Pohjois-Pohjanmaa", "sv": "Norra Österbotten"}))
        session.flush()
        session.add(
            Municipality(
                code="564",
                region_code="17",
                language_relation=0,
                names={"fi": "Oulu", "sv": "Uleåborg"},
            )
        )
        bakery = an_experiment(session, now=now)
        bakery.region_code, bakery.municipality_code = "17", "564"
        swedish = {
            "title": "Mayas bageri",
            "summary": "En ugn för hela gatan.",
            "story": "Vi bakar.",
        }
        a_campaign(
            session,
            now=now,
            experiment=bakery,
            title="Mayan kyläleipomo",
            story="Leipomme torstaisin yhteisessä leipomossa.",
            translations={"sv": swedish},
        )
        library = an_experiment(session, now=now, title="Kirjasto")
        library.tier = Tier.STRONG
        a_campaign(
            session,
            now=now + minute,
            experiment=library,
            title="ÄÄNIKIRJASTO",
            summary="100 % auki",
            story="-",
        )
        a_campaign(
            session, now=now + 2 * minute, title="Bussi", summary="Kyytejä", story="Kysy ja pääset."
        )
        plan = a_plan(now=now, title="Luonnos leipomosta")
        service.draft_campaign(session, plan, experiment_id=library.id, now=now)

    def ask(**fields):
        with database.reading() as session:
            rows = discovery.campaigns_found(session, Search(**fields), limit=ALL)
            return [each.title for each in rows]

    return ask


def test_nothing_asked_lists_all_but_drafts_newest_first(found):
    assert found() == ["Bussi", "ÄÄNIKIRJASTO", "Mayan kyläleipomo"]


@pytest.mark.parametrize(
    "words",
    ["leipomo", "mayan LEIPOMO", "bageri", "ugn leipom", "torstaisin", "oulu", "Uleåborg maya"],
)
def test_words_are_found_in_any_language_of_the_campaign_and_in_its_place(found, words):
    assert found(words=words) == ["Mayan kyläleipomo"]


@pytest.mark.parametrize("words", ["äänikirjasto", "Äänikirj", "kirjasto"])
def test_letters_of_any_case_and_parts_of_titles_are_found(found, words):
    assert found(words=words) == ["ÄÄNIKIRJASTO"]


@pytest.mark.parametrize(
    "words", ["nosuchword", "leipomo bussi", "%", "'; drop", "x:* | zz", "&!", "\\"]
)
def test_signs_of_the_query_language_are_only_signs(found, words):
    assert found(words=words) == (["ÄÄNIKIRJASTO"] if words == "%" else [])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("words", ["leipomot", "leipomoissa", "kyytien", "kysyn"])
def test_postgresql_finds_inflected_words(found, words):
    assert len(found(words=words)) == 1


@pytest.mark.parametrize(
    ("choice", "titles"),
    [
        ({"region_code": "17"}, ["Mayan kyläleipomo"]),
        ({"region_code": "01"}, []),
        ({"tier": Tier.STRONG}, ["ÄÄNIKIRJASTO"]),
        ({"goal_code": "initiative", "tier": Tier.SMALL}, ["Bussi", "Mayan kyläleipomo"]),
        ({"goal_code": "other"}, []),
        ({"statuses": [CampaignStatus.FUNDED]}, []),
        ({"statuses": [CampaignStatus.OPEN], "words": "kyytejä"}, ["Bussi"]),
    ],
)
def test_each_choice_narrows_the_list(found, choice, titles):
    assert found(**choice) == titles


def test_counts_tell_what_each_choice_would_find_beside_the_others(database, found):
    with database.reading() as session:
        all_of_them = discovery.counts(session, Search())
        strong = discovery.counts(session, Search(tier=Tier.STRONG))

    assert all_of_them.by_region == {"17": 1}
    assert all_of_them.by_goal == {"initiative": 3}
    assert all_of_them.by_status == {CampaignStatus.OPEN: 3}
    assert strong.by_tier == all_of_them.by_tier == {Tier.SMALL: 2, Tier.STRONG: 1}
    assert (strong.by_region, strong.found) == ({}, 1)


def test_words_follow_the_texts_of_a_draft(database, clock):
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        plan = a_plan(now=clock.now(), title="Kuutamo")
        draft = service.draft_campaign(session, plan, experiment_id=experiment.id, now=clock.now())
    with database.transaction() as session:
        plan = a_plan(now=clock.now(), title="Auringonnousu")
        service.change_draft(session, draft.id, plan, now=clock.now())
        open_draft(session, draft, now=clock.now())

    with database.reading() as session:
        assert not discovery.campaigns_found(session, Search(words="kuutamo"), limit=ALL)
        assert discovery.campaigns_found(session, Search(words="auringonnousu"), limit=ALL)
