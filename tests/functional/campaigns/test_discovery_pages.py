"""The list of campaigns with its filters, and what tells of a campaign elsewhere."""

import json
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from grantengine.campaigns import rewards, service
from grantengine.campaigns.lifecycle import LegalKind
from tests.support.campaigns import a_campaign, a_plan, a_pledge, a_reward_plan, an_experiment
from tests.support.pdf import opened
from tests.support.pdf import text_of as words_of
from tests.support.visitor import LANGUAGES, page, text_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def card_key(tree):
    return tree.xpath("//meta[@property='og:image']/@content")[0].partition("?v=")[2]


@pytest.fixture
def another(app_database, clock):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), title="Bussi")
        return a_campaign(session, now=clock.now(), experiment=experiment, title="Kyytipörssi")


def test_choices_say_how_many_they_would_find(client, campaign, another):
    tree = page(client, "/en/campaigns")

    texts = [each.text_content().strip() for each in tree.xpath("//option")]
    assert "Small experiments (2)" in texts
    assert "People's own initiative (2)" in texts
    assert "Open for pledges (2)" in texts
    assert not any("Strong" in each for each in texts)
    assert "2 campaigns" in text_of(tree)


@pytest.mark.parametrize("query", ["goal=initiative&q=kyyti", "tier=small&q=kyyti", "q=bussi"])
def test_list_is_narrowed_by_the_address(client, campaign, another, query):
    tree = page(client, f"/en/campaigns?{query}")

    assert tree.xpath("//*[contains(@class, 'card__link')]/text()") == ["Kyytipörssi"]
    assert "1 campaign " in text_of(tree)


def test_nonsense_in_the_address_filters_nothing(client, campaign):
    tree = page(client, "/en/campaigns?tier=huge&goal=x&region=99&state=y")

    assert len(tree.xpath("//*[contains(@class, 'card__link')]")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_feed_is_atom_in_the_readers_language(client, campaign, language):
    answer = client.get(f"/{language}/campaigns/feed")

    feed = etree.fromstring(answer.data)
    assert answer.mimetype == "application/atom+xml"
    title = "Mayas bageri" if language == "sv" else "Mayan leipomo"
    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM) == [title]
    assert feed.xpath("a:entry/a:link/@href", namespaces=ATOM)[0].endswith(
        f"/{language}/campaigns/{campaign.slug}"
    )
    for name in ("id", "title", "updated"):
        assert feed.xpath(f"a:{name}/text()", namespaces=ATOM)
        assert feed.xpath(f"a:entry/a:{name}/text()", namespaces=ATOM)


def test_page_describes_itself_to_other_sites(client, campaign):
    tree = page(client, f"/sv/campaigns/{campaign.slug}")

    described = json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])
    assert described["name"] == "Mayas bageri"
    assert described["potentialAction"]["@type"] == "OrderAction"
    assert described["url"].endswith(f"/sv/campaigns/{campaign.slug}")
    assert tree.xpath("//meta[@property='og:locale']/@content") == ["sv_FI"]


def test_page_offers_its_rewards_to_other_sites_with_what_is_left(client, app_database, clock):
    with app_database.transaction() as session:
        loaf = a_reward_plan(
            now=clock.now(), stock=1, translations={"sv": {"title": "Ett rågbröd"}}
        )
        campaign = a_campaign(session, now=clock.now(), rewards=[loaf])
        (reward,) = rewards.rewards_of(session, campaign.id)

    def offered():
        tree = page(client, f"/sv/campaigns/{campaign.slug}")
        return json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])

    (offer,) = offered()["makesOffer"]
    a_pledge(app_database, clock, campaign, "20", reward_id=reward.id)
    (sold_out,) = offered()["makesOffer"]
    clock.set_to(campaign.deadline_at)

    assert (offer["@type"], offer["name"]) == ("Offer", "Ett rågbröd")
    assert (offer["price"], offer["priceCurrency"]) == ("20.00", "EUR")
    assert offer["availability"] == "https://schema.org/PreOrder"
    assert offer["url"].endswith(f"/sv/campaigns/{campaign.slug}/pledge?reward={reward.id}")
    assert sold_out["availability"] == "https://schema.org/SoldOut"
    assert sold_out["inventoryLevel"]["value"] == 0
    assert "makesOffer" not in offered()


@pytest.mark.parametrize(
    ("language", "purpose", "area"),
    [("fi", "An oven", "Finland without Åland"), ("sv", "En ugn", "Finland utom Åland")],
)
def test_purposes_and_area_of_a_permit_are_said_in_the_readers_language(
    client, app_database, clock, language, purpose, area
):
    swedish = {"purpose": "En ugn", "secondary_purpose": "Mjöl", "legal_area": "Finland utom Åland"}
    with app_database.transaction() as session:
        campaign = a_campaign(
            session, now=clock.now(), legal_kind=LegalKind.PERMIT, translations={"sv": swedish}
        )

    facts = page(client, f"/{language}/campaigns/{campaign.slug}").xpath("//dl[//dd]//dd//span")

    said = {each.text_content(): each.get("lang") for each in facts}
    assert said[purpose] == said[area] == language


def test_texts_of_a_campaign_cannot_leave_their_place_in_the_head(client, app_database, clock):
    wicked = '</script><script>alert("1")</script>'
    with app_database.transaction() as session:
        campaign = a_campaign(session, now=clock.now(), title=wicked, summary=wicked)

    tree = page(client, f"/en/campaigns/{campaign.slug}")

    scripts = tree.xpath("//script")
    assert [each.get("type") for each in scripts] == ["application/ld+json"]
    assert json.loads(scripts[0].text)["name"] == wicked


def test_picture_is_kept_until_what_it_shows_changes(client, app, app_database, clock, campaign):
    path = f"/fi/campaigns/{campaign.slug}"
    first = client.get(f"{path}/card.png")
    before = card_key(page(client, path))
    folder = app.extensions["grantengine"].settings.var_path / "cards"
    kept = [each.name for each in folder.iterdir()]
    a_pledge(app_database, clock, campaign, "50")

    second = client.get(f"{path}/card.png")

    assert Image.open(BytesIO(first.data)).size == (1200, 630)
    assert kept == [f"{campaign.id}.fi.{before}.png"]
    assert card_key(page(client, path)) != before
    assert second.data != first.data
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        ("fi", "Mayan leipomo", "Lähde rahoittajaksi"),
        ("sv", "Mayas bageri", "Bli finansiär"),
        ("en", "Mayan leipomo", "Become a backer"),
    ],
)
def test_poster_is_one_sheet_in_each_language(client, campaign, language, title, asked):
    answer = client.get(f"/{language}/campaigns/{campaign.slug}/poster.pdf")

    assert answer.mimetype == "application/pdf"
    assert len(opened(answer.data).pages) == 1
    assert title in words_of(answer.data)
    assert asked in words_of(answer.data)
    assert f"/{language}/campaigns/{campaign.slug}" in words_of(answer.data)


def test_nobody_is_asked_to_back_what_has_ended(client, clock, campaign):
    clock.set_to(campaign.deadline_at)
    path = f"/en/campaigns/{campaign.slug}"

    assert client.get(f"{path}/poster.pdf").status_code == 409
    assert page(client, f"{path}/share").xpath("//a[contains(@href, 'poster.pdf')]") == []
    assert "Become a backer" not in text_of(page(client, f"{path}/widget"))


def test_only_the_widget_may_stand_in_frames_of_others(client, campaign):
    path = f"/en/campaigns/{campaign.slug}"

    widget, own = client.get(f"{path}/widget"), client.get(path)

    assert "frame-ancestors *" in widget.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in own.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in widget.headers
    assert "Mayan leipomo" in widget.get_data(as_text=True)


def test_page_for_spreading_the_word_shows_the_snippet(client, campaign):
    tree = page(client, f"/en/campaigns/{campaign.slug}/share")

    snippet = tree.xpath("//textarea")[0].text_content()
    assert snippet.startswith("<iframe src=")
    assert f"/en/campaigns/{campaign.slug}/widget" in snippet
    assert len(tree.xpath("//a[contains(@href, 'poster.pdf')]")) == 3


@pytest.mark.parametrize("name", ["", "/share", "/card.png", "/poster.pdf", "/widget"])
def test_nothing_tells_of_a_draft(client, app_database, clock, name):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        draft = service.draft_campaign(
            session, a_plan(now=clock.now()), experiment_id=experiment.id, now=clock.now()
        )

    assert client.get(f"/en/campaigns/{draft.slug}{name}").status_code == 404
