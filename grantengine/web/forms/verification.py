"""The form that takes the file of a decision to be checked."""

from flask_wtf import FlaskForm
from wtforms import FileField
from wtforms.validators import InputRequired

from grantengine.web.i18n import lazy


class VerificationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A file."""

    file = FileField(
        lazy("The PDF of the decision"),
        description=lazy("The file is only looked at: it is not kept."),
        validators=[InputRequired(lazy("Choose a file."))],
    )
