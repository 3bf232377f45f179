"""What every payment provider does for us, held against each of them over the same port."""

import itertools
from datetime import UTC, datetime

import pytest

from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardDeclined,
    CardSaved,
    ChargeDeclined,
    ChargeFound,
    ChargeSucceeded,
    PayoutDelayed,
    PayoutMade,
    RefundDone,
    RefundRefused,
    Subject,
    SubjectKind,
)
from grantengine.money import eur
from tests.support.stripe import providers

_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=["sandbox", "stripe_stand_in", "localstripe"])
def provider(request):
    with getattr(providers, request.param)() as found:
        yield found


def key():
    """A key that was never used."""
    return f"chg_{next(_numbers)}"


def saved(provider, number=providers.GOOD, *, is_for_later=True):
    answer = provider.gateway.save_card(
        key=key(), card=provider.card(number), is_for_later=is_for_later
    )
    assert isinstance(answer, CardSaved)
    return answer.token


def charged(provider, amount="50", number=providers.GOOD):
    return provider.gateway.charge(
        key=key(), token=saved(provider, number), amount=eur(amount), is_present=False
    )


def test_saved_card_is_charged_while_its_holder_is_away(provider):
    assert isinstance(charged(provider), ChargeSucceeded)


def test_charge_tells_the_fee(provider):
    provider.needs("fees")

    assert charged(provider, "50").fee == eur("0.95")


def test_one_key_is_charged_once_however_often_it_is_asked(provider):
    token, asked = saved(provider), key()

    first, second = (
        provider.gateway.charge(key=asked, token=token, amount=eur("50"), is_present=False)
        for _ in range(2)
    )

    assert first == second
    assert isinstance(first, ChargeSucceeded)


def test_card_that_is_not_accepted_is_declined(provider):
    card = provider.card(providers.DECLINED)

    answer = provider.gateway.save_card(key=key(), card=card, is_for_later=True)

    assert answer == CardDeclined("card_declined")


def test_card_can_be_declined_only_when_it_is_charged(provider):
    token = saved(provider, providers.DECLINED_WHEN_CHARGED, is_for_later=False)

    answer = provider.gateway.charge(key=key(), token=token, amount=eur("5"), is_present=False)

    assert isinstance(answer, ChargeDeclined)


def test_bank_may_ask_for_the_backer_before_a_card_is_saved(provider):
    gateway, asked = provider.gateway, key()
    card = provider.card(providers.ASKS_FOR_AUTHENTICATION)

    needed = gateway.save_card(key=asked, card=card, is_for_later=True)
    assert isinstance(needed, AuthenticationNeeded)
    provider.go_to_bank(needed.reference)
    answer = gateway.finish_authentication(key=asked, reference=needed.reference)

    assert isinstance(answer, CardSaved)


def test_bank_may_ask_for_the_backer_when_the_card_is_charged(provider):
    gateway = provider.gateway
    number = providers.ASKS_FOR_AUTHENTICATION if provider.url else providers.ASKS_WHEN_CHARGED
    token = saved(provider, number, is_for_later=False)

    needed = gateway.charge(key=key(), token=token, amount=eur("5"), is_present=True)
    assert isinstance(needed, AuthenticationNeeded)
    provider.go_to_bank(needed.reference)

    assert isinstance(gateway.charge_state(reference=needed.reference), ChargeSucceeded)


def test_bank_that_asks_for_an_absent_backer_waits_for_them(provider):
    provider.needs("off_session_refusal")
    token = saved(provider, providers.ASKS_WHEN_CHARGED)

    needed = provider.gateway.charge(key=key(), token=token, amount=eur("5"), is_present=False)
    assert isinstance(needed, AuthenticationNeeded)
    provider.go_to_bank(needed.reference)

    answer = provider.gateway.charge_state(reference=needed.reference)
    assert isinstance(answer, ChargeSucceeded)


def test_charge_that_nobody_authenticates_can_be_given_up(provider):
    number = providers.ASKS_FOR_AUTHENTICATION if provider.url else providers.ASKS_WHEN_CHARGED
    token = saved(provider, number, is_for_later=False)
    needed = provider.gateway.charge(key=key(), token=token, amount=eur("5"), is_present=True)

    answer = provider.gateway.give_up_charge(reference=needed.reference)

    assert isinstance(answer, ChargeDeclined)


def test_charge_is_given_back_in_parts_each_of_them_once(provider):
    reference, asked = charged(provider, "50").reference, key()

    first, second = (
        provider.gateway.refund(key=asked, reference=reference, amount=eur("20")) for _ in range(2)
    )
    rest = provider.gateway.refund(key=key(), reference=reference, amount=eur("30"))

    assert first == second
    assert isinstance(rest, RefundDone)


def test_more_than_was_charged_is_not_given_back(provider):
    provider.needs("bounded_refunds")
    reference = charged(provider, "50").reference

    answer = provider.gateway.refund(key=key(), reference=reference, amount=eur("50.01"))

    assert isinstance(answer, RefundRefused)


def test_payout_is_ordered_once_for_each_key(provider):
    provider.needs("balance")
    charged(provider, "50")
    asked = key()

    first, second = (provider.gateway.pay_out(key=asked, amount=eur("40")) for _ in range(2))

    assert first == second
    assert isinstance(first, PayoutMade)


def test_payout_of_more_than_is_there_is_for_another_day(provider):
    provider.needs("balance")
    if not provider.url:
        pytest.skip("the sandbox has all the money in the world")

    answer = provider.gateway.pay_out(key=key(), amount=eur("1000000"))

    assert isinstance(answer, PayoutDelayed)


def test_charge_is_found_by_its_reference_under_our_key(provider):
    provider.needs("disputes")
    asked = key()
    made = provider.gateway.charge(
        key=asked, token=saved(provider), amount=eur("7"), is_present=False
    )

    found = provider.gateway.find(Subject(SubjectKind.CHARGE, made.reference))

    assert found == [ChargeFound(asked, made)]


def test_what_the_provider_does_not_know_is_not_found(provider):
    if not provider.url:
        pytest.skip("the sandbox reads a reference instead of looking it up")

    subjects = [Subject(SubjectKind.PAYOUT, "po_none"), Subject(SubjectKind.CHARGE, "pi_none")]

    assert [provider.gateway.find(each) for each in subjects] == [[], []]


def test_everything_since_an_instant_is_found(provider):
    provider.needs("lists_by_date")
    asked = key()
    made = provider.gateway.charge(
        key=asked, token=saved(provider), amount=eur("7"), is_present=False
    )

    found = list(provider.gateway.find_since(datetime(2026, 1, 1, tzinfo=UTC)))

    assert ChargeFound(asked, made) in found
