"""Texts in several languages: each falls back to that in which its thing was written."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class Translated:
    """A row whose texts are columns in one language, and may be given in others."""

    language: Mapped[str] = mapped_column(sa.CHAR(2))
    # Other languages: code -> {name of the column: text}.
    translations: Mapped[dict[str, Any]]

    def text(self, name: str, language: str) -> str:
        """Give a text in a language, or in the row's own."""
        translated: str | None = self.translations.get(language, {}).get(name)
        own: str = getattr(self, name)
        return translated or own

    def language_of(self, name: str, language: str) -> str:
        """Tell in which language `text` gives it."""
        return language if self.translations.get(language, {}).get(name) else self.language
