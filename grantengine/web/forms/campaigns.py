"""The form of an experimenter's own campaign."""

from datetime import datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.legality import LegalFacts
from grantengine.campaigns.lifecycle import CampaignKind, LegalKind
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.service import CampaignPlan
from grantengine.clock import HELSINKI
from grantengine.disbursements.accounts import is_iban, normalise_iban
from grantengine.money import eur
from grantengine.web.forms.days import DayField
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, _, lazy
from grantengine.web.labels.campaigns import CAMPAIGN_KINDS, LEGAL_KINDS, TERM_REASONS

TITLE_LENGTH_MAX = 120
SUMMARY_LENGTH_MAX = 300
STORY_LENGTH_MAX = 20_000
PURPOSE_LENGTH_MAX = 300
AREA_LENGTH_MAX = 200
_TOO_LONG = lazy("Keep it under %(max)d characters.")
# The last minute of the chosen day in Finland, so that the day itself still counts.
_LAST_MINUTE = time(23, 59)

_KEPT = (
    "title", "summary", "story", "language", "goal", "optimum", "kind", "legal_kind",
    "legal_number", "legal_notified_on", "legal_starts_on", "legal_ends_on", "legal_area",
    "purpose", "secondary_purpose", "payee_name", "payee_iban",
)  # fmt: skip


class TranslationForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """The texts of a campaign in one more language."""

    title = StringField(
        lazy("Title"), [Length(max=TITLE_LENGTH_MAX, message=_TOO_LONG)], filters=[cleaned]
    )
    summary = TextAreaField(
        lazy("In a nutshell"),
        [Length(max=SUMMARY_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )
    story = TextAreaField(
        lazy("Story"), [Length(max=STORY_LENGTH_MAX, message=_TOO_LONG)], filters=[cleaned]
    )
    purpose = StringField(
        lazy("What the money is collected for"),
        [Length(max=PURPOSE_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )
    secondary_purpose = StringField(
        lazy("What for, if that cannot be done"),
        [Length(max=PURPOSE_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )
    legal_area = StringField(
        lazy("Where the permit holds"),
        [Length(max=AREA_LENGTH_MAX, message=_TOO_LONG)],
        filters=[cleaned],
    )


class CampaignForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Everything that a campaign needs before it may open."""

    title = StringField(
        lazy("Title"),
        validators=[
            DataRequired(lazy("Give the campaign a title.")),
            Length(max=TITLE_LENGTH_MAX, message=_TOO_LONG),
        ],
        filters=[cleaned],
    )
    summary = TextAreaField(
        lazy("In a nutshell"),
        description=lazy(
            "Two or three sentences: what is tried, and what the money makes possible."
        ),
        validators=[
            DataRequired(lazy("Say in a few sentences what is tried.")),
            Length(max=SUMMARY_LENGTH_MAX, message=_TOO_LONG),
        ],
        filters=[cleaned],
    )
    story = TextAreaField(
        lazy("Story"),
        description=lazy("Why, with whom, what each part of the money buys. Markdown may be used."),
        validators=[
            DataRequired(lazy("Tell the story of the experiment.")),
            Length(max=STORY_LENGTH_MAX, message=_TOO_LONG),
        ],
        filters=[cleaned],
    )
    language = SelectField(
        lazy("Language of these texts"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    goal = MoneyField(
        lazy("Goal"),
        description=lazy("How much money the experiment needs."),
        validators=[
            InputRequired(lazy("Say how much money is needed.")),
            MoneyRange(smallest=eur("1"), largest=eur("1000000")),
        ],
    )
    optimum = MoneyField(
        lazy("Best with"),
        description=lazy(
            "What the experiment would do best with. The campaign goes on to it past the goal."
        ),
        validators=[MoneyRange(smallest=eur("1"), largest=eur("1000000"))],
    )
    opens_on = DayField(
        lazy("First day"),
        description=lazy("Left empty, pledging begins when you open the campaign."),
        validators=[Optional()],
    )
    ends_on = DayField(
        lazy("Last day"),
        description=lazy("The campaign ends on this day at 23.59 Finnish time."),
        validators=[InputRequired(lazy("Choose the last day."))],
    )
    kind = RadioField(
        lazy("When backers pay"),
        choices=[SelectChoice(kind.value, CAMPAIGN_KINDS[kind]) for kind in CampaignKind],
        # Who leaves it out means the careful one.
        filters=[lambda kind: kind or CampaignKind.ALL_OR_NOTHING.value],
    )
    legal_kind = RadioField(
        lazy("What backers get"),
        choices=[SelectChoice(kind.value, LEGAL_KINDS[kind]) for kind in LegalKind],
        default=LegalKind.REWARD.value,
        validators=[InputRequired(lazy("Choose one."))],
    )
    legal_number = StringField(
        lazy("Number of the collection or permit"),
        description=lazy("As the police gave it; it is shown with the campaign everywhere."),
        filters=[cleaned],
        validators=[Length(max=40, message=_TOO_LONG)],
    )
    legal_notified_on = DayField(
        lazy("Day of the notice to the police"),
        description=lazy(
            "Of a small-scale collection: at least five working days before the first pledge."
        ),
        validators=[Optional()],
    )
    legal_starts_on = DayField(lazy("First day of the permit"), validators=[Optional()])
    legal_ends_on = DayField(lazy("Last day of the permit"), validators=[Optional()])
    legal_area = StringField(
        lazy("Where the permit holds"),
        filters=[cleaned],
        validators=[Length(max=AREA_LENGTH_MAX, message=_TOO_LONG)],
    )
    purpose = StringField(
        lazy("What the money is collected for"),
        description=lazy("Of a collection: as it was told to the police."),
        filters=[cleaned],
        validators=[Length(max=PURPOSE_LENGTH_MAX, message=_TOO_LONG)],
    )
    secondary_purpose = StringField(
        lazy("What for, if that cannot be done"),
        filters=[cleaned],
        validators=[Length(max=PURPOSE_LENGTH_MAX, message=_TOO_LONG)],
    )
    payee_name = StringField(
        lazy("Payee"),
        description=lazy("Holder of the account, as the bank knows it."),
        validators=[DataRequired(lazy("Say who is paid.")), Length(max=140, message=_TOO_LONG)],
        filters=[cleaned],
    )
    payee_iban = StringField(
        lazy("Account (IBAN)"), validators=[InputRequired(lazy("Give the account."))]
    )
    fi = FormField(TranslationForm)
    sv = FormField(TranslationForm)
    en = FormField(TranslationForm)

    def validate_payee_iban(self, field: Field) -> None:
        """Refuse an account number whose check digits are wrong."""
        if not is_iban(field.data):
            raise ValidationError(_("This is no account number. Check it character by character."))

    def plan(self, *, now: datetime) -> CampaignPlan:
        """Read the plan out of a form that was checked; the campaign opens when it is opened."""
        assert self.goal.data is not None  # InputRequired and MoneyField have seen to it.
        translations = {
            code: {name: text for name, text in self[code].data.items() if text}
            for code in LANGUAGES
            if code != self.language.data
        }
        return CampaignPlan(
            title=self.title.data,
            summary=self.summary.data,
            story=self.story.data,
            language=self.language.data,
            goal=self.goal.data,
            optimum=self.optimum.data,
            opens_at=self._opens_at(now),
            deadline_at=datetime.combine(self.ends_on.data, _LAST_MINUTE, tzinfo=HELSINKI),
            payee_name=self.payee_name.data,
            payee_iban=normalise_iban(self.payee_iban.data),
            kind=CampaignKind(self.kind.data),
            legal_kind=LegalKind(self.legal_kind.data),
            legal=LegalFacts(
                number=self.legal_number.data,
                notified_on=self.legal_notified_on.data,
                starts_on=self.legal_starts_on.data,
                ends_on=self.legal_ends_on.data,
                area=self.legal_area.data,
                purpose=self.purpose.data,
                secondary_purpose=self.secondary_purpose.data,
            ),
            translations={code: texts for code, texts in translations.items() if texts},
        )

    def _opens_at(self, now: datetime) -> datetime:
        if self.opens_on.data is None:
            return now
        return datetime.combine(self.opens_on.data, time(0), tzinfo=HELSINKI)

    def refuse(self, error: CampaignTermsError) -> None:
        """Say a refusal of the law beside its field."""
        names = {"deadline_at": "ends_on", "opens_at": "opens_on"}
        name = error.details["field"]
        field = self[names.get(name, name)]
        field.errors = [*field.errors, str(TERM_REASONS[error.details["reason"]])]


def values_of(campaign: Campaign) -> dict[str, Any]:
    """Give what the form of a draft begins with."""
    values = {name: getattr(campaign, name) for name in _KEPT}
    opens_on = campaign.opens_at.astimezone(HELSINKI).date()
    # A campaign that was to open when it is opened was planned with the day it was made on.
    is_dated = opens_on > campaign.created_at.astimezone(HELSINKI).date()
    values["opens_on"] = opens_on if is_dated else None
    values["ends_on"] = campaign.deadline_at.astimezone(HELSINKI).date()
    return values | {code: campaign.translations.get(code, {}) for code in LANGUAGES}
