"""Read single values out of the elements of a camt message."""

import re
from datetime import date
from typing import Final, cast

from lxml import etree

from grantengine.disbursements.bank_statement import Direction
from grantengine.disbursements.errors import MalformedStatementError
from grantengine.money import Money

_AMOUNT: Final = re.compile(r"\+?([0-9]{1,18})(?:\.([0-9]*))?")
_DIRECTIONS: Final = {"CRDT": Direction.CREDIT, "DBIT": Direction.DEBIT}


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Find every element at a path of local names, `A/B/C`."""
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def find_first(element: etree._Element, *paths: str) -> etree._Element | None:
    """Find the first element at the first path that leads anywhere."""
    for path in paths:
        if found := find_all(element, path):
            return found[0]
    return None


def text_at(element: etree._Element, *paths: str) -> str | None:
    """Give the first text at the first path that has one; an empty element says nothing."""
    for path in paths:
        for found in find_all(element, path):
            if text := (found.text or "").strip():
                return text
    return None


def required_text(element: etree._Element, path: str) -> str:
    """Give the text at a path.

    Raises:
        MalformedStatementError: there is none.
    """
    text = text_at(element, path)
    if text is None:
        raise malformed(element, path)
    return text


def money_at(element: etree._Element, *paths: str) -> Money | None:
    """Read an amount and its currency to the exact cent; none where no path leads to one.

    Raises:
        MalformedStatementError: it is not a decimal, has parts of a cent, or its currency is
            not one of two decimals that we know.
    """
    found = find_first(element, *paths)
    if found is None:
        return None
    text = (found.text or "").strip()
    match = _AMOUNT.fullmatch(text)
    fraction = (match[2] or "").rstrip("0") if match else ""
    if match is None or len(fraction) > 2:
        raise malformed(found, "Amt", text)
    try:
        return Money(int(match[1]) * 100 + int(fraction.ljust(2, "0")), found.get("Ccy", ""))
    except ValueError as error:
        raise malformed(found, "Amt", f"{text} {found.get('Ccy', '')}") from error


def required_money(element: etree._Element, path: str) -> Money:
    """Read an amount that must be there.

    Raises:
        MalformedStatementError: it is missing or wrong, see `money_at`.
    """
    amount = money_at(element, path)
    if amount is None:
        raise malformed(element, path)
    return amount


def direction_of(element: etree._Element) -> Direction:
    """Read whether an entry, a transaction or a balance is credit or debit.

    Raises:
        MalformedStatementError: it says neither.
    """
    code = required_text(element, "CdtDbtInd")
    if code not in _DIRECTIONS:
        raise malformed(element, "CdtDbtInd", code)
    return _DIRECTIONS[code]


def date_at(element: etree._Element, path: str) -> date | None:
    """Read a date, or the date of an instant in the bank's own time zone.

    Raises:
        MalformedStatementError: there is a text that is no date.
    """
    text = text_at(element, f"{path}/Dt", f"{path}/DtTm")
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise malformed(element, path, text) from error


def malformed(element: etree._Element, path: str, value: str = "") -> MalformedStatementError:
    """Make the error that says where a statement is broken."""
    # The stubs do not know that lxml counts lines.
    line = cast("int | None", element.sourceline)
    return MalformedStatementError(line=line or 0, element=path, value=value)
