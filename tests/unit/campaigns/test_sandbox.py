"""The sandbox gateway: the same question gets the same answer, from whichever process."""

from datetime import UTC, datetime

import pytest

from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardDeclined,
    CardSaved,
    ChargeDeclined,
    ChargeFound,
    ChargeSucceeded,
)
from grantengine.campaigns.errors import GatewayUnavailableError
from grantengine.money import eur
from grantengine.web.gateways.sandbox import TEST_CARDS, SandboxGateway, fee_of
from tests.support.campaigns import (
    ANSWERS_TWICE,
    ASKS_FOR_AUTHENTICATION,
    DECLINED_WHEN_CHARGED,
    DECLINED_WHEN_SAVED,
    GOOD_CARD,
    TIMES_OUT_ONCE,
)

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def saved(card):
    answer = SandboxGateway().save_card(key="plg_1", card=card, is_for_later=True)
    assert isinstance(answer, CardSaved)
    return answer.token


@pytest.mark.parametrize("card", [DECLINED_WHEN_SAVED, "4242 4242 4242 4241", "", "x"])
def test_card_that_is_not_accepted_is_declined(card):
    assert isinstance(
        SandboxGateway().save_card(key="plg_1", card=card, is_for_later=True), CardDeclined
    )


def test_two_gateways_give_one_answer_to_one_key():
    token = saved(GOOD_CARD)

    first, second = (
        SandboxGateway().charge(key="chg_1", token=token, amount=eur("50"), is_present=False)
        for _ in range(2)
    )

    assert first == second
    assert isinstance(first, ChargeSucceeded)


def test_card_that_is_accepted_can_still_be_declined_when_charged():
    answer = SandboxGateway().charge(
        key="chg_1", token=saved(DECLINED_WHEN_CHARGED), amount=eur("50"), is_present=False
    )

    assert answer == ChargeDeclined("insufficient_funds")


def test_silence_is_followed_by_an_answer_under_the_same_key():
    gateway, token = SandboxGateway(), saved(TIMES_OUT_ONCE)

    with pytest.raises(GatewayUnavailableError):
        gateway.charge(key="chg_1", token=token, amount=eur("50"), is_present=False)

    assert isinstance(
        gateway.charge(key="chg_1", token=token, amount=eur("50"), is_present=False),
        ChargeSucceeded,
    )


def test_authentication_is_finished_only_with_its_own_reference():
    gateway = SandboxGateway()
    asked = gateway.save_card(key="plg_1", card=ASKS_FOR_AUTHENTICATION, is_for_later=True)
    assert isinstance(asked, AuthenticationNeeded)

    own = gateway.finish_authentication(key="plg_1", reference=asked.reference)
    other = gateway.finish_authentication(key="plg_2", reference=asked.reference)

    assert isinstance(own, CardSaved)
    assert isinstance(other, CardDeclined)


@pytest.mark.parametrize("card", TEST_CARDS)
def test_token_holds_no_card_number(card):
    answer = SandboxGateway().save_card(key="plg_1", card=card, is_for_later=True)

    assert card not in repr(answer)


@pytest.mark.parametrize(
    ("amount", "fee"),
    [("1", "0.26"), ("10", "0.39"), ("50", "0.95"), ("100.36", "1.66"), ("20000", "280.25")],
)
def test_fee_is_1_4_percent_and_25_cents(amount, fee):
    assert fee_of(eur(amount)) == eur(fee)


def test_fee_is_never_more_than_the_amount():
    assert fee_of(eur("0.10")) == eur("0.10")


def test_card_that_answers_twice_is_charged_once_and_told_of_again():
    gateway, token = SandboxGateway(), saved(ANSWERS_TWICE)

    charged = gateway.charge(key="chg_1", token=token, amount=eur("50"), is_present=True)

    assert list(gateway.find_since(NOON)) == [ChargeFound("chg_1", charged)]
    assert gateway.charge(key="chg_1", token=token, amount=eur("50"), is_present=True) == charged
    assert len(list(gateway.find_since(NOON))) == 1
