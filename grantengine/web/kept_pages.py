"""Public pages that everybody sees alike, kept while nothing has changed.

A page is kept for a second, and within it only until somebody writes to the database: whoever
comes back from a pledge finds it in the totals. Asking the database whether it has changed costs
a fiftieth of making the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final, ParamSpec

from flask import Flask, current_app, request

from grantengine.web.languages import current_language
from grantengine.web.runtime import now, runtime

Arguments = ParamSpec("Arguments")

# How late a page may say that a deadline has passed; the form that it leads to is never late.
AGE_MAX: Final = timedelta(seconds=1)
KEPT_MAX: Final = 500

_KEY = "grantengine.kept_pages"


@dataclass(frozen=True, slots=True)
class _Page:
    html: str
    mark: object
    made_at: datetime

    def still_stands(self, mark: object, at: datetime) -> bool:
        return self.mark == mark and timedelta(0) <= at - self.made_at < AGE_MAX


def init_app(app: Flask) -> None:
    """Begin with nothing kept."""
    app.extensions[_KEY] = {}


def kept(view: Callable[Arguments, str]) -> Callable[Arguments, str]:
    """Keep what a view answers to those who are not signed in and ask for nothing particular."""

    @wraps(view)
    def show(*args: Arguments.args, **values: Arguments.kwargs) -> str:
        if request.query_string or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return view(*args, **values)
        return _kept_or_made(lambda: view(*args, **values))

    return show


def _kept_or_made(make: Callable[[], str]) -> str:
    pages: dict[Any, _Page] = current_app.extensions[_KEY]
    key = (current_language(), request.script_root, request.path)
    # Asked before the page is made: what is written meanwhile makes it old at once.
    mark, at = runtime().database.mark(), now()
    page = pages.get(key)
    if page is None or not page.still_stands(mark, at):
        page = _Page(make(), mark, at)
        if len(pages) >= KEPT_MAX:
            pages.clear()
        pages[key] = page
    return page.html
