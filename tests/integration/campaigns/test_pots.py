"""Several funders' pots on one campaign: conditions, versions, caps, and the way back."""

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from grantengine.campaigns import match_queries, match_rules, pledging, queries
from grantengine.campaigns.errors import MatchTermsError
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Campaign
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger.errors import OverdraftError
from grantengine.money import eur
from tests.support.campaigns import a_campaign, a_pledge, a_programme, a_rule, an_experiment


@pytest.fixture
def pots(database, clock):
    """EUR 1,000 of the programme's own, EUR 300 set aside, EUR 200 that a company has added."""
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("1000"))
        oulu, mill = (
            match_rules.open_pot(session, code=code, names={"en": name}, now=clock.now())
            for code, name in (("oulu", "City of Oulu"), ("mill", "The paper mill"))
        )
        match_rules.set_aside(session, oulu, eur("300"), key="oulu-1", now=clock.now())
        match_rules.contribute(session, mill, eur("200"), key="mill-1", now=clock.now())
    return {"oulu": oulu, "mill": mill}


@pytest.fixture
def campaign(database, clock, pots):
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        return a_campaign(session, now=clock.now(), experiment=experiment)


def adopt(database, clock, **terms):
    with database.transaction() as session:
        return a_rule(session, now=clock.now(), **terms)


def left(database):
    with database.reading() as session:
        assert audit.verify(session).findings == []
        codes = ("", ":oulu", ":mill")
        return [str(ledger.balance(session, f"budget:match:available{code}")) for code in codes]


def matches(database, pledge):
    with database.reading() as session:
        kept = queries.pledge_by_token(session, pledge.token)
        return {match.rule.code: str(match.amount) for match in kept.matches}


def test_pots_are_filled_from_the_programme_or_by_their_funders(database, pots):
    assert left(database) == ["700.00 EUR", "300.00 EUR", "200.00 EUR"]


def test_each_rule_adds_from_its_own_pot_and_a_withdrawal_gives_each_its_own_back(
    database, clock, pots, campaign
):
    adopt(database, clock)
    adopt(database, clock, code="oulu", pot_id=pots["oulu"].id, factor=Fraction(1, 2))
    pledge = a_pledge(database, clock, campaign, "100")

    assert matches(database, pledge) == {"match": "100.00 EUR", "oulu": "50.00 EUR"}
    assert left(database) == ["600.00 EUR", "250.00 EUR", "200.00 EUR"]

    with database.transaction() as session:
        pledging.withdraw_pledge(session, pledge.id, now=clock.now())

    assert left(database) == ["700.00 EUR", "300.00 EUR", "200.00 EUR"]


def test_two_rules_on_one_pot_never_promise_more_than_it_holds(database, clock, pots, campaign):
    for code in ("mill-a", "mill-b"):
        adopt(database, clock, code=code, pot_id=pots["mill"].id)

    pledge = a_pledge(database, clock, campaign, "150")

    assert matches(database, pledge) == {"mill-a": "150.00 EUR", "mill-b": "50.00 EUR"}
    assert left(database)[2] == "0.00 EUR"


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        (Conditions(tier="small"), True),
        (Conditions(tier="strong"), False),
        (Conditions(region_code="17"), False),
        (Conditions(goal_code="initiative"), True),
        (Conditions(tier="small", goal_code="initiative", region_code=None), True),
    ],
)
def test_rule_holds_only_for_experiments_that_meet_its_conditions(
    database, clock, campaign, conditions, holds
):
    with database.transaction() as session:
        # A condition names a region that there is.
        session.execute(
            sa.text("INSERT INTO regions (code, names) VALUES ('17', '{}') ON CONFLICT DO NOTHING")
        )
        a_rule(session, now=clock.now(), conditions=conditions)

    with database.reading() as session:
        kept = session.get_one(Campaign, campaign.id)
        found = match_queries.rules_in_force(session, kept, at=clock.now())
    assert bool(found) is holds


def test_rule_is_over_on_its_last_day_and_a_newer_version_takes_over_before(
    database, clock, campaign
):
    begun = clock.now()
    adopt(database, clock, ends_at=begun + timedelta(days=10))
    clock.advance(timedelta(days=5))
    adopt(database, clock, factor=Fraction(1, 2), ends_at=begun + timedelta(days=10))

    drawn = []
    for days in (4, 9, 10):
        clock.set_to(max(clock.now(), begun + timedelta(days=days)))
        pledge = a_pledge(database, clock, campaign, "10", email=f"day{days}@example.fi")
        drawn.append(matches(database, pledge))

    assert drawn == [{"match": "5.00 EUR"}, {"match": "5.00 EUR"}, {}]


def test_caps_of_one_rule_know_nothing_of_what_another_has_promised(
    database, clock, pots, campaign
):
    adopt(database, clock, cap_per_campaign=eur("30"))
    adopt(database, clock, code="oulu", pot_id=pots["oulu"].id, cap_per_campaign=eur("60"))

    first = a_pledge(database, clock, campaign, "50", email="aino@example.fi")
    second = a_pledge(database, clock, campaign, "50", email="elli@example.fi")

    assert matches(database, first) == {"match": "30.00 EUR", "oulu": "50.00 EUR"}
    assert matches(database, second) == {"match": "0.00 EUR", "oulu": "10.00 EUR"}


def test_cap_over_all_campaigns_of_a_backer_holds_from_one_to_the_next(
    database, clock, pots, campaign
):
    adopt(database, clock, cap_per_backer=eur("70"))
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now())
        other = a_campaign(session, now=clock.now(), experiment=experiment)

    first = a_pledge(database, clock, campaign, "50")
    second = a_pledge(database, clock, other, "50")

    assert matches(database, first) == {"match": "50.00 EUR"}
    assert matches(database, second) == {"match": "20.00 EUR"}


def test_pot_cannot_be_given_more_than_the_programme_has(database, clock, pots):
    with pytest.raises(OverdraftError), database.transaction() as session:
        match_rules.set_aside(session, pots["oulu"], eur("700.01"), key="oulu-2", now=clock.now())


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts_at": timedelta(days=-1)}, "starts_at"),
        ({"ends_at": timedelta(0)}, "ends_at"),
        ({"kind": MatchKind.ROUND}, "ends_at"),
        ({"kind": MatchKind.TOPUP, "cap_per_backer": eur("10")}, "cap_per_backer"),
        ({"min_backers": 5}, "min_backers"),
        ({"factor": Fraction(1, 3)}, "factor"),
        ({"conditions": Conditions(tier="giant")}, "tier"),
        ({"conditions": Conditions(region_code="99")}, "region_code"),
        ({"conditions": Conditions(goal_code="fame")}, "goal_code"),
    ],
)
def test_rule_that_could_not_be_followed_is_not_adopted(database, clock, pots, terms, field):
    for name in {"starts_at", "ends_at"} & set(terms):
        terms = terms | {name: clock.now() + terms[name]}

    with pytest.raises(MatchTermsError) as refusal:
        adopt(database, clock, **terms)

    assert refusal.value.details["field"] == field
