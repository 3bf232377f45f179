"""The list of campaigns and the page of each, as visitors read them."""

from datetime import timedelta

import pytest

from grantengine.campaigns import new_cards, service, settlement
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.money import eur
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import (
    DECLINED_WHEN_CHARGED,
    GOOD_CARD,
    a_campaign,
    a_plan,
    a_pledge,
    an_experiment,
)
from tests.support.visitor import counted_queries, page, text_of


def settle(database, clock, campaign):
    clock.set_to(campaign.deadline_at)
    for _try in range(4):  # A declined card is tried again every other day.
        settlement.settle_campaign(database, SandboxGateway(), clock, campaign.id)
        clock.advance(timedelta(days=2))


def titles(tree):
    return tree.xpath("//*[contains(@class, 'card__link')]/text()")


@pytest.mark.parametrize(
    ("language", "title", "rule"),
    [
        ("fi", "Mayan leipomo", "yhdestä lupauksesta lasketaan enintään 100\xa0€"),
        ("sv", "Mayas bageri", "av ett löfte räknas högst 100\xa0€"),
        ("en", "Mayan leipomo", "of one pledge at most €100 counts"),
    ],
)
def test_page_tells_the_story_and_the_rule_in_the_readers_language(
    client, campaign, language, title, rule
):
    words = page(client, f"/{language}/campaigns/{campaign.slug}").text_content()

    assert title in words
    assert rule in words


def test_page_shows_the_four_totals_from_the_ledger(client, app_database, clock, campaign):
    a_pledge(app_database, clock, campaign, "150", name="Aino", is_name_shown=True)
    a_pledge(app_database, clock, campaign, "60", email="e@example.fi", message="Hienoa!")

    tree = page(client, f"/en/campaigns/{campaign.slug}")

    sums = tree.xpath("//*[@class='totals__sum']/text()")
    assert [each.strip() for each in sums] == ["€210", "€0", "€160", "€0"]
    words = text_of(tree)
    assert "42% of the goal" in words
    assert "2 backers so far" in words
    assert "Aino €150" in words
    assert "A backer €60" in words
    assert "Hienoa!" in words


def test_name_that_is_not_to_be_shown_is_not_shown(client, app_database, clock, campaign):
    a_pledge(app_database, clock, campaign, "50", name="Liisa", message="Onnea")

    words = text_of(page(client, f"/en/campaigns/{campaign.slug}"))

    assert "Liisa" not in words
    assert "maija@example.fi" not in words


def test_what_if_is_what_a_pledge_would_really_draw(client, campaign):
    tree = page(client, f"/en/campaigns/{campaign.slug}")

    rows = [
        [cell.text_content().strip() for cell in row.xpath("./td")]
        for row in tree.xpath("//tbody/tr")
    ]
    assert rows == [["€20", "€20", "€40"], ["€50", "€50", "€100"], ["€100", "€100", "€200"]]


def test_draft_is_seen_by_nobody_else(client, app_database, clock):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        draft = service.draft_campaign(
            session, a_plan(now=clock.now()), experiment_id=experiment.id, now=clock.now()
        )

    page(client, f"/campaigns/{draft.slug}", status=404)
    assert titles(page(client, "/campaigns")) == []


def test_failed_campaign_keeps_its_page_and_its_honest_result(
    client, app_database, clock, campaign
):
    a_pledge(app_database, clock, campaign, "320.50")
    settle(app_database, clock, campaign)

    own = text_of(page(client, f"/en/campaigns/{campaign.slug}"))
    experiment = text_of(page(client, f"/en/experiments/{campaign.experiment.slug}"))

    sentence = "Backers had pledged €320.50 of €500 by the last day. Nobody was charged"
    assert sentence in own
    assert "released since, so that the ledger now says: Pledged €0" in own
    assert sentence in experiment


def test_card_of_a_failed_campaign_says_what_had_been_pledged(
    client, app_database, clock, campaign
):
    a_pledge(app_database, clock, campaign, "320.50")
    settle(app_database, clock, campaign)

    card = page(client, "/en/campaigns").xpath("//*[contains(@class, 'card--campaign')]")[0]

    assert "€320.50 pledged of €500" in text_of(card)
    assert "64% of the goal" in text_of(card)
    assert "Everything was released, and nobody was charged." in text_of(card)


def test_funded_campaign_shows_what_was_collected_and_not_what_was_declined(
    client, app_database, clock, campaign
):
    a_pledge(app_database, clock, campaign, "450")
    a_pledge(app_database, clock, campaign, "50", email="e@example.fi", card=DECLINED_WHEN_CHARGED)
    settle(app_database, clock, campaign)

    tree = page(client, f"/en/campaigns/{campaign.slug}")

    sums = tree.xpath("//*[@class='totals__sum']/text()")
    assert [each.strip() for each in sums] == ["€450", "€450", "€100", "€0"]
    assert "1 backer made it possible." in text_of(tree)


def test_number_of_a_collection_is_shown_with_the_appeal(client, app_database, clock):
    with app_database.transaction() as session:
        collection = a_campaign(
            session,
            now=clock.now(),
            legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
            legal_number="RA/2026/123",
        )

    words = text_of(page(client, f"/fi/campaigns/{collection.slug}"))

    assert "Pienkeräyksen numero RA/2026/123" in words


def test_page_asks_as_many_questions_with_many_pledges_as_with_few(
    client, app_database, clock, campaign
):
    path = f"/en/campaigns/{campaign.slug}"
    a_pledge(app_database, clock, campaign, "5", name="Aino", is_name_shown=True)
    page(client, path)
    clock.advance(timedelta(seconds=1))  # The page that was kept is too old now.
    with counted_queries() as few:
        page(client, path)
    for number in range(30):
        a_pledge(
            app_database,
            clock,
            campaign,
            "5",
            email=f"backer{number}@example.fi",
            name="Eero",
            is_name_shown=True,
            message="Hyvä!",
        )

    with counted_queries() as many:
        page(client, path)

    assert 0 < len(few) <= 11
    assert len(many) == len(few)


def test_list_is_searched_by_words_and_state(client, app_database, clock, campaign):
    with app_database.transaction() as session:
        a_campaign(
            session,
            now=clock.now(),
            experiment=campaign.experiment,
            title="Kylätalon katto",
            deadline_at=clock.now() + timedelta(days=40),
        )
    a_pledge(app_database, clock, campaign, "500")
    settle(app_database, clock, campaign)

    assert titles(page(client, "/en/campaigns?q=katto")) == ["Kylätalon katto"]
    assert titles(page(client, "/en/campaigns?state=open")) == ["Kylätalon katto"]
    assert titles(page(client, "/en/campaigns?state=funded")) == ["Mayan leipomo"]
    assert set(titles(page(client, "/en/campaigns?state=nonsense&region=99"))) == {
        "Kylätalon katto",
        "Mayan leipomo",
    }
    assert titles(page(client, "/en/campaigns?q=100%25")) == []


@pytest.mark.parametrize("nonsense", ["%F0%9F%8D%9E", "'; DROP TABLE campaigns", "_%25"])
def test_nonsense_in_the_search_finds_nothing_and_breaks_nothing(client, campaign, nonsense):
    page(client, f"/en/campaigns?q={nonsense}&after={nonsense}")


def test_long_list_is_turned_by_page_without_more_questions(client, app_database, clock, campaign):
    with counted_queries() as one:
        page(client, "/en/campaigns")
    with app_database.transaction() as session:
        for number in range(14):
            a_campaign(
                session,
                now=clock.now() + timedelta(seconds=number),
                experiment=campaign.experiment,
                title=f"Campaign {number}",
                goal=eur("100"),
                opens_at=clock.now(),
            )

    with counted_queries() as many:
        first = page(client, "/en/campaigns?q=")
    onwards = first.xpath("//a[@rel='next']/@href")[0]
    second = page(client, onwards)

    assert len(many) == len(one)
    assert len(titles(first)) == 12
    assert len(titles(second)) == 3
    assert set(titles(first)).isdisjoint(titles(second))


@pytest.mark.parametrize(
    ("language", "one", "two", "until"),
    [
        (
            "fi",
            "1 kortin veloitus hylättiin. Sitä",
            "2 kortin veloitus hylättiin. Niitä",
            "22.10.2026 klo 15.00 saakka",
        ),
        ("sv", "1 kort nekades. Det", "2 kort nekades. De", "fram till 22.10.2026 kl. 15.00"),
        ("en", "1 card was declined. It", "2 cards were declined. They", "22 Oct 2026"),
    ],
)
def test_page_says_how_many_declined_cards_are_tried_again_and_until_when(
    client, app_database, campaign, clock, language, one, two, until
):
    path = f"/{language}/campaigns/{campaign.slug}"
    late = a_pledge(app_database, clock, campaign, "20", card=DECLINED_WHEN_CHARGED)
    a_pledge(app_database, clock, campaign, "30", card=DECLINED_WHEN_CHARGED, email="eino@x.fi")
    a_pledge(app_database, clock, campaign, "500", email="aino@x.fi")
    clock.set_to(campaign.deadline_at)
    gateway = SandboxGateway()

    settlement.settle_campaign(app_database, gateway, clock, campaign.id)
    both = text_of(page(client, path))
    new_cards.change_card(app_database, gateway, clock, late, card=GOOD_CARD)
    clock.advance(timedelta(days=2))
    settlement.settle_campaign(app_database, gateway, clock, campaign.id)
    other = text_of(page(client, path))

    assert two in both
    assert one in other
    assert until in both
    assert until in other
