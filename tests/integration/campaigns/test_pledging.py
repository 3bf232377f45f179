"""Pledges on both databases: made once, matched at once, taken back whole."""

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from grantengine.campaigns import checkout, pledging, queries
from grantengine.campaigns.answers import CardSaved
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CardDeclinedError,
    CollectionCeilingError,
    PledgeAmountError,
    PledgeKeyReusedError,
    PledgeNotWithdrawableError,
)
from grantengine.campaigns.lifecycle import LegalKind, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.errors import InvalidInputError
from grantengine.history import history_of
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur
from grantengine.outbox import Message
from grantengine.transitions import IllegalMoveError
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import (
    ASKS_FOR_AUTHENTICATION,
    DECLINED_WHEN_SAVED,
    a_campaign,
    a_pledge,
    a_programme,
    a_rule,
    in_transaction,
)


@pytest.fixture
def campaign(database, clock):
    """A campaign whose pledges are matched euro for euro, EUR 100 each, EUR 250 a backer."""
    with database.transaction() as session:
        a_rule(
            session,
            now=clock.now(),
            cap_per_pledge=eur("100"),
            cap_per_backer_campaign=eur("250"),
        )
        return a_campaign(session, now=clock.now())


def totals(database, campaign):
    with database.reading() as session:
        return queries.totals(session, campaign.id)


def pot(database):
    with database.reading() as session:
        return ledger.balance(session, "budget:match:available")


def withdraw(database, clock, pledge):
    return in_transaction(database, pledging.withdraw_pledge, pledge_id=pledge.id, now=clock.now())


def test_pledge_stands_with_its_match_and_its_receipt(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "150")

    assert pledge.status == PledgeStatus.STANDING
    assert totals(database, campaign) == queries.Totals(
        pledged=eur("150"), collected=eur("0"), matched=eur("100"), paid_out=eur("0")
    )
    with database.reading() as session:
        kept = queries.pledge_by_token(session, pledge.token)
        letters = session.scalars(sa.select(Message)).all()
        moves = [move.status for move in history_of(session, pledge.id)]
    [match] = kept.matches
    assert match.amount == eur("100")
    assert [step["name"] for step in match.trace if step["bit"]] == ["cap_per_pledge"]
    assert [(each.letter, each.recipient) for each in letters] == [
        ("pledge_receipt", "maija@example.fi")
    ]
    assert moves == ["prepared", "standing"]


def test_sending_a_pledge_twice_makes_one(database, clock, campaign):
    first = a_pledge(database, clock, campaign, "50", key="form-1")
    second = a_pledge(database, clock, campaign, "50", key="form-1")

    assert first.id == second.id
    assert totals(database, campaign).pledged == eur("50")


def test_key_does_not_stand_for_a_pledge_of_other_content(database, clock, campaign):
    a_pledge(database, clock, campaign, "50", key="form-1")

    with pytest.raises(PledgeKeyReusedError):
        a_pledge(database, clock, campaign, "60", key="form-1")


def test_same_key_is_another_pledge_in_another_campaign(database, clock, campaign):
    with database.transaction() as session:
        other = a_campaign(session, now=clock.now(), experiment=campaign.experiment)

    first = a_pledge(database, clock, campaign, "50", key="form-1")
    second = a_pledge(database, clock, other, "50", key="form-1")

    assert first.id != second.id


def test_declined_card_promises_nothing(database, clock, campaign):
    with pytest.raises(CardDeclinedError):
        a_pledge(database, clock, campaign, "50", card=DECLINED_WHEN_SAVED, key="form-1")

    assert totals(database, campaign).pledged == eur("0")
    assert pot(database) == eur("340000")
    with pytest.raises(CardDeclinedError):  # and the same form stays declined
        a_pledge(database, clock, campaign, "50", key="form-1")


def test_pledge_waits_for_the_bank_and_stands_after_it(database, clock, campaign):
    gateway = SandboxGateway()
    waiting = a_pledge(database, clock, campaign, "50", card=ASKS_FOR_AUTHENTICATION)
    assert waiting.status == PledgeStatus.AUTHENTICATING
    assert totals(database, campaign).pledged == eur("0")

    finished = checkout.finish_pledge(database, gateway, clock, waiting)

    assert finished.status == PledgeStatus.STANDING
    assert totals(database, campaign).pledged == eur("50")


def test_caps_count_all_pledges_of_a_backer_however_the_address_is_written(
    database, clock, campaign
):
    for address in ("maija@example.fi", "Maija@Example.fi", "maija+1@example.fi"):
        a_pledge(database, clock, campaign, "100", email=address)
    a_pledge(database, clock, campaign, "100", email="eero@example.fi")

    assert totals(database, campaign).matched == eur("350")


def test_withdrawing_takes_pledge_and_match_back_together(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "80")

    withdraw(database, clock, pledge)
    withdraw(database, clock, pledge)

    assert totals(database, campaign) == queries.Totals(*[eur("0")] * 4)
    assert pot(database) == eur("340000")
    with database.reading() as session:
        assert audit.verify(session).is_clean


def test_withdrawn_pledge_makes_room_under_the_cap_again(database, clock, campaign):
    for _ in range(3):
        last = a_pledge(database, clock, campaign, "100")
    assert totals(database, campaign).matched == eur("250")

    withdraw(database, clock, last)
    a_pledge(database, clock, campaign, "100")

    assert totals(database, campaign).matched == eur("250")


def test_pledge_cannot_be_withdrawn_from_the_deadline_on(database, clock, campaign):
    pledge = a_pledge(database, clock, campaign, "80")
    clock.advance(timedelta(days=30))

    with pytest.raises(PledgeNotWithdrawableError):
        withdraw(database, clock, pledge)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [(timedelta(days=30), "ended"), (timedelta(seconds=-1), "not_yet")],
)
def test_pledge_is_refused_outside_the_campaign(database, clock, campaign, moment, reason):
    clock.advance(moment)

    with pytest.raises(CampaignNotOpenError) as refusal:
        a_pledge(database, clock, campaign, "50")

    assert refusal.value.details["reason"] == reason


@pytest.mark.parametrize("amount", ["0", "0.99", "20000.01"])
def test_amount_outside_the_bounds_is_refused(database, clock, campaign, amount):
    with pytest.raises(PledgeAmountError):
        a_pledge(database, clock, campaign, amount)


def test_other_currency_is_refused(database, clock, campaign):
    request = PledgeRequest(
        campaign_id=campaign.id,
        key="form-1",
        amount=Money(5_000, "SEK"),
        email="maija@example.fi",
        language="sv",
    )

    with pytest.raises(InvalidInputError):
        in_transaction(
            database,
            pledging.prepare_pledge,
            request=request,
            gateway="sandbox",
            now=clock.now(),
        )

    with database.reading() as session:
        assert audit.verify(session).is_clean


def test_pot_gives_what_is_left_and_then_nothing(database, clock):
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("130"))
        a_rule(session, now=clock.now())
        campaign = a_campaign(session, now=clock.now())

    for _ in range(3):
        a_pledge(database, clock, campaign, "100")

    assert totals(database, campaign).matched == eur("130")
    assert pot(database) == eur("0")


def test_without_a_rule_nothing_is_matched(database, clock):
    with database.transaction() as session:
        campaign = a_campaign(session, now=clock.now())

    pledge = a_pledge(database, clock, campaign, "100")

    assert totals(database, campaign).matched == eur("0")
    with database.reading() as session:
        assert queries.pledge_by_token(session, pledge.token).matches == []


def test_rule_in_force_when_a_pledge_is_made_decides(database, clock, campaign):
    with database.transaction() as session:
        a_rule(session, now=clock.now() + timedelta(days=1), factor=Fraction(1, 2))

    before = a_pledge(database, clock, campaign, "40")
    clock.advance(timedelta(days=1))
    after = a_pledge(database, clock, campaign, "40")

    with database.reading() as session:
        matched = [queries.pledge_by_token(session, each.token).matched for each in (before, after)]
    assert matched == [eur("40"), eur("20")]


@pytest.fixture
def collection(database, clock):
    """A small-scale collection, EUR 100 short of its ceiling."""
    with database.transaction() as session:
        collection = a_campaign(
            session,
            now=clock.now(),
            legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
            legal_number="RA/2026/1",
        )
    a_pledge(database, clock, collection, "9900")
    return collection


def test_collection_takes_its_ceiling_to_the_cent_and_no_more(database, clock, collection):
    with pytest.raises(CollectionCeilingError) as refusal:
        a_pledge(database, clock, collection, "100.01")
    a_pledge(database, clock, collection, "100")

    assert refusal.value.details["left_cents"] == 10_000
    assert totals(database, collection).pledged == eur("10000")


def test_room_that_others_take_while_the_card_is_saved_is_gone(database, clock, collection):
    slow = _prepared(database, clock, collection, "100")
    a_pledge(database, clock, collection, "60")

    with pytest.raises(CollectionCeilingError):
        checkout._let_stand(database, clock, slow, CardSaved("sandbox:succeeds"))

    with database.reading() as session:
        assert session.get_one(Pledge, slow.id).status == PledgeStatus.DECLINED


def test_declined_pledge_cannot_stand_afterwards(database, clock, campaign):
    pledge = _prepared(database, clock, campaign, "50")
    in_transaction(
        database,
        pledging.record_pledge_declined,
        pledge_id=pledge.id,
        reason="card_declined",
        now=clock.now(),
    )

    with pytest.raises(IllegalMoveError):
        in_transaction(
            database,
            pledging.record_card_saved,
            pledge_id=pledge.id,
            saved=CardSaved("sandbox:succeeds"),
            now=clock.now(),
        )


def _prepared(database, clock, campaign, amount):
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=f"prepared-{amount}",
        amount=eur(amount),
        email="liisa@example.fi",
        language="fi",
    )
    return in_transaction(
        database, pledging.prepare_pledge, request=request, gateway="sandbox", now=clock.now()
    )
