"""Text as banks accept it: Latin letters with Å, Ä and Ö, digits and a little punctuation."""

import re
import unicodedata
from typing import Final

from slugify import slugify

# EPC217-08, the character set that every SEPA bank must support, and the Finnish letters.
_ACCEPTED: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ÅÄÖåäö"
)
_NEAREST: Final = {
    "&": "+",
    "@": "(at)",
    "_": "-",
    "–": "-",
    "—": "-",
    "’": "'",
    "‘": "'",
    "´": "'",
    ";": ",",
}
_ID: Final = re.compile(r"[A-Za-z0-9+?:().,'-]([A-Za-z0-9+?/:().,' -]{0,33}[A-Za-z0-9+?:().,'-])?")


def clean(text: str, *, limit: int) -> str:
    """Rewrite free text with accepted characters only, at most `limit` of them.

    Control characters and line ends become spaces, letters of other alphabets their Latin
    spelling, symbols without one disappear. What is left may be empty.
    """
    composed = unicodedata.normalize("NFC", text)
    accepted = "".join(_accepted(character) for character in composed)
    return " ".join(accepted.split())[:limit].rstrip()


def is_identifier(text: str) -> bool:
    """Say whether the text can be an id in a bank file: 1 to 35 accepted characters.

    A slash may neither begin nor end an id, nor stand twice in a row (EPC132-08).
    """
    return _ID.fullmatch(text) is not None and "//" not in text


def _accepted(character: str) -> str:
    if character in _ACCEPTED:
        return character
    if character in _NEAREST:
        return _NEAREST[character]
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    return slugify(character, lowercase=False)
