"""Paging through public lists by cursor: the address of the next page keeps the search."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import request

from grantengine.web.languages import page_url


class Identified(Protocol):
    """Anything with an id that sorts."""

    id: str


Row = TypeVar("Row", bound=Identified)


def cursor() -> str | None:
    """Read the cursor of the present address; what is no id of ours begins anew."""
    after = request.args.get("after", "")
    return after if after.isascii() and after.isprintable() and 0 < len(after) <= 40 else None


def page_of(rows: Sequence[Row], size: int) -> tuple[Sequence[Row], str | None]:
    """Split one row more than a page into the page and the address of the next one.

    Args:
        rows: up to `size` + 1 rows, in the order of the list.
        size: rows on a page.

    Returns:
        The rows of the page, and the next page's address or None on the last page.
    """
    if len(rows) <= size:
        return rows, None
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "after"]
    query = urlencode([*kept, ("after", rows[size - 1].id)])
    return rows[:size], f"{page_url(request.path)}?{query}"
