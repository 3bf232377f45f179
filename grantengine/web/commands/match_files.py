"""Reading what `grantengine recompute match` is given: a rule, a pot, campaigns and pledges."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from grantengine.campaigns.errors import MatchTermsError
from grantengine.campaigns.matching.sequence import MadePledge
from grantengine.campaigns.matching.terms import FOLLOWED, MatchKind, MatchTerms
from grantengine.money import LARGEST_CENTS, Money

_BYTES_MAX = 200_000_000
_ID_MAX = 200
# A number written longer than this is no rule but an attack on whoever reckons with it.
_DECIMAL_MAX = 20
_AGES_AGO = datetime.min.replace(tzinfo=UTC)

T = TypeVar("T")


class MatchFileError(ValueError):
    """What is wrong with the file, and where, in one line."""


@dataclass(frozen=True, slots=True)
class MatchFile:
    """A file that was read through.

    Attributes:
        terms: the rule.
        ignored: what the file sets but a rule of this kind does not follow.
        pot: what there is to give.
        goals: of each campaign, by id, in the order of the file.
        pledges: in the order of the file.
    """

    terms: MatchTerms
    ignored: Sequence[str]
    pot: Money
    goals: dict[str, Money]
    pledges: list[MadePledge]


def read_match_file(path: Path) -> MatchFile:
    """Read a file, exactly: decimals are never turned into floating numbers.

    Raises:
        MatchFileError: it is not what the command takes; says where and why.
        OSError: it cannot be read.
    """
    content = read_object(path)
    terms, ignored = read_terms(_mapping(content.get("rule"), "rule"))
    goals = _goals(content)
    pledges = _pledges(content, goals, needs_time=terms.kind is MatchKind.PROMISE)
    pot = _money(content.get("pot_cents"), "pot_cents", smallest=0)
    return MatchFile(terms, ignored, pot, goals, pledges)


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object, numbers exactly.

    Raises:
        MatchFileError: it holds something else, or is no JSON.
        OSError: it cannot be read.
    """
    return _mapping(_json(path), "the file")


def _json(path: Path) -> Any:
    # Not by its size on disk: a device has none and never ends.
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    if len(content) > _BYTES_MAX:
        raise MatchFileError("the file is larger than 200 MB")
    try:
        return json.loads(
            content,
            parse_float=Decimal,
            parse_int=_integer,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise MatchFileError("the file is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MatchFileError(f"not JSON: {error}") from None
    except RecursionError:
        raise MatchFileError("not JSON of any sense: it is nested too deeply") from None


def _refuse(constant: str) -> None:
    raise MatchFileError(f"{constant} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MatchFileError("an object has the same name twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _DECIMAL_MAX:
        raise MatchFileError(f"a number of {len(digits)} digits is too long")
    return int(digits)


def read_terms(rule: dict[str, Any]) -> tuple[MatchTerms, list[str]]:
    """Read the terms of a rule from its JSON.

    Returns:
        The terms, and what the file sets but a rule of this kind does not follow.

    Raises:
        MatchFileError: it is not what a rule can be; says where and why.
    """
    unknown = sorted(set(rule) - {"kind"} - set(_FIELDS))
    if unknown:
        raise MatchFileError(f"rule.{unknown[0][:_ID_MAX]!r} is no part of a rule")
    try:
        kind = MatchKind(rule.get("kind"))  # type: ignore[arg-type]
    except ValueError:
        raise MatchFileError(f"rule.kind is none of {', '.join(MatchKind)}") from None
    given = {name: value for name, value in rule.items() if name != "kind" and value is not None}
    values = {
        name.removesuffix("_cents"): _FIELDS[name](value, f"rule.{name}")
        for name, value in given.items()
    }
    followed = {name: value for name, value in values.items() if name in FOLLOWED[kind]}
    try:
        terms = MatchTerms(kind=kind, **followed)
    except MatchTermsError as error:
        raise MatchFileError(f"rule.{error.details['field']} cannot be followed") from None
    # A factor of one is what a rule without a factor does.
    harmless = {"factor"} if values.get("factor") == 1 else set()
    return terms, sorted(set(values) - set(followed) - harmless)


def _goals(content: dict[str, Any]) -> dict[str, Money]:
    goals: dict[str, Money] = {}
    for index, row in enumerate(_list(content, "campaigns")):
        where = f"campaigns[{index}]"
        fields = _mapping(row, where)
        name = _new_id(fields.get("id"), f"{where}.id", goals)
        goals[name] = _money(fields.get("goal_cents"), f"{where}.goal_cents", smallest=0)
    return goals


def _pledges(
    content: dict[str, Any], goals: dict[str, Money], *, needs_time: bool
) -> list[MadePledge]:
    seen: dict[str, MadePledge] = {}
    for index, row in enumerate(_list(content, "pledges")):
        where = f"pledges[{index}]"
        fields = _mapping(row, where)
        name = _new_id(fields.get("id"), f"{where}.id", seen)
        campaign = _text(fields.get("campaign"), f"{where}.campaign")
        if campaign not in goals:
            raise MatchFileError(f"{where}.campaign is no campaign of the file")
        seen[name] = MadePledge(
            id=name,
            backer=_text(fields.get("backer"), f"{where}.backer"),
            campaign=campaign,
            amount=_money(fields.get("amount_cents"), f"{where}.amount_cents", smallest=1),
            at=_instant(fields.get("at"), f"{where}.at") if needs_time else _AGES_AGO,
        )
    if sum(each.amount.cents for each in seen.values()) > LARGEST_CENTS:
        raise MatchFileError("the pledges together are more than 10 trillion euros")
    return list(seen.values())


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MatchFileError(f"{where} is no object")
    return value


def _list(content: dict[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    if not isinstance(value, list):
        raise MatchFileError(f"{name} is no list")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _ID_MAX or not value.isprintable():
        raise MatchFileError(f"{where} is no text of 1 to {_ID_MAX} printable characters")
    return value


def _new_id(value: Any, where: str, taken: dict[str, Any]) -> str:
    name = _text(value, where)
    if name in taken:
        raise MatchFileError(f"{where} stands for another one already")
    return name


def _money(value: Any, where: str, *, smallest: int = 0) -> Money:
    return Money(_count(value, where, smallest=smallest, largest=LARGEST_CENTS))


def _count(value: Any, where: str, *, smallest: int = 0, largest: int = 10**9) -> int:
    # True is an int to Python, and no amount to anybody.
    if type(value) is not int or not smallest <= value <= largest:
        raise MatchFileError(f"{where} is no whole number from {smallest} to {largest}")
    return value


def _fraction(value: Any, where: str) -> Fraction:
    try:
        number = Decimal(value) if isinstance(value, str | int | Decimal) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not _is_short(number):
        raise MatchFileError(f"{where} is no decimal number")
    return Fraction(number)


def _is_short(number: Decimal) -> bool:
    """Tell whether a number can be written without an exponent in a few digits."""
    _sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return len(digits) <= _DECIMAL_MAX and abs(exponent) <= _DECIMAL_MAX


def _instant(value: Any, where: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise MatchFileError(f"{where} is no time like 2026-09-16T12:00:00Z") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


_FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "factor": _fraction,
    "cap_per_pledge_cents": _money,
    "cap_per_backer_campaign_cents": _money,
    "cap_per_backer_cents": _money,
    "pledges_per_backer": _count,
    "cap_per_campaign_cents": _money,
    "cap_share_of_goal": _fraction,
    "threshold": _fraction,
    "min_backers": _count,
}
