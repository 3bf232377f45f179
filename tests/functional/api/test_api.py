"""What programs read: campaigns, experiments, learnings and the money, with money as cents."""

from datetime import timedelta

import pytest

from grantengine.campaigns.lifecycle import LegalKind
from grantengine.campaigns.rewards import rewards_by_campaign
from grantengine.learnings.lifecycle import Result
from grantengine.money import eur
from tests.support.campaigns import a_campaign, a_pledge, a_reward_plan, a_rule
from tests.support.learnings import START, a_learning, a_programme, an_experiment

API = "/api/v1"


@pytest.fixture
def programme(app_database):
    with app_database.transaction() as session:
        a_programme(session)


def cents(amount):
    return {"amount_cents": eur(amount).cents, "currency": "EUR"}


def test_a_campaign_shows_its_four_totals(client, app_database, clock, programme):
    with app_database.transaction() as session:
        experiment = an_experiment(session)
        a_rule(session, now=clock.now())
        campaign = a_campaign(session, now=clock.now(), experiment=experiment)
    a_pledge(app_database, clock, campaign, "20.50")

    answer = client.get(f"{API}/campaigns/{campaign.slug}").get_json()

    assert answer["totals"] == {
        "pledged": cents("20.50"),
        "collected": cents("0"),
        "matched": cents("20.50"),
        "paid_out": cents("0"),
    }
    assert answer["goal"] == cents("500")
    assert answer["experiment"] == experiment.slug


def test_a_sale_shows_its_rewards_with_what_is_left(client, app_database, clock, programme):
    with app_database.transaction() as session:
        loaf = a_reward_plan(now=clock.now(), stock=1)
        course = a_reward_plan(now=clock.now(), title="Kurssi", price=eur("80"))
        campaign = a_campaign(
            session,
            now=clock.now(),
            experiment=an_experiment(session),
            rewards=[course, loaf],
        )
        cheap, dear = rewards_by_campaign(session, [campaign.id])[campaign.id]
    a_pledge(app_database, clock, campaign, "20", reward_id=cheap.id)

    shown = client.get(f"{API}/campaigns/{campaign.slug}").get_json()
    (listed,) = client.get(f"{API}/campaigns").get_json()["items"]

    assert listed["rewards"] == shown["rewards"]
    assert shown["rewards"] == [
        {
            "id": cheap.id,
            "title": "A loaf of rye",
            "description": "Baked on the first Thursday.",
            "language": "fi",
            "price": cents("20"),
            "vat_rate_bps": 1350,
            "stock": 1,
            "left": 0,
            "delivered_on": "2026-11-15",
        },
        {**shown["rewards"][1], "id": dear.id, "price": cents("80"), "stock": None, "left": None},
    ]
    assert set(shown["legal"].values()) == {None}


@pytest.mark.parametrize("kind", [LegalKind.SMALL_SCALE_COLLECTION, LegalKind.PERMIT])
def test_a_collection_shows_what_the_authorities_know(client, app_database, clock, programme, kind):
    with app_database.transaction() as session:
        experiment = an_experiment(session)
        campaign = a_campaign(session, now=clock.now(), experiment=experiment, legal_kind=kind)

    shown = client.get(f"{API}/campaigns/{campaign.slug}").get_json()

    is_permit = kind is LegalKind.PERMIT
    assert shown["legal"] == {
        "purpose": "An oven",
        "secondary_purpose": "Flour",
        "notified_on": None if is_permit else "2026-08-17",
        "starts_on": "2026-08-17" if is_permit else None,
        "ends_on": "2027-09-16" if is_permit else None,
        "area": "Finland without Åland" if is_permit else None,
    }
    assert shown["rewards"] == []


def test_the_cursor_leads_through_every_experiment(client, app_database, programme):
    with app_database.transaction() as session:
        instants = [START + timedelta(minutes=number) for number in range(5)]
        wanted = [an_experiment(session, f"Koe {at.minute}", now=at).slug for at in instants]

    found, after = [], ""
    while after is not None:
        page = client.get(f"{API}/experiments?limit=2{after and f'&after={after}'}").get_json()
        found += [item["slug"] for item in page["items"]]
        after = page["next_cursor"]

    assert found == wanted[::-1]


def test_learnings_are_searched(client, app_database, programme):
    with app_database.transaction() as session:
        a_learning(session, an_experiment(session), learned="Hinta ei ratkaise")
        a_learning(session, an_experiment(session, "Muu"), result=Result.CONFIRMED, learned="Muu")

    found = client.get(f"{API}/learnings?words=HINTA&result=rejected").get_json()["items"]

    assert [item["learned"] for item in found] == ["Hinta ei ratkaise"]


def test_a_learning_tells_its_story(client, app_database, programme):
    with app_database.transaction() as session:
        experiment = an_experiment(session)
        a_learning(session, experiment)

    answer = client.get(f"{API}/learnings/{experiment.slug}").get_json()

    assert answer["result"] == "rejected"
    assert answer["went_wrong"] == "Kyydit yhdistyivät harvoin."


def test_the_money_adds_up(client, programme):
    answer = client.get(f"{API}/money").get_json()

    allotted = sum(each["allotted"]["amount_cents"] for each in answer["envelopes"])
    staged = sum(stage["amount_cents"] for stage in answer["stages"].values())
    assert answer["appropriated"] == cents("2000000")
    assert allotted == staged == eur("2000000").cents
    assert answer["ledger"]["debit"] == answer["ledger"]["credit"]


def test_a_draft_campaign_is_not_shown(client, app_database, clock, programme):
    with app_database.transaction() as session:
        campaign = a_campaign(session, now=clock.now(), experiment=an_experiment(session))
        campaign.status = "draft"

    assert client.get(f"{API}/campaigns/{campaign.slug}").status_code == 404


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/campaigns/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/money", 405, "method_not_allowed"),
        ("GET", "/campaigns?limit=0", 422, "unprocessable_entity"),
        ("GET", "/experiments?unknown=1", 422, "unprocessable_entity"),
        ("GET", "/money", 404, "not_found"),
    ],
)
def test_a_refusal_is_a_problem_in_the_language_of_the_request(
    client, language, method, path, status, code
):
    answer = client.open(f"/{language}{API}{path}", method=method)

    problem = answer.get_json()
    assert answer.status_code == problem["status"] == status
    assert answer.content_type == "application/problem+json"
    assert problem["code"] == code
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_a_wrong_method_is_told_the_right_ones(client):
    answer = client.delete(f"{API}/campaigns")

    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))


def test_what_is_wrong_is_named_by_its_place(client):
    problem = client.get(f"{API}/campaigns?limit=101&more=1").get_json()

    assert set(problem["errors"]["query"]) == {"limit", "more"}


def test_the_same_sentence_comes_in_three_languages(client):
    details = {
        client.get(f"/{code}{API}/nothing").get_json()["detail"] for code in ("fi", "sv", "en")
    }

    assert len(details) == 3


def test_a_nul_in_the_address_leads_nowhere(client):
    assert client.get(f"{API}/campaigns/a%00b").status_code == 404
    assert client.get("/experiments?q=a%00b").status_code == 404
