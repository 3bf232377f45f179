"""Forms of what passes between a team and its crowd."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from grantengine.campaigns.backers import checked_email
from grantengine.campaigns.crowd_lifecycle import (
    ANSWER_LENGTH_MAX,
    HOURS_MAX,
    NAME_LENGTH_MAX,
    NEED_LENGTH_MAX,
    OFFER_LENGTH_MAX,
    QUESTION_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    UPDATE_LENGTH_MAX,
    HelpKind,
)
from grantengine.errors import InvalidInputError
from grantengine.ids import new_secret
from grantengine.programme.models import Person
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, _, lazy
from grantengine.web.labels.crowd import HELP_KINDS

_KEY_LENGTH_MAX = 80
_TOO_LONG = lazy("Keep it under %(max)d characters.")
_KINDS = [SelectChoice(kind.value, HELP_KINDS[kind]) for kind in HelpKind]
_LANGUAGES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


def _at_most(length: int) -> Length:
    return Length(max=length, message=_TOO_LONG)


class UpdateForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """News of the team."""

    title = StringField(
        lazy("Title"),
        filters=[cleaned],
        validators=[DataRequired(lazy("Give the update a title.")), _at_most(TITLE_LENGTH_MAX)],
    )
    text = TextAreaField(
        lazy("What has happened"),
        description=lazy(
            "What went as hoped, what did not, what comes next. Markdown may be used."
        ),
        filters=[cleaned],
        validators=[DataRequired(lazy("Tell what has happened.")), _at_most(UPDATE_LENGTH_MAX)],
    )
    language = SelectField(lazy("Language of these texts"), choices=_LANGUAGES)


class VisitorForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Who says something: somebody signed in, or a visitor whose address is confirmed by letter."""

    # Made with the page: sending the same page twice says it once.
    key = HiddenField(validators=[DataRequired(), Length(max=_KEY_LENGTH_MAX)])
    name = StringField(
        lazy("Your name"),
        filters=[cleaned],
        validators=[DataRequired(lazy("Give your name.")), _at_most(NAME_LENGTH_MAX)],
    )
    email = StringField(
        lazy("E-mail"),
        description=lazy("Never shown. A letter comes there; its link confirms the address."),
        validators=[DataRequired(lazy("Give your e-mail address."))],
    )

    def validate_email(self, field: Field) -> None:
        """Refuse what cannot be an address."""
        try:
            checked_email(field.data)
        except InvalidInputError:
            sentence = _("Write the address in full, for example maija@example.fi.")
            raise ValidationError(sentence) from None

    def begin(self) -> None:
        """Begin anew: the next sending is another one than the last."""
        self.key.data = new_secret()

    def know(self, person: Person | None) -> None:
        """Ask somebody who is signed in for no address."""
        if person is None:
            return
        del self.email
        if not self.is_submitted():
            self.name.data = person.name


class QuestionForm(VisitorForm):
    """A question to the team."""

    text = TextAreaField(
        lazy("Your question"),
        description=lazy("It is shown with your name when the team has answered it."),
        filters=[cleaned],
        validators=[DataRequired(lazy("Write the question.")), _at_most(QUESTION_LENGTH_MAX)],
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The team's answer to a question, or its thanks for an offer."""

    text = TextAreaField(
        lazy("Your answer"),
        filters=[cleaned],
        validators=[DataRequired(lazy("Write the answer.")), _at_most(ANSWER_LENGTH_MAX)],
    )


class ThanksForm(AnswerForm):
    """The team's thanks for an offer."""

    text = TextAreaField(
        lazy("Your thanks"),
        description=lazy(
            "Sent with your name and e-mail address, so that you can agree on the rest."
        ),
        filters=[cleaned],
        validators=[DataRequired(lazy("Say thank you.")), _at_most(ANSWER_LENGTH_MAX)],
    )


class NeedForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What the team asks for besides money."""

    kind = SelectField(lazy("Kind of help"), choices=_KINDS)
    text = StringField(
        lazy("What is needed"),
        description=lazy("For example: an electrician for one Saturday in March."),
        filters=[cleaned],
        validators=[DataRequired(lazy("Say what is needed.")), _at_most(NEED_LENGTH_MAX)],
    )
    language = SelectField(lazy("Language of these texts"), choices=_LANGUAGES)


class OfferForm(VisitorForm):
    """Help that a visitor offers."""

    kind = RadioField(
        lazy("What do you offer?"),
        choices=_KINDS,
        validators=[DataRequired(lazy("Choose one."))],
    )
    hours = IntegerField(
        lazy("How many hours"),
        description=lazy("Only if you offer hours."),
        validators=[Optional()],
    )
    text = TextAreaField(
        lazy("In your own words"),
        filters=[cleaned],
        validators=[DataRequired(lazy("Say what you offer.")), _at_most(OFFER_LENGTH_MAX)],
    )
    is_name_shown = BooleanField(lazy("Show my name when the team has said thank you"))

    def validate_kind(self, field: Field) -> None:
        """Ask for the hours of an offer of hours; here, since an empty field is not asked."""
        hours = self.hours.data
        if field.data != HelpKind.HOURS or self.hours.errors:
            return
        if hours is None or not 1 <= hours <= HOURS_MAX:
            # Said at the choice: the field below may have been left empty on purpose.
            raise ValidationError(
                _("Say below how many hours: from 1 to %(most)s.", most=HOURS_MAX)
            )
