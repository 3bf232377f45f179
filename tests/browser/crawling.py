"""Finding every kind of page that a person can reach by following links."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from flask import Flask
from lxml import html
from werkzeug.routing import RequestRedirect

from grantengine.programme.models import Person
from tests.support.visitor import sign_in

PAGES_MAX = 150
# The second page of a list is like its first.
PAGING = {"after", "before"}


def reachable(app: Flask, *, name: str | None, language: str, of_a_kind: int) -> dict[str, int]:
    """Follow links from the front page and give every page met with the status of its answer.

    Args:
        app: the application; it is asked in this process, which is faster than by a browser.
        name: who follows the links; None for a visitor who is not signed in.
        language: the language whose pages are followed.
        of_a_kind: how many pages of one route are enough.
    """
    client = app.test_client()
    if name is not None:
        sign_in(client, _person(app, name))
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    waiting = deque([f"/{language}/"])
    while waiting and len(found) < PAGES_MAX:
        address = waiting.popleft()
        its_kind = kind(app, address.removeprefix(f"/{language}"))
        if address in found or its_kind is None or counts[its_kind] >= of_a_kind:
            continue
        answer = client.get(address)
        if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
            counts[its_kind] += 1
            found[address] = answer.status_code
            waiting.extend(_links(answer.get_data(as_text=True), language))
    return found


def _links(text: str, language: str) -> Iterator[str]:
    for link in html.fromstring(text).xpath("//a/@href"):
        parts = urlsplit(link)
        if not parts.netloc and parts.path.startswith(f"/{language}/"):
            yield parts._replace(fragment="").geturl()


def kind(app: Flask, address: str) -> str | None:
    """Name the route of an address and what it asks; None for a file, and for more of a list."""
    parts = urlsplit(address)
    asked = sorted(parse_qs(parts.query))
    if "." in parts.path.rpartition("/")[2] or parts.path.endswith("/payment-file"):
        return None
    if not PAGING.isdisjoint(asked):
        return None
    try:
        endpoint, _arguments = app.url_map.bind("").match(parts.path)
    except RequestRedirect:
        return None
    return f"{endpoint}?{asked}"


def _person(app: Flask, name: str) -> Person:
    with app.extensions["grantengine"].database.reading() as session:
        return session.scalars(sa.select(Person).where(Person.name == name)).one()
