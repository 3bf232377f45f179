"""Changing a pledge on both databases: one promise at any time, and its match follows."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import changing, pledging, queries, rewards
from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.errors import (
    CollectionCeilingError,
    PledgeAmountError,
    PledgeNotChangeableError,
    RewardPriceError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.campaigns.models import Pledge
from grantengine.errors import InvalidInputError
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur
from grantengine.outbox import Message
from tests.support.campaigns import (
    a_campaign,
    a_pledge,
    a_programme,
    a_reward_plan,
    a_rule,
    in_transaction,
)


@pytest.fixture
def campaign(database, clock):
    """A campaign whose pledges are matched euro for euro, EUR 100 each."""
    with database.transaction() as session:
        a_rule(session, now=clock.now(), cap_per_pledge=eur("100"))
        return a_campaign(session, now=clock.now())


def change(database, clock, pledge, amount, **words):
    wanted = {"name": None, "is_name_shown": False, "message": None} | words
    return in_transaction(
        database,
        changing.change_pledge,
        pledge_id=pledge.id,
        wanted=NewTerms(amount=amount if isinstance(amount, Money) else eur(amount), **wanted),
        now=clock.now(),
    )


def totals(database, campaign):
    with database.reading() as session:
        assert audit.verify(session).is_clean
        found = queries.totals(session, campaign.id)
        return found.pledged, found.matched


def pot(database):
    with database.reading() as session:
        return ledger.balance(session, "budget:match:available")


def before(database, pledge):
    with database.reading() as session:
        return [(each.amount, each.matched) for each in changing.changes_of(session, pledge.id)]


def test_match_follows_the_amount_up_and_down(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50")

    change(database, clock, pledge, "150")
    assert totals(database, campaign) == (eur("150"), eur("100"))
    change(database, clock, pledge, "20")

    assert totals(database, campaign) == (eur("20"), eur("20"))
    assert pot(database) == eur("339980")
    assert before(database, pledge) == [(eur("50"), eur("50")), (eur("150"), eur("100"))]
    with database.reading() as session:
        letters = session.scalars(sa.select(Message.letter).order_by(Message.id)).all()
        [match] = queries.pledge_by_token(session, pledge.token).matches
    assert letters == ["pledge_receipt", "pledge_changed", "pledge_changed"]
    assert match.amount == eur("20")


def test_changed_pledge_is_withdrawn_whole(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50")
    change(database, clock, pledge, "80")

    in_transaction(database, pledging.withdraw_pledge, pledge_id=pledge.id, now=clock.now())

    assert totals(database, campaign) == (eur("0"), eur("0"))
    assert pot(database) == eur("340000")


def test_same_amount_again_books_nothing(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50")

    change(database, clock, pledge, "50", name="Maija", is_name_shown=True, message="Hyvä!")

    assert before(database, pledge) == []
    with database.reading() as session:
        kept = session.get_one(Pledge, pledge.id)
        assert (kept.name, kept.is_name_shown, kept.message) == ("Maija", True, "Hyvä!")
        assert queries.shown_pledges(session, campaign.id) == [kept]


def test_match_is_that_of_the_rule_in_force_when_the_amount_is_changed(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50")
    clock.advance(timedelta(days=1))
    with database.transaction() as session:
        a_rule(session, now=clock.now(), cap_per_pledge=eur("10"))

    change(database, clock, pledge, "60")

    assert totals(database, campaign) == (eur("60"), eur("10"))


def test_pledge_keeps_its_own_place_at_the_last_of_the_pot(database, clock):
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("100"))
        a_rule(session, now=clock.now())
        campaign = a_campaign(session, now=clock.now())
    pledge = a_pledge(database, clock, campaign, "60")
    a_pledge(database, clock, campaign, "60", email="aino@example.fi")

    change(database, clock, pledge, "80")

    assert totals(database, campaign) == (eur("140"), eur("100"))
    assert pot(database) == eur("0")


def test_room_of_a_collection_is_measured_without_the_pledge_itself(database, clock):
    with database.transaction() as session:
        a_programme(session, now=clock.now())
        campaign = a_campaign(
            session,
            now=clock.now(),
            goal=eur("9000"),
            legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
            legal_number="RA/2026/1",
            opens_at=clock.now() + timedelta(days=14),
            deadline_at=clock.now() + timedelta(days=60),
        )
    clock.advance(timedelta(days=14))
    pledge = a_pledge(database, clock, campaign, "9000")

    change(database, clock, pledge, "10000")
    with pytest.raises(CollectionCeilingError):
        change(database, clock, pledge, "10000.01")

    assert totals(database, campaign)[0] == eur("10000")


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        ("0.99", PledgeAmountError),
        ("20000.01", PledgeAmountError),
        (Money(5000, "SEK"), InvalidInputError),
    ],
)
def test_amount_that_cannot_be_pledged_changes_nothing(database, clock, campaign, amount, error):
    pledge = a_pledge(database, clock, campaign, "50")

    with pytest.raises(error):
        change(database, clock, pledge, amount, message="Uusi")

    assert totals(database, campaign) == (eur("50"), eur("50"))


def test_amount_is_fixed_after_the_deadline_but_the_name_is_not(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50", name="Maija", is_name_shown=True)
    clock.set_to(campaign.deadline_at)

    with pytest.raises(PledgeNotChangeableError):
        change(database, clock, pledge, "60")
    change(database, clock, pledge, "50", name="Maija")

    with database.reading() as session:
        assert not session.get_one(Pledge, pledge.id).is_name_shown
    assert totals(database, campaign) == (eur("50"), eur("50"))


def test_withdrawn_pledge_is_not_brought_back_by_a_change(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "50")
    in_transaction(database, pledging.withdraw_pledge, pledge_id=pledge.id, now=clock.now())

    with pytest.raises(PledgeNotChangeableError):
        change(database, clock, pledge, "60")

    assert totals(database, campaign) == (eur("0"), eur("0"))


def test_reward_is_changed_with_its_stock(database, clock):
    plans = [
        a_reward_plan(now=clock.now(), price=eur("20"), stock=1),
        a_reward_plan(now=clock.now(), price=eur("40"), stock=1),
    ]
    campaign = in_transaction(database, a_campaign, now=clock.now(), rewards=plans)
    loaf, cake = rewards_left(database, campaign)
    pledge = a_pledge(database, clock, campaign, "25", reward_id=loaf)
    assert rewards_left(database, campaign) == {loaf: 0, cake: 1}

    with pytest.raises(RewardPriceError):
        change(database, clock, pledge, "39", reward_id=cake)
    assert rewards_left(database, campaign) == {loaf: 0, cake: 1}
    change(database, clock, pledge, "40", reward_id=cake)

    assert rewards_left(database, campaign) == {loaf: 1, cake: 0}
    other = a_pledge(database, clock, campaign, "45", email="aino@example.fi")
    with pytest.raises(RewardSoldOutError):
        change(database, clock, other, "45", reward_id=cake)
    change(database, clock, pledge, "40")
    assert rewards_left(database, campaign) == {loaf: 1, cake: 1}
    assert totals(database, campaign)[0] == eur("85")


def rewards_left(database, campaign):
    with database.reading() as session:
        return {each.id: each.left for each in rewards.rewards_of(session, campaign.id)}
