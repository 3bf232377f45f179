"""Names that are kept in several languages."""

from collections.abc import Mapping

from grantengine.web.i18n import DEFAULT_LANGUAGE, current_language


def name_in_language(names: Mapping[str, str]) -> str:
    """Give a name in the reader's language, else in Finnish, else in whatever it has."""
    known = names.get(current_language()) or names.get(DEFAULT_LANGUAGE)
    return known or next(iter(names.values()), "")
