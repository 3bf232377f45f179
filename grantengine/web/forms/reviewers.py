"""The forms of a reviewer: what they are at home in, and what binds them."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
)

from grantengine.programme.models import Goal, Person, Region
from grantengine.reviews.expertise import Expertise
from grantengine.reviews.lifecycle import TieKind
from grantengine.reviews.pool_models import ReviewerProfile
from grantengine.reviews.pooling import Knowledge
from grantengine.web.forms.business_ids import BusinessIdForm
from grantengine.web.i18n import LANGUAGES, lazy
from grantengine.web.labels.panel import EXPERTISE, TIE_KINDS
from grantengine.web.names import name_in_language

_CAPACITY_MAX = 1_000


class ProfileForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What a reviewer is at home in."""

    expertise = SelectMultipleField(
        lazy("Fields of expertise"),
        choices=[SelectChoice(each.value, EXPERTISE[each]) for each in Expertise],
    )
    goal_ids = SelectMultipleField(lazy("Goals of the programme that are near"))
    languages = SelectMultipleField(
        lazy("Languages that are read with ease"),
        [InputRequired(lazy("Choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    regions = SelectMultipleField(lazy("Regions that are known well"))
    capacity = IntegerField(
        lazy("Reviews at a time, at most"),
        [Optional(), NumberRange(0, _CAPACITY_MAX, lazy("Give a whole number from 0 to 1,000."))],
        description=lazy("Empty: as many as come. 0: none for now."),
    )

    def knowledge(self) -> Knowledge:
        """Read what was filled in."""
        return Knowledge(
            expertise=self.expertise.data,
            goal_ids=self.goal_ids.data,
            languages=self.languages.data,
            regions=self.regions.data,
            capacity=self.capacity.data,
        )


class TieForm(BusinessIdForm, FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What binds a reviewer to a body."""

    kind = RadioField(
        lazy("What binds"),
        choices=[SelectChoice(each.value, TIE_KINDS[each]) for each in TieKind],
        validators=[InputRequired(lazy("Choose one."))],
    )
    organisation_name = StringField(
        lazy("Organisation"),
        [
            DataRequired(lazy("Name the organisation.")),
            Length(max=200, message=lazy("Keep it under %(max)d characters.")),
        ],
    )
    business_id = StringField(
        lazy("Business ID"),
        [Optional()],
        description=lazy("With it, the organisation is found whatever name it uses."),
    )


def profile_form(
    goals: Sequence[Goal],
    regions: Sequence[Region],
    *,
    person: Person | None = None,
    kept: ReviewerProfile | None = None,
) -> ProfileForm:
    """Make the form of a profile.

    Args:
        goals: that can be near.
        regions: that can be known.
        person: whose profile it begins with; None to read the request.
        kept: what that person has said so far.
    """
    if person is None:
        form = ProfileForm()
    elif kept is None:
        form = ProfileForm(formdata=None, data={"languages": [person.language]})
    else:
        form = ProfileForm(formdata=None, obj=kept)
    form.goal_ids.choices = [SelectChoice(each.id, name_in_language(each.names)) for each in goals]
    form.regions.choices = [
        SelectChoice(each.code, name_in_language(each.names)) for each in regions
    ]
    return form
