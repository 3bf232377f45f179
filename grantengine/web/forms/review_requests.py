"""Forms of a request for review: what the applicant asks, what the authority answers."""

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from grantengine.reviews.lifecycle import ReviewRequestStatus
from grantengine.web.i18n import lazy
from grantengine.web.labels.aftermath import ANSWERS

LENGTH_MAX = 20_000
_Length = Length(max=LENGTH_MAX, message=lazy("Keep it under %(max)d characters."))


class ReviewRequestForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What an applicant asks to be changed."""

    demand = TextAreaField(
        lazy("What should be changed"),
        description=lazy("Which parts of the decision, and how they should read."),
        validators=[InputRequired(lazy("Say what should be changed.")), _Length],
    )
    grounds = TextAreaField(
        lazy("On what grounds"),
        description=lazy("What was not considered, or considered wrongly."),
        validators=[InputRequired(lazy("Say why it should be changed.")), _Length],
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """How a request is answered."""

    outcome = RadioField(
        lazy("Answer"),
        choices=[SelectChoice(str(each), ANSWERS[each]) for each in ANSWERS],
        validators=[InputRequired(lazy("Choose one."))],
    )
    answer = TextAreaField(
        lazy("Grounds of the answer"),
        description=lazy("In the language of the application. They are printed in the answer."),
        validators=[InputRequired(lazy("An answer needs its grounds in words.")), _Length],
    )

    def offer_no_dismissal(self) -> None:
        """Show no answer that only a late request can get; the service refuses it besides."""
        dismissed = ReviewRequestStatus.DISMISSED
        self.outcome.choices = [each for each in self.outcome.choices if each.value != dismissed]
