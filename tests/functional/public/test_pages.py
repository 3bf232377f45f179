"""The public pages: each in three languages, full or empty, never more queries than needed."""

from datetime import timedelta

import pytest

from grantengine.disbursements import service as grants
from grantengine.money import eur
from grantengine.programme.lifecycle import OrganisationKind, Role, Tier
from tests.support.campaigns import a_campaign, a_pledge, a_rule
from tests.support.disbursements import PAYEE_IBAN, TODAY
from tests.support.learnings import START, a_learning, a_person, a_programme, an_experiment
from tests.support.visitor import LANGUAGES, counted_queries, page, text_of

LISTS = ["/", "/money", "/money/entries", "/experiments", "/learnings"]
PAGES = [*LISTS, "/money/seals", "/sign-in", "/mailbox", "/accessibility", "/open-data"]
FULL_PAGES = [
    *PAGES,
    "/experiments/kutsutakseja-kylille",
    "/experiments/naapuriapu-kartalle",
    "/learnings/naapuriapu-kartalle",
]


@pytest.fixture
def full(app_database, clock):
    """A programme with a campaign, a grant, a learning and its offspring."""
    with app_database.transaction() as session:
        a_programme(session)
        a_person(session, "Eero Mäki", roles=[Role.REVIEWER])
        a_rule(session, now=clock.now())
        running = an_experiment(session)
        told = an_experiment(session, "Naapuriapu kartalle")
        an_experiment(session, "Naapuriapu koko maahan", parent_id=told.id, tier=Tier.STRONG)
        award(session, told)
        a_learning(session, told)
        campaign = a_campaign(session, now=clock.now(), experiment=running)
    a_pledge(app_database, clock, campaign, "20")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_an_empty_database_makes_a_decent_page(client, path, language):
    tree = page(client, f"/{language}{path}")

    assert tree.get("lang") == language
    assert len(tree.xpath("//h1")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FULL_PAGES)
def test_a_full_page_is_whole(client, full, path, language):
    tree = page(client, f"/{language}{path}")

    assert tree.get("lang") == language
    assert len(tree.xpath("//h1")) == 1
    ids = tree.xpath("//@id")
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_take_no_more_queries(client, app_database, clock, full, path):
    before = queries_of(client, path)

    with app_database.transaction() as session:
        for number in range(6):
            at = START + timedelta(days=number)
            experiment = an_experiment(session, f"Koe {number}", now=at, municipality_code="091")
            a_learning(session, experiment)
            a_campaign(
                session, now=clock.now(), experiment=an_experiment(session, f"Uusi {number}")
            )

    assert queries_of(client, path) <= before + 2  # a municipality and an organisation at most


def test_the_front_page_counts_what_has_a_grant_of_its_envelope(client, full):
    words = text_of(page(client, "/en/"))

    assert "€2,000,000 for daring experiments" in words
    assert "1 / 100 small experiments 1 has told what it learned" in words
    assert "0 / 5 strong experiments" in words
    assert "Day for Failure" in words
    assert "Participatory methods" in words


def test_the_money_page_shows_each_stage_and_balances(client, full):
    words = text_of(page(client, "/en/money"))

    assert "Small experiments €500,000 €495,000 €0 €5,000 €0 €0" in words
    assert "Pledged €20 promised by backers" in words
    assert "1.00 private euros for each public euro of match" in words
    assert "Difference €0.00" in words


def test_an_entry_shows_both_sides(client, full):
    newest = page(client, "/en/money/entries").xpath("//tbody//a/@href")[0]

    words = text_of(page(client, newest))

    assert "Somebody pledged" in words
    assert "pledges:open:" in words
    assert "pledges:made:" in words


def test_the_entries_are_paged_to_the_first_one(client, full, monkeypatch):
    monkeypatch.setattr("grantengine.web.routes.money._PAGE_SIZE", 2)
    found, path = [], "/en/money/entries"
    while path:
        tree = page(client, path)
        found += tree.xpath("//tbody//th/a/@href")
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), None)

    assert len(found) == len(set(found)) == 7


def test_a_later_page_leads_back_to_the_first_and_keeps_the_search(client, full):
    later = page(client, "/en/experiments?q=koe&after=exp_9&tier=small")
    first = page(client, "/en/experiments?q=koe&tier=small")

    assert first_page_links(later) == ["/en/experiments?q=koe&tier=small"]
    assert first_page_links(first) == []
    assert first_page_links(page(client, "/sv/money/entries?before=5")) == ["/sv/money/entries"]


def first_page_links(tree):
    return tree.xpath("//nav[@class='pagination']/a[not(@rel)]/@href")


def test_nothing_is_said_of_a_place_that_nobody_named(client, app_database):
    with app_database.transaction() as session:
        a_programme(session)
        an_experiment(session, "Tyhjä paikka", region_code=None, municipality_code=None)

    words = text_of(page(client, "/en/experiments/tyhja-paikka"))
    card = page(client, "/en/experiments").xpath("//*[contains(@class, 'card--experiment')]")[0]

    assert "Small experiment · " not in words
    assert "Place –" in words
    assert "All of Finland" not in text_of(card)


def test_the_journal_and_the_trial_balance_are_files(client, full):
    journal = client.get("/money/entries.csv")
    trial = client.get("/money/trial-balance.csv")

    assert journal.mimetype == trial.mimetype == "text/csv"
    assert journal.get_data(as_text=True).startswith("entry,kind,about")
    rows = [line.split(",") for line in trial.get_data(as_text=True).splitlines()[1:]]
    assert sum(int(row[1]) for row in rows) == sum(int(row[2]) for row in rows)


def test_an_unknown_entry_is_no_page(client, full):
    page(client, "/money/entries/ent_nothing", status=404)


@pytest.mark.parametrize("before", ["x", "-5", "99999999999999999999999", "0", ""])
def test_a_wrong_cursor_of_entries_breaks_nothing(client, full, before):
    page(client, f"/money/entries?before={before}")


def test_an_experiment_shows_its_money_family_and_story(client, full):
    words = text_of(page(client, "/en/experiments/naapuriapu-kartalle"))

    assert "It did not hold" in words
    assert "Grew into Naapuriapu koko maahan" in words
    assert "A grant was decided €5,000 · VN/1/2026" in words
    assert "The learning opened the last instalment €2,000" in words
    assert "Opens when" not in words


def test_an_experiment_shows_the_totals_of_its_campaign(client, full):
    words = text_of(page(client, "/en/experiments/kutsutakseja-kylille"))

    assert "Pledged €20 Collected €0 Matched €20 Paid out €0" in words


def test_no_experiment_is_no_page(client):
    page(client, "/en/experiments/nothing", status=404)


def queries_of(client, path):
    client.get(path)  # Whatever is kept from the first time on.
    with counted_queries() as statements:
        client.get(path)
    return len(statements)


def award(session, experiment):
    terms = grants.GrantTerms(
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        envelope="small",
        amount=eur("5000"),
        case_number="VN/1/2026",
        payee_name="Oulun kaupunki",
        payee_iban=PAYEE_IBAN,
        recipient_kind=OrganisationKind.MUNICIPALITY,
        instalments=[
            grants.InstalmentTerms(eur("3000"), TODAY, opens_on_learning=False),
            grants.InstalmentTerms(eur("2000"), TODAY, opens_on_learning=True),
        ],
        decision_id=None,
    )
    return grants.award_grant(session, terms, now=START)


def test_a_search_knows_the_finnish_alphabet(client, app_database):
    with app_database.transaction() as session:
        a_programme(session)
        an_experiment(session, "Äänen paikka", summary="Öinen koe")

    for words in ("ÄÄNEN", "äänen öinen", "paikka"):
        assert "Äänen paikka" in text_of(page(client, f"/experiments?q={words}"))
    assert "Äänen paikka" not in text_of(page(client, "/experiments?q=aanen"))


@pytest.mark.parametrize("path", ["/", "/money"])
def test_a_programme_of_another_shape_is_shown_too(client, app_database, clock, path):
    with app_database.transaction() as session:
        a_campaign(session, now=clock.now())  # Its programme has other envelopes, no targets.

    words = text_of(page(client, f"/sv{path}"))

    assert "2 000 000" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "0 och 0" not in words
