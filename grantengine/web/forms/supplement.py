"""The applicant's reply to a request for a supplement."""

from flask_wtf import FlaskForm
from wtforms import FileField, TextAreaField
from wtforms.validators import InputRequired

from grantengine.web.i18n import lazy


class SupplementForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Words, and a file if words are not enough."""

    reply = TextAreaField(
        lazy("Your answer"), validators=[InputRequired(lazy("Write your answer."))]
    )
    file = FileField(lazy("File"), description=lazy("PDF, PNG or JPEG."))
