"""The translated sentences: every PO file of `translations/`, read once per process."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

TRANSLATIONS = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> NullTranslations:
    """Give the sentences of one language, all parts merged; English is the source itself.

    Args:
        language: code of the language, as the folder is named (`fi`, `sv`).
    """
    merged = NullTranslations()
    for path in po_files(language):
        part = _compiled(read_catalogue(path))
        if isinstance(merged, Translations):
            merged.merge(part)
        else:
            merged = part
    return merged


def po_files(language: str) -> list[Path]:
    """List the PO files of a language, sorted by part so that the answer never varies."""
    return sorted(TRANSLATIONS.glob(f"*/{language}/LC_MESSAGES/messages.po"))


def read_catalogue(path: Path) -> Catalog:
    """Read one PO file.

    Raises:
        babel.messages.pofile.PoFileError: the file is not valid PO.
    """
    with path.open("rb") as source:
        return read_po(source, abort_invalid=True)


def _compiled(parsed: Catalog) -> Translations:
    # No .mo is kept on disk: it would be one more thing that can be stale.
    compiled = BytesIO()
    write_mo(compiled, parsed)
    compiled.seek(0)
    return Translations(compiled)
