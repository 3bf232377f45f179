"""What pages tell of matching: rules of several pots, the what-if, ranges, receipts, results."""

from datetime import timedelta
from fractions import Fraction

import pytest

from grantengine.campaigns import match_rules, settlement
from grantengine.campaigns.matching.presets import PRESETS
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.money import eur
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import a_campaign, a_pledge, a_rule, an_experiment
from tests.support.visitor import page, text_of


@pytest.fixture
def two_pots(app_database, clock, campaign):
    """Beside the programme's rule one of the city, which adds a half of every euro."""
    with app_database.transaction() as session:
        names = {"en": "City of Oulu", "fi": "Oulun kaupunki", "sv": "Uleåborgs stad"}
        pot = match_rules.open_pot(session, code="oulu", names=names, now=clock.now())
        match_rules.contribute(session, pot, eur("15"), key="oulu-1", now=clock.now())
        factor = Fraction(1, 2)
        a_rule(session, now=clock.now(), code="oulu", pot_id=pot.id, factor=factor)
    return campaign


def a_round(database, clock, campaign):
    with database.transaction() as session:
        a_rule(
            session,
            now=clock.now(),
            kind=MatchKind.ROUND,
            code="round",
            ends_at=campaign.deadline_at,
            cap_per_backer_campaign=eur("250"),
        )


def words_of(client, path):
    return " ".join(text_of(page(client, path)).split())


def test_page_names_the_rule_of_each_pot(client, two_pots):
    words = words_of(client, f"/en/campaigns/{two_pots.slug}")

    assert (
        "The public match pot, at once. For every euro that you pledge, the public match pot adds €1"
        in words
    )
    assert "City of Oulu, at once. For every euro that you pledge, this pot adds €0.50" in words


def test_what_if_reckons_an_amount_of_the_visitors_own_pot_by_pot(client, two_pots):
    words = words_of(client, f"/en/campaigns/{two_pots.slug}?pledge=40")

    # Forty from the programme, and the fifteen that the city still has instead of twenty.
    assert "A pledge of €40.00 would draw €55.00 at this moment." in words
    assert "Step by step: City of Oulu, at once" in words
    assert "The match pot held €15.00 this limit held back some" in words


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "1e12", "1.234", "<script>", "99999999"])
def test_what_if_of_nonsense_says_so_and_reckons_nothing(client, campaign, amount):
    response = client.get(f"/en/campaigns/{campaign.slug}", query_string={"pledge": amount})

    assert response.status_code == 200
    assert "A pledge of" not in response.text
    assert "field--error" in response.text


def test_receipt_tells_the_steps_of_every_pot(client, app_database, clock, two_pots):
    pledge = a_pledge(app_database, clock, two_pots, "120")

    words = words_of(client, f"/en/pledges/{pledge.token}")

    assert "Match €115.00" in words
    assert "The public match pot, at once: €100.00" in words
    assert "City of Oulu, at once: €15.00" in words
    assert "Of one pledge at most €100.00 counts this limit held back some" in words


def test_round_is_told_as_a_range_until_it_is_reckoned(client, app_database, clock, campaign):
    a_round(app_database, clock, campaign)
    a_pledge(app_database, clock, campaign, "300")

    words = words_of(client, f"/en/campaigns/{campaign.slug}?pledge=40")

    assert "this adds between nothing and €250." in words
    assert "between nothing and €290.00 to the campaign; without it, at most €250.00." in words


def test_settled_campaign_tells_how_its_round_came_out(client, app_database, clock, campaign):
    a_round(app_database, clock, campaign)
    pledge = a_pledge(app_database, clock, campaign, "600")
    clock.set_to(campaign.deadline_at)
    settlement.settle_campaign(app_database, SandboxGateway(), clock, campaign.id)

    words = words_of(client, f"/en/campaigns/{campaign.slug}")
    receipt = words_of(client, f"/en/pledges/{pledge.token}")

    assert "The public match pot, round: €250.00" in words
    assert "Of what one backer gave to it at most €250.00 counts" in words
    assert "The part that your pledge brought of it" in receipt


def test_top_up_tells_what_it_could_add_at_most(client, app_database, clock, campaign):
    terms = PRESETS["tampere-2020"]
    fields = {name: getattr(terms, name) for name in terms.__slots__}
    with app_database.transaction() as session:
        a_rule(session, now=clock.now(), code="city", **fields)
        experiment = an_experiment(session, now=clock.now(), title="Nallikari")
        opens_at = clock.now() + timedelta(seconds=1)
        later = a_campaign(session, now=clock.now(), experiment=experiment, opens_at=opens_at)
    clock.set_to(opens_at)

    words = words_of(client, f"/en/campaigns/{later.slug}")

    # Sixty percent of 500 have to come from backers, so at most 200 are missing.
    assert "this adds between nothing and €200." in words
    assert "backers have to bring at least 60% of the goal" in words
