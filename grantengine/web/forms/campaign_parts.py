"""The forms of what a campaign consists of: a reward, a budget line, a team member, a picture."""

from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from grantengine.campaigns.content_models import Picture
from grantengine.campaigns.content_plans import (
    STOCK_MAX,
    BudgetLinePlan,
    PartPlan,
    PictureWordsPlan,
    RewardPlan,
    TeamMemberPlan,
)
from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.campaigns.vat import VAT_RATES_BPS
from grantengine.errors import InvalidInputError
from grantengine.money import eur
from grantengine.web.formatting import rate
from grantengine.web.forms.days import DayField
from grantengine.web.forms.money import MoneyField, MoneyRange
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, _, lazy

_TOO_LONG = lazy("Keep it under %(max)d characters.")


def _text(label: Any, *, longest: int, missing: Any = None, **options: Any) -> StringField:
    needed = [DataRequired(missing)] if missing else []
    too_long = Length(max=longest, message=_TOO_LONG)
    return StringField(label, [*needed, too_long], filters=[cleaned], **options)


class RewardTexts(Form):  # type: ignore[misc]  # wtforms ships no types
    """A reward in one more language."""

    title = _text(lazy("Title"), longest=120)
    description = _text(lazy("What it is"), longest=500)


class TitleTexts(Form):  # type: ignore[misc]  # wtforms ships no types
    """A title in one more language."""

    title = _text(lazy("What it is"), longest=120)


class RoleTexts(Form):  # type: ignore[misc]  # wtforms ships no types
    """What somebody does, in one more language."""

    role = _text(lazy("What they do"), longest=120)


class AltTexts(Form):  # type: ignore[misc]  # wtforms ships no types
    """What is to be seen on a picture, in one more language."""

    alt = _text(lazy("What is to be seen"), longest=300)


class PartForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What the forms of all parts have in common: their texts in other languages."""

    def translations(self) -> dict[str, dict[str, str]]:
        """Give the texts in other languages that were filled in."""
        typed = {
            code: {name: text for name, text in self[code].data.items() if text}
            for code in LANGUAGES
        }
        return {code: texts for code, texts in typed.items() if texts}

    def plan(self) -> PartPlan:
        """Read the part out of a form that was checked."""
        raise NotImplementedError

    def changed(self) -> PartPlan:
        """Read what a part is to be that is there already."""
        return self.plan()


class RewardForm(PartForm):
    """A reward."""

    title = _text(lazy("Title"), longest=120, missing=lazy("Give the reward a title."))
    description = _text(lazy("What it is"), longest=500, missing=lazy("Say what the backer gets."))
    price = MoneyField(
        lazy("Price"),
        description=lazy("What the backer pays, value added tax included."),
        validators=[
            InputRequired(lazy("Give the price.")),
            MoneyRange(smallest=PLEDGE_MIN, largest=PLEDGE_MAX),
        ],
    )
    vat_rate_bps = SelectField(lazy("Value added tax"), coerce=int)
    stock = IntegerField(
        lazy("How many there are"),
        description=lazy("Left empty, as many as are asked for."),
        validators=[
            Optional(),
            NumberRange(1, STOCK_MAX, lazy("Give a whole number from 1 to 100 000.")),
        ],
    )
    delivered_on = DayField(
        lazy("With the backer by"), validators=[InputRequired(lazy("Choose the day."))]
    )
    fi, sv, en = (FormField(RewardTexts) for _code in range(3))

    def __init__(self, *given: Any, **values: Any) -> None:
        """Offer the rates of the tax as the reader writes them."""
        super().__init__(*given, **values)
        self.vat_rate_bps.choices = [SelectChoice(bps, rate(bps)) for bps in VAT_RATES_BPS]

    def plan(self) -> PartPlan:
        """Read the reward out of a form that was checked."""
        assert self.price.data is not None  # InputRequired and MoneyField have seen to it.
        return RewardPlan(
            title=self.title.data,
            description=self.description.data,
            price=self.price.data,
            vat_rate_bps=self.vat_rate_bps.data,
            delivered_on=self.delivered_on.data,
            stock=self.stock.data,
            translations=self.translations(),
        )


class BudgetLineForm(PartForm):
    """One thing that the money buys."""

    title = _text(lazy("What it is"), longest=120, missing=lazy("Say what the money buys."))
    amount = MoneyField(
        lazy("What it costs"),
        validators=[
            InputRequired(lazy("Say what it costs.")),
            MoneyRange(smallest=eur("1"), largest=eur("1000000")),
        ],
    )
    is_needed = BooleanField(lazy("The goal pays for it"), default=True)
    fi, sv, en = (FormField(TitleTexts) for _code in range(3))

    def plan(self) -> PartPlan:
        """Read the line out of a form that was checked."""
        assert self.amount.data is not None  # InputRequired and MoneyField have seen to it.
        return BudgetLinePlan(
            title=self.title.data,
            amount=self.amount.data,
            is_needed=self.is_needed.data,
            translations=self.translations(),
        )


class TeamMemberForm(PartForm):
    """Somebody of the team."""

    name = _text(lazy("Name"), longest=80, missing=lazy("Give the name."))
    role = _text(lazy("What they do"), longest=120, missing=lazy("Say what they do."))
    fi, sv, en = (FormField(RoleTexts) for _code in range(3))

    def validate_role(self, field: Field) -> None:
        """Keep addresses of people off the page."""
        if "@" in (field.data or ""):
            raise ValidationError(_("Leave addresses out: questions come through the page."))

    def plan(self) -> PartPlan:
        """Read the member out of a form that was checked."""
        return TeamMemberPlan(
            name=self.name.data, role=self.role.data, translations=self.translations()
        )


class PictureForm(PartForm):
    """A picture, with words for those who do not see it."""

    picture = FileField(
        lazy("Picture"),
        description=lazy("JPEG, PNG or WebP. It is drawn anew: where it was taken is not kept."),
    )
    alt = _text(
        lazy("What is to be seen"),
        longest=300,
        missing=lazy("Say in a sentence what is to be seen, for those who do not see it."),
        description=lazy("Read aloud to those who do not see the picture."),
    )
    fi, sv, en = (FormField(AltTexts) for _code in range(3))

    def __init__(self, *args: Any, obj: Picture | None = None, **more: Any) -> None:
        super().__init__(*args, obj=obj, **more)
        # Only who changes what is there may leave it as it is.
        self.picture.flags.required = obj is None

    def content(self) -> bytes:
        """Give the file that was sent, as it came; empty without one."""
        return self.picture.data.stream.read() if self.picture.data else b""

    def plan(self) -> PartPlan:
        """Draw the picture of a form that was checked anew.

        Raises:
            InvalidInputError: it is no picture that we can show, or a larger file than any may be.
        """
        from grantengine.web.pictures import drawn_anew

        content, limit = self.content(), current_app.config["FILE_SIZE_MAX"]
        if len(content) > limit:
            raise InvalidInputError(field="picture", reason="too_large", limit_bytes=limit)
        return drawn_anew(content, alt=self.alt.data, translations=self.translations())

    def changed(self) -> PartPlan:
        """Keep the picture that is there when no other one was sent."""
        if self.picture.data:
            return self.plan()
        return PictureWordsPlan(alt=self.alt.data, translations=self.translations())


PICTURE_REASONS = {
    "no_picture": lazy("This is no picture that we can read. Send a JPEG, PNG or WebP."),
    "too_small": lazy("The picture is too small: each side has to be at least 200 pixels."),
    "too_many_pixels": lazy("The picture is too large: at most 40 million pixels."),
}
