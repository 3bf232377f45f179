"""The words of a search and the text that they are looked for in, made comparable."""

from collections.abc import Iterable

WORDS_MAX = 8
WORD_LENGTH_MAX = 60


def folded(texts: Iterable[str | None]) -> str:
    """Join texts into one that is compared without regard to case.

    SQLite lowers only ASCII letters, so case is folded here and not in the database.
    """
    return " ".join(" ".join(_printable(text or "").casefold().split()) for text in texts)


def words_of(query: str | None) -> list[str]:
    """Take the words out of what somebody typed: at most eight, folded, none twice."""
    words = _printable(query or "").casefold().split()
    return [word[:WORD_LENGTH_MAX] for word in dict.fromkeys(words)][:WORDS_MAX]


def cleaned(query: str | None) -> str:
    """Keep the words of what somebody typed as they are, for a search that folds nothing."""
    words = dict.fromkeys(_printable(query or "").split())
    return " ".join([word[:WORD_LENGTH_MAX] for word in words][:WORDS_MAX])


def _printable(text: str) -> str:
    # PostgreSQL keeps no NUL in a text, and nobody types a control character on purpose.
    return "".join(each if each.isprintable() else " " for each in text)
