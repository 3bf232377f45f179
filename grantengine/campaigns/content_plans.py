"""What the parts of a campaign are to be: each plan knows its row, and what it may not be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

from grantengine.campaigns.content_models import BudgetLine, Part, Picture, Reward, TeamMember
from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.campaigns.vat import VAT_RATES_BPS
from grantengine.errors import InvalidInputError
from grantengine.money import Money

# Whoever offers more pieces than this offers no limit.
STOCK_MAX = 100_000

Texts = Mapping[str, Mapping[str, str]]


class PartPlan(Protocol):
    """A part of a campaign as its makers want it.

    Attributes:
        model: the row it becomes.
    """

    model: ClassVar[type[Part]]

    @property
    def translations(self) -> Texts:
        """Give its texts in other languages."""
        ...

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row.

        Raises:
            InvalidInputError: names the field that it cannot have so.
        """
        ...


@dataclass(frozen=True, slots=True)
class RewardPlan:
    """What is sold.

    Attributes:
        title, description: in the campaign's language.
        price: what the backer pays, value added tax included; what a pledge can be.
        vat_rate_bps: one of VAT_RATES_BPS.
        delivered_on: by when the backer has it.
        stock: how many there are, None for as many as are asked for.
        translations: the texts in other languages.
    """

    model: ClassVar[type[Part]] = Reward

    title: str
    description: str
    price: Money
    vat_rate_bps: int
    delivered_on: date
    stock: int | None = None
    translations: Texts = field(default_factory=dict)

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row.

        Raises:
            InvalidInputError: no price, no such rate, no such stock, or delivered in the past.
        """
        if not PLEDGE_MIN <= self.price <= PLEDGE_MAX:
            raise InvalidInputError(field="price", reason="out_of_range")
        if self.vat_rate_bps not in VAT_RATES_BPS:
            raise InvalidInputError(field="vat_rate_bps", reason="not_a_rate")
        if self.stock is not None and not 1 <= self.stock <= STOCK_MAX:
            raise InvalidInputError(field="stock", reason="out_of_range", largest=STOCK_MAX)
        if self.delivered_on <= today:
            raise InvalidInputError(field="delivered_on", reason="in_the_past")
        return {
            "title": self.title,
            "description": self.description,
            "price_cents": self.price.cents,
            "vat_rate_bps": self.vat_rate_bps,
            "delivered_on": self.delivered_on,
            "stock": self.stock,
        }


@dataclass(frozen=True, slots=True)
class BudgetLinePlan:
    """What the money buys.

    Attributes:
        title: in the campaign's language.
        amount: positive.
        is_needed: whether the goal pays for it, or only what comes in past the goal.
        translations: the title in other languages.
    """

    model: ClassVar[type[Part]] = BudgetLine

    title: str
    amount: Money
    is_needed: bool = True
    translations: Texts = field(default_factory=dict)

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row.

        Raises:
            InvalidInputError: it costs nothing, or less.
        """
        if self.amount.cents <= 0:
            raise InvalidInputError(field="amount", reason="out_of_range")
        return {
            "title": self.title,
            "amount_cents": self.amount.cents,
            "is_needed": self.is_needed,
        }


@dataclass(frozen=True, slots=True)
class TeamMemberPlan:
    """Somebody of the team: a name, and in the campaign's language what part they have."""

    model: ClassVar[type[Part]] = TeamMember

    name: str
    role: str
    translations: Texts = field(default_factory=dict)

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row."""
        return {"name": self.name, "role": self.role}


@dataclass(frozen=True, slots=True)
class PictureWordsPlan:
    """Other words for a picture that stays: what is to be seen on it, in the campaign's language."""

    model: ClassVar[type[Part]] = Picture

    alt: str
    translations: Texts = field(default_factory=dict)

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row that change.

        Raises:
            InvalidInputError: nothing says what is to be seen on it.
        """
        return {"alt": _seen(self.alt)}


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """A picture that has been drawn anew.

    Attributes:
        alt: what is to be seen on it, in the campaign's language.
        width, height: of the larger one, in pixels.
        large, small: WebP files without anything but the picture.
        translations: `alt` in other languages.
    """

    model: ClassVar[type[Part]] = Picture

    alt: str
    width: int
    height: int
    large: bytes
    small: bytes
    translations: Texts = field(default_factory=dict)

    def columns(self, *, today: date) -> dict[str, Any]:
        """Give the columns of its row.

        Raises:
            InvalidInputError: nothing says what is to be seen on it.
        """
        return {
            "alt": _seen(self.alt),
            "width": self.width,
            "height": self.height,
            "sha256": hashlib.sha256(self.large).hexdigest(),
            "large": self.large,
            "small": self.small,
        }


def _seen(alt: str) -> str:
    if not alt:
        raise InvalidInputError(field="alt", reason="missing")
    return alt
