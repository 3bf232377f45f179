"""Reading published JSON files: what is wrong with one, and where, is said in one line."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import click

_BYTES_MAX = 200_000_000
_LENGTH_MAX = 200
_SHOWN_MAX = 60
_DIGITS_MAX = 20


def read_json(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises:
        click.ClickException: it is something else; says what.
        OSError: it cannot be read.
    """
    # Not by its size on disk: a device has none and never ends.
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    if len(content) > _BYTES_MAX:
        raise wrong("the file is larger than 200 MB")
    try:
        found = json.loads(
            content,
            parse_constant=lambda constant: _refuse(f"{constant} is no number"),
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise wrong("the file is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise wrong(f"the file is not JSON: {error}") from None
    except RecursionError:
        raise wrong("the file is nested too deeply") from None
    return as_object(found, "the file")


def wrong(sentence: str) -> click.ClickException:
    """Make the refusal of a file."""
    return click.ClickException(sentence)


def as_object(value: object, where: str, *, names: set[str] | None = None) -> dict[str, Any]:
    """Take a value as an object, of no other names than those given."""
    if not isinstance(value, dict):
        raise wrong(f"{where} is no object")
    unknown = sorted(set(value) - names) if names is not None else []
    if unknown:
        raise wrong(f"{where} holds {shown(unknown[0])}, which is not part of the format")
    return value


def as_list(value: object, where: str) -> list[Any]:
    """Take a value as a list."""
    if not isinstance(value, list):
        raise wrong(f"{where} is no list")
    return value


def as_text(value: object, where: str) -> str:
    """Take a value as a text that can be read and written."""
    if not isinstance(value, str) or not 0 < len(value) <= _LENGTH_MAX or not _is_readable(value):
        raise wrong(f"{where} is no text of 1 to {_LENGTH_MAX} characters")
    return value


def as_whole(value: object, where: str, *, smallest: int, largest: int) -> int:
    """Take a value as a whole number within bounds."""
    # True is an int to Python, and a number to nobody.
    if type(value) is not int or not smallest <= value <= largest:
        raise wrong(f"{where} is no whole number from {smallest} to {largest}")
    return value


def shown(text: str) -> str:
    """Quote a part of a file in a sentence, shortened, with nothing in it that a terminal obeys."""
    return ascii(text[:_SHOWN_MAX]) if not text.isprintable() else repr(text[:_SHOWN_MAX])


def _is_readable(text: str) -> bool:
    # Control characters and halves of characters; what joins an emoji or turns a line is neither.
    return text.isprintable() or all(
        unicodedata.category(each) not in {"Cc", "Cs"} for each in text
    )


def _refuse(sentence: str) -> None:
    raise wrong(sentence)


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS_MAX:
        raise wrong(f"a number of {len(digits)} digits is too long")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise wrong("an object has the same name twice")
    return found
