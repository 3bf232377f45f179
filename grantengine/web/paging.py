"""Paging through public lists by cursor: the address of the next page keeps the search."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import Flask, request

from grantengine.web.languages import page_url


def init_app(app: Flask) -> None:
    """Let templates lead back to the beginning of a list."""
    app.jinja_env.globals["first_page_url"] = first_page_url


class Identified(Protocol):
    """Anything with an id that sorts."""

    id: str


Row = TypeVar("Row", bound=Identified)

# What the address of a later page says; entries of the ledger are counted down.
_CURSORS = ("after", "before")


def cursor() -> str | None:
    """Read the cursor of the present address; what is no id of ours begins anew."""
    after = request.args.get("after", "")
    return after if after.isascii() and after.isprintable() and 0 < len(after) <= 40 else None


def first_page_url() -> str | None:
    """Give the address of the first page of the same search, None on the first page itself."""
    pairs = list(request.args.items(multi=True))
    kept = [pair for pair in pairs if pair[0] not in _CURSORS]
    if kept == pairs:
        return None
    return page_url(request.path) + (f"?{urlencode(kept)}" if kept else "")


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
