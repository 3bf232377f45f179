"""The form of a call: its texts, its money, its times, its criteria."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from grantengine.money import eur
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.programme.models import Envelope, Goal
from grantengine.reviews.lifecycle import AidBasis
from grantengine.web.forms.checklists import ITEMS_MAX, ChecklistItemForm
from grantengine.web.forms.criteria import CRITERIA_MAX, CriterionForm
from grantengine.web.forms.days import DayField
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, lazy
from grantengine.web.labels.experiments import TIERS
from grantengine.web.labels.reviews import AID_BASES, APPLICANT_KINDS
from grantengine.web.names import name_in_language

INSTALMENTS_MAX = 4
TITLE_LENGTH_MAX = 160
TEXT_LENGTH_MAX = 5_000
_TOO_LONG = lazy("Keep it under %(max)d characters.")
# As browsers write it, with seconds where somebody asks for them.
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_PERCENT = NumberRange(1, 100, lazy("Give a whole percentage from 1 to 100."))
_COUNT = NumberRange(1, 10_000, lazy("Give a whole number from 1 to 10,000."))


class CallTextsForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """What the call says in one language."""

    title = StringField(
        lazy("Title"), [Length(max=TITLE_LENGTH_MAX, message=_TOO_LONG)], filters=[cleaned]
    )
    purpose = TextAreaField(
        lazy("What is looked for"),
        [Length(max=TEXT_LENGTH_MAX, message=_TOO_LONG)],
        description=lazy("What should be tried, and why now. Markdown may be used."),
        filters=[cleaned],
    )
    who = TextAreaField(
        lazy("Who may apply, in words"),
        [Optional(), Length(max=TEXT_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )


class NationalTextsForm(CallTextsForm):
    """What the call says in Finnish or Swedish, in which it has to say it."""

    title = StringField(
        lazy("Title"),
        [
            DataRequired(lazy("Give the call a title in Finnish and in Swedish.")),
            Length(max=TITLE_LENGTH_MAX, message=_TOO_LONG),
        ],
        filters=[cleaned],
    )
    purpose = TextAreaField(
        lazy("What is looked for"),
        [
            DataRequired(lazy("Say in Finnish and in Swedish what is looked for.")),
            Length(max=TEXT_LENGTH_MAX, message=_TOO_LONG),
        ],
        description=lazy("What should be tried, and why now. Markdown may be used."),
        filters=[cleaned],
    )


class InstalmentForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One part of every grant of the call; a row without a share is none."""

    share = IntegerField(lazy("Share, %"), [Optional(), _PERCENT])
    days = IntegerField(
        lazy("Days after the decision"),
        [Optional(), NumberRange(0, 2_000, lazy("Give a number of days from 0 to 2,000."))],
    )
    on_learning = BooleanField(lazy("Waits for the learning card"))


class CallForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Everything that a call needs before it may be published."""

    version = HiddenField("")
    fi = FormField(NationalTextsForm, LANGUAGES["fi"])
    sv = FormField(NationalTextsForm, LANGUAGES["sv"])
    en = FormField(CallTextsForm, LANGUAGES["en"])
    tier = RadioField(
        lazy("Size of the experiments"),
        choices=[SelectChoice(tier.value, TIERS[tier]) for tier in Tier],
        default=Tier.SMALL.value,
        validators=[InputRequired(lazy("Choose one."))],
    )
    goal_ids = SelectMultipleField(
        lazy("Goals that the experiments serve"),
        [InputRequired(lazy("Choose at least one goal."))],
        description=lazy("An application has to serve at least one of them."),
    )
    applicant_kinds = SelectMultipleField(
        lazy("Who may apply"),
        [InputRequired(lazy("Choose at least one kind of applicant."))],
        choices=[SelectChoice(kind.value, APPLICANT_KINDS[kind]) for kind in OrganisationKind],
        default=[kind.value for kind in OrganisationKind],
    )
    envelope = SelectField(
        lazy("Envelope that pays"), [InputRequired(lazy("Choose the envelope."))]
    )
    grant_min = MoneyField(
        lazy("Smallest grant"),
        [
            InputRequired(lazy("Give the smallest grant.")),
            MoneyRange(smallest=eur("1"), largest=eur("2000000")),
        ],
    )
    grant_max = MoneyField(
        lazy("Largest grant"),
        [
            InputRequired(lazy("Give the largest grant.")),
            MoneyRange(smallest=eur("1"), largest=eur("2000000")),
        ],
    )
    grants_target = IntegerField(
        lazy("Number of grants"), [InputRequired(lazy("Say how many grants are aimed at.")), _COUNT]
    )
    cost_share = IntegerField(
        lazy("The grant’s share of all costs, at most %"),
        [InputRequired(lazy("Say how much of the costs a grant may cover.")), _PERCENT],
        default=90,
    )
    self_financing = IntegerField(
        lazy("The applicant’s own and other money, at least % of all costs"),
        [
            InputRequired(lazy("Give a whole percentage from 0 to 99.")),
            NumberRange(0, 99, lazy("Give a whole percentage from 0 to 99.")),
        ],
        default=0,
    )
    aid_basis = RadioField(
        lazy("State aid"),
        choices=[SelectChoice(basis.value, AID_BASES[basis]) for basis in AidBasis],
        default=AidBasis.NONE.value,
        validators=[InputRequired(lazy("Choose one."))],
    )
    instalments = FieldList(
        FormField(InstalmentForm), min_entries=INSTALMENTS_MAX, max_entries=INSTALMENTS_MAX
    )
    opens_at = DateTimeLocalField(
        lazy("Opens"),
        [InputRequired(lazy("Choose the day and the time of opening."))],
        format=_MOMENTS,
        description=lazy("Finnish time."),
    )
    closes_at = DateTimeLocalField(
        lazy("Closes"),
        [InputRequired(lazy("Choose the day and the time of closing."))],
        format=_MOMENTS,
        description=lazy("Finnish time, to the second. A later application is not taken."),
    )
    use_starts_on = DayField(
        lazy("First day of use"), [InputRequired(lazy("Choose the first day of use."))]
    )
    use_ends_on = DayField(
        lazy("Last day of use"), [InputRequired(lazy("Choose the last day of use."))]
    )
    reviews = IntegerField(
        lazy("Reviews for each application"),
        [
            InputRequired(lazy("Say how many reviewers read each application.")),
            NumberRange(1, 9, lazy("Give a number from 1 to 9.")),
        ],
        default=2,
    )
    checklist = FieldList(
        FormField(ChecklistItemForm), min_entries=ITEMS_MAX, max_entries=ITEMS_MAX
    )
    criteria = FieldList(
        FormField(CriterionForm), min_entries=CRITERIA_MAX, max_entries=CRITERIA_MAX
    )


def offer(form: CallForm, envelopes: Sequence[Envelope], goals: Sequence[Goal]) -> None:
    """Fill in what a call can choose from."""
    form.envelope.choices = [SelectChoice(each.code, _called(each)) for each in envelopes]
    form.goal_ids.choices = [SelectChoice(each.id, name_in_language(each.names)) for each in goals]


def _called(envelope: Envelope) -> str:
    name = name_in_language(envelope.names)
    return f"{name} ({envelope.funder.name})" if envelope.funder else name
