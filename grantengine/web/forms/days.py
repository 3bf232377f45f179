"""Days as a browser sends them, and as people in Finland type them."""

from datetime import date, datetime
from typing import Any

from wtforms import StringField
from wtforms.widgets import DateInput

from grantengine.web.i18n import _

_STYLES = ("%Y-%m-%d", "%d.%m.%Y")


class DayField(StringField):  # type: ignore[misc]  # wtforms ships no types
    """A day, as a browser sends it or as a person writes it; its data is `date`, or None."""

    data: Any
    widget = DateInput()

    def _value(self) -> str:
        typed = str(self.raw_data[0]) if self.raw_data else ""
        return self.data.isoformat() if isinstance(self.data, date) else typed

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        for style in _STYLES:
            try:
                self.data = datetime.strptime(text, style).date()  # noqa: DTZ007  # a day only
            except ValueError:
                continue
            return
        raise ValueError(_("Write a day, for example 31.12.2026."))
