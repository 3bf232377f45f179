"""Money is exact, knows its currency and never loses a cent in a division."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantengine.money import (
    LARGEST_CENTS,
    AmountError,
    Money,
    decimal_string,
    eur,
    share,
    split_by_weights,
    total,
)
from tests.support.cases import case_path

CENTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40).filter(any)


def test_amounts_of_one_currency_add_and_subtract():
    assert eur("12.50") + eur("0.75") == eur("13.25")
    assert eur("12.50") - eur("13.00") == eur("-0.50")
    assert -eur("3.20") == eur("-3.20")
    assert eur("2.50") * 3 == eur("7.50")


def test_amounts_of_one_currency_compare():
    assert eur("1.00") < eur("1.01")
    assert eur("1.01") > eur("1.00")
    assert eur("1.00") <= eur("1.00")
    assert eur("1.00") >= eur("1.00")
    assert sorted([eur("3"), eur("-1"), eur("2")]) == [eur("-1"), eur("2"), eur("3")]


def test_only_zero_is_no_money():
    assert not eur("0.00")
    assert eur("0.01")
    assert eur("-0.01")


def test_euros_and_kronor_are_never_equal():
    assert Money(0, "EUR") != Money(0, "SEK")


@pytest.mark.parametrize("cents", [12.5, 12.0, True, "12", None])
def test_cents_that_are_no_int_are_refused(cents):
    with pytest.raises(AmountError) as refusal:
        Money(cents)

    assert refusal.value.details == {"reason": "not_whole_cents", "given": cents}


@pytest.mark.parametrize("currency", ["JPY", "eur", "", "EURO", "XXX"])
def test_a_currency_without_two_decimals_is_refused(currency):
    with pytest.raises(AmountError) as refusal:
        Money(1, currency)

    assert refusal.value.details == {"reason": "unknown_currency", "given": currency}


def test_an_amount_past_ten_trillion_is_refused():
    assert Money(LARGEST_CENTS).cents == LARGEST_CENTS
    with pytest.raises(AmountError, match="too_large"):
        Money(LARGEST_CENTS + 1)
    with pytest.raises(AmountError, match="too_large"):
        Money(LARGEST_CENTS) + Money(1)


@pytest.mark.parametrize("factor", [1.5, 0.1, True, eur("2")])
def test_money_multiplies_by_whole_numbers_only(factor):
    with pytest.raises(TypeError):
        eur("10.00") * factor


def test_another_currency_is_refused_in_every_operation():
    euros, kronor = Money(100, "EUR"), Money(100, "SEK")
    operations = (
        euros.__add__, euros.__sub__, euros.__lt__, euros.__le__, euros.__gt__, euros.__ge__,
    )  # fmt: skip

    for operation in operations:
        with pytest.raises(ValueError, match="EUR meets SEK"):
            operation(kronor)


@pytest.mark.parametrize("other", [1, 1.0, "1", None])
def test_a_bare_number_is_no_money(other):
    with pytest.raises(TypeError):
        eur("1.00") + other
    assert eur("1.00") != other


def test_the_sum_of_nothing_is_zero_of_its_currency():
    assert total([]) == eur("0")
    assert total([], "SEK") == Money(0, "SEK")
    assert total([eur("1.10"), eur("2.20")]) == eur("3.30")


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12", 1200), ("12.5", 1250), ("12.50", 1250), ("0.01", 1), ("-3.05", -305), ("007", 700)],
)
def test_plain_decimals_are_read(text, cents):
    assert eur(text) == Money(cents)


@pytest.mark.parametrize(
    "text",
    ["", "-", ".5", "12.", "1.234", "1,50", "1 000", "+1", "--1", "1e3", "NaN", "1.-5", "٣", "1.٣"],
)
def test_what_is_no_plain_decimal_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        eur(text)


@given(CENTS)
def test_what_is_written_as_a_decimal_reads_back(cents):
    assert eur(decimal_string(Money(cents))) == Money(cents)


def test_money_is_written_with_two_decimals_and_its_currency():
    assert str(Money(5, "SEK")) == "0.05 SEK"
    assert str(eur("-1234.5")) == "-1234.50 EUR"


def test_a_share_is_rounded_down_to_the_cent():
    assert share(eur("100.00"), numerator=1, denominator=3) == eur("33.33")
    assert share(eur("0.01"), numerator=1, denominator=2) == eur("0.00")


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (1, -2), (-1, 2)])
def test_a_share_that_is_no_fraction_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="non-negative fraction"):
        share(eur("1.00"), numerator=numerator, denominator=denominator)


def test_a_euro_in_three_leaves_the_odd_cent_with_the_first():
    assert split_by_weights(eur("1.00"), [1, 1, 1]) == [eur("0.34"), eur("0.33"), eur("0.33")]


def test_who_weighs_nothing_gets_nothing():
    assert split_by_weights(eur("0.05"), [0, 1, 0]) == [eur("0"), eur("0.05"), eur("0")]


@given(st.integers(min_value=0, max_value=10**12), WEIGHTS)
def test_a_split_conserves_every_cent(cents, weights):
    parts = split_by_weights(Money(cents), weights)

    assert total(parts) == Money(cents)


@given(st.integers(min_value=0, max_value=10**12), WEIGHTS)
def test_each_part_is_within_a_cent_of_its_exact_share(cents, weights):
    whole = sum(weights)

    for part, weight in zip(split_by_weights(Money(cents), weights), weights, strict=True):
        assert abs(part.cents * whole - cents * weight) < whole


@given(st.integers(min_value=0, max_value=10**12), WEIGHTS)
def test_a_heavier_part_never_gets_less(cents, weights):
    parts = split_by_weights(Money(cents), weights)

    in_order = [part.cents for _, part in sorted(zip(weights, parts, strict=True), key=_by_weight)]
    assert in_order == sorted(in_order)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_by_weights(eur("1.00"), weights)


def test_a_debt_is_not_split():
    with pytest.raises(ValueError, match="weights"):
        split_by_weights(eur("-1.00"), [1, 1])


@pytest.mark.parametrize("number", range(5))
def test_seats_fall_as_in_the_literature_on_apportionment(number):
    cases = json.loads(case_path("apportionment/cases.json").read_text("utf-8"))
    case = [each for each in cases if each["method"] == "largest_remainder"][number]

    seats = split_by_weights(Money(case["seats"]), case["votes"])

    assert [seat.cents for seat in seats] == case["expected"]


def _by_weight(pair):
    weight, part = pair
    return weight, part.cents
