"""Money as integer cents of one currency, and divisions that lose no cent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from grantengine.errors import GrantEngineError

# Two-decimal currencies only: `cents` would lie about yen or dinars.
CURRENCIES: Final = frozenset({"EUR", "GBP", "SEK", "USD"})
LARGEST_CENTS: Final = 10**15

_PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]{1,2})?")


class AmountError(GrantEngineError, ValueError):
    """No money can be this (reason: not_whole_cents, unknown_currency or too_large; given)."""

    code = "invalid_amount"


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole cents of one currency.

    Attributes:
        cents: the amount in hundredths of the currency, may be negative.
        currency: ISO 4217 code of a currency with two decimals.

    Raises:
        AmountError: cents is not an int (a float or a bool is refused), the currency is not
            listed, or the amount is past 10 trillion.
    """

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        """Refuse what could not be kept exactly."""
        if type(self.cents) is not int:
            raise AmountError(reason="not_whole_cents", given=self.cents)
        if self.currency not in CURRENCIES:
            raise AmountError(reason="unknown_currency", given=self.currency)
        if abs(self.cents) > LARGEST_CENTS:
            raise AmountError(reason="too_large", given=self.cents)

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency."""
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> "Money":
        """Turn the sign."""
        return Money(-self.cents, self.currency)

    def __mul__(self, count: int) -> "Money":
        """Multiply by a whole number; shares go through `split_by_weights` or `share`."""
        if type(count) is not int:
            raise TypeError(f"money is multiplied by int, not {type(count).__name__}")
        return Money(self.cents * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare within one currency."""
        return self.cents < self._same(other).cents

    def __le__(self, other: "Money") -> bool:
        """Compare within one currency."""
        return self.cents <= self._same(other).cents

    def __gt__(self, other: "Money") -> bool:
        """Compare within one currency."""
        return self.cents > self._same(other).cents

    def __ge__(self, other: "Money") -> bool:
        """Compare within one currency."""
        return self.cents >= self._same(other).cents

    def __bool__(self) -> bool:
        """Be true when there is any money at all."""
        return self.cents != 0

    def __str__(self) -> str:
        """Write plainly for logs and files: `12.50 EUR`."""
        return f"{decimal_string(self)} {self.currency}"

    def _same(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"money meets {type(other).__name__}")
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} meets {other.currency}")
        return other


def eur(text: str) -> Money:
    """Read euros written as `12`, `12.5` or `12.50`; for code and files, not for people.

    Raises:
        ValueError: the text is not a plain decimal with at most two decimals.
    """
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if not _PLAIN_DECIMAL.fullmatch(digits):
        raise ValueError(f"not an amount: {text!r}")
    whole, _, fraction = digits.partition(".")
    return Money(sign * (int(whole) * 100 + int(fraction.ljust(2, "0"))))


def decimal_string(money: Money) -> str:
    """Write the amount as files want it: a point, two decimals, no currency."""
    whole, cents = divmod(abs(money.cents), 100)
    return f"{'-' if money.cents < 0 else ''}{whole}.{cents:02d}"


def total(amounts: Iterable[Money], currency: str = "EUR") -> Money:
    """Add up amounts of one currency; nothing at all is zero of `currency`."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


def share(money: Money, *, numerator: int, denominator: int) -> Money:
    """Take a share of an amount, rounded down to the cent.

    Raises:
        ValueError: the denominator is not positive or the share is negative.
    """
    if denominator <= 0 or numerator < 0:
        raise ValueError("a share is a non-negative fraction")
    return Money(money.cents * numerator // denominator, money.currency)


def split_by_weights(pool: Money, weights: Sequence[int]) -> list[Money]:
    """Split an amount in proportion to whole weights without losing a cent.

    Largest remainder (Hamilton): every part gets its floor, the cents left over go one each
    to the largest remainders, ties to the earlier part.

    Args:
        pool: the amount to split, not negative.
        weights: non-negative whole numbers, at least one of them positive.

    Raises:
        ValueError: a weight or the pool is negative, or all weights are zero.
    """
    weight_sum = sum(weights)
    if pool.cents < 0 or any(weight < 0 for weight in weights) or weight_sum <= 0:
        raise ValueError("weights must be non-negative and not all zero")
    parts = [pool.cents * weight // weight_sum for weight in weights]
    left_over = pool.cents - sum(parts)
    remainders = [pool.cents * weight % weight_sum for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[:left_over]:
        parts[index] += 1
    return [Money(part, pool.currency) for part in parts]
