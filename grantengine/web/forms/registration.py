"""Registering: the few things that an account needs."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from grantengine.web.i18n import LANGUAGES, lazy

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200


def _on_one_line(text: str | None) -> str:
    return " ".join((text or "").split())


class RegistrationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Name, e-mail, password, language."""

    name = StringField(
        lazy("Name"),
        # A name of nothing but spaces is none.
        [DataRequired(lazy("Give your name.")), Length(max=120)],
        filters=[_on_one_line],
    )
    email = StringField(
        lazy("E-mail"), [InputRequired(lazy("Give your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        lazy("Password"),
        [
            InputRequired(lazy("Choose a password.")),
            Length(
                min=PASSWORD_LENGTH_MIN,
                max=PASSWORD_LENGTH_MAX,
                message=lazy("Choose a password of 12 to 200 characters."),
            ),
        ],
        description=lazy("At least 12 characters; a sentence is good."),
    )
    language = SelectField(
        lazy("Language of letters"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
