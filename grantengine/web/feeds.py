"""Feeds that readers and other sites follow: Atom, RFC 4287."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from grantengine.web.prose import markdown

MIMETYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry.

    Attributes:
        id: an address that never changes, whatever the entry is called.
        text: Markdown.
        language: of title and text.
    """

    id: str
    title: str
    address: str
    text: str
    author: str
    language: str
    published_at: datetime
    updated_at: datetime


def atom(
    *, title: str, address: str, own_address: str, language: str, entries: Sequence[FeedEntry]
) -> bytes:
    """Write a feed.

    Args:
        title: of the feed.
        address: of the page that lists the same.
        own_address: of the feed itself.
        language: of the title.
        entries: the newest first.
    """
    feed = etree.Element(
        f"{{{_ATOM}}}feed",
        nsmap={None: _ATOM},  # type: ignore[dict-item]  # the stub knows no default namespace
    )
    feed.set(_XML_LANGUAGE, language)
    _add(feed, "id", own_address)
    _add(feed, "title", title)
    _add(feed, "link", href=own_address, rel="self", type=MIMETYPE)
    _add(feed, "link", href=address, rel="alternate", type="text/html")
    # A feed without entries has changed when the world of its readers began.
    newest = max((each.updated_at for each in entries), default=datetime(1970, 1, 1, tzinfo=UTC))
    _add(feed, "updated", newest.isoformat())
    for entry in entries:
        _add_entry(feed, entry)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def closed_with(text: str, line: str) -> str:
    """Let a text in Markdown end with a line, if there is one."""
    return f"{text.rstrip()}\n\n{line}" if line else text


def _add_entry(feed: etree._Element, entry: FeedEntry) -> None:
    element = _add(feed, "entry")
    element.set(_XML_LANGUAGE, entry.language)
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "link", href=entry.address, rel="alternate", type="text/html")
    _add(element, "published", entry.published_at.isoformat())
    _add(element, "updated", entry.updated_at.isoformat())
    _add(_add(element, "author"), "name", entry.author)
    _add(element, "content", str(markdown(entry.text)), type="html")


def _add(
    parent: etree._Element, name: str, text: str | None = None, **values: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", values)
    # XML holds no control characters, and a text typed by somebody may.
    element.text = "".join(each for each in text if each >= " " or each in "\n\t") if text else None
    return element
