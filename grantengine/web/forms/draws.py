"""A presenter's forms of a draw: its announcement, and the randomness when it is there."""

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired, Length

from grantengine.clock import HELSINKI
from grantengine.reviews.drawing import Announcement
from grantengine.web.i18n import lazy

_LENGTH_MAX = 2_000
_Length = Length(max=_LENGTH_MAX, message=lazy("Keep it under %(max)d characters."))
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class AnnouncementForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Where the randomness will come from, and when."""

    source = TextAreaField(
        lazy("Source of the randomness, and how it is written down"),
        [
            InputRequired(lazy("Say which public numbers decide, and how they are written.")),
            _Length,
        ],
        description=lazy(
            "Something that nobody can foresee and everybody can read, such as the main numbers of"
            " the Lotto of a day to come, ascending, with a space between them."
        ),
    )
    at = DateTimeLocalField(
        lazy("Not known before"),
        [InputRequired(lazy("Choose the day and the time before which nobody can know them."))],
        format=_MOMENTS,
        description=lazy("Finnish time. It has to be still to come."),
    )

    def announcement(self) -> Announcement:
        """Read what was filled in."""
        assert self.at.data is not None  # The form has asked for it.
        return Announcement(self.source.data or "", self.at.data.replace(tzinfo=HELSINKI))


class RandomnessForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The public randomness, exactly as it was announced that it would be written."""

    randomness = TextAreaField(
        lazy("The public randomness"),
        [InputRequired(lazy("Write the numbers as they were announced to be written.")), _Length],
        description=lazy("Check it twice: lots are drawn once."),
    )
