"""Every sentence that people read exists in Finnish and Swedish, with the same values in it."""

import re
from functools import cache

import pytest
from babel.messages.extract import extract_from_file

from grantengine.web.catalogues import po_files, read_catalogue
from tests.support.source import PACKAGE, name_of, templates

WEB = PACKAGE / "web"
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
LANGUAGES = ("fi", "sv")


@cache
def extracted():
    """Map each message id (a text, or singular and plural) to the files that use it."""
    messages = {}
    sources = [("python", path) for path in sorted(WEB.rglob("*.py"))]
    sources += [("jinja2.ext:babel_extract", path) for path in templates()]
    for method, path in sources:
        for _line, message, _comments, _context in extract_from_file(method, path, KEYWORDS):
            messages.setdefault(message, set()).add(name_of(path))
    return messages


def translated(language):
    """Map each message id to its translations, all parts together."""
    return {
        message.id: message.string
        for path in po_files(language)
        for message in read_catalogue(path)
        if message.id and not message.fuzzy
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_translated_in_one_way(language):
    """The parts are merged: of two translations the later part's would stand in both places."""
    ways = {}
    for path in po_files(language):
        for message in read_catalogue(path):
            if message.id:
                ways.setdefault((message.context, message.id), set()).add(str(message.string))

    assert {key: found for key, found in ways.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    known = translated(language)

    missing = {
        message: sorted(files)
        for message, files in extracted().items()
        if not is_full(known, message)
    }

    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_hold_the_same_values(language):
    differing = {
        message: translation
        for message, translation in translated(language).items()
        if any(values_in(text) != values_in(message) for text in as_forms(translation) if text)
    }

    assert differing == {}


def is_full(known, message):
    return all(as_forms(known.get(message, "")))


def as_forms(text):
    return (text,) if isinstance(text, str) else tuple(text)


def values_in(text):
    # A singular may say "one" where its plural counts, so the number is no difference.
    return set(PLACEHOLDER.findall(" ".join(as_forms(text)))) - {"num"}
