"""The learning card as a form, and the search over learnings and experiments."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from grantengine.learnings.cards import Card
from grantengine.learnings.lifecycle import (
    ANSWER_LENGTH_MAX,
    NARRATOR_LENGTH_MAX,
    STORY,
    Result,
)
from grantengine.programme.lifecycle import Tier
from grantengine.web.i18n import LANGUAGES, lazy
from grantengine.web.labels.experiments import TIERS_MANY
from grantengine.web.labels.learnings import QUESTIONS, RESULTS

_HINTS = {
    "doing": lazy("In two or three sentences, as you would tell it to a neighbour."),
    "daring": lazy("What made it possible, or impossible not to?"),
    "succeeded": lazy("What would you do again in the same way?"),
    "went_wrong": lazy("What would you do otherwise? This is what others look for first."),
    "learned": lazy("One thing that somebody else can use tomorrow."),
}

_RESULTS = [SelectChoice(result.value, RESULTS[result]) for result in Result]


def _answer(name: str) -> TextAreaField:
    return TextAreaField(
        QUESTIONS[name],
        description=_HINTS[name],
        validators=[
            InputRequired(lazy("Answer this question.")),
            Length(max=ANSWER_LENGTH_MAX, message=lazy("Keep it under %(max)d characters.")),
        ],
        filters=[_stripped],
    )


def _stripped(text: str | None) -> str:
    # A NUL would be refused by PostgreSQL.
    return (text or "").replace("\x00", "").strip()


class LearningForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The card: a result, who tells, and the five answers."""

    result = RadioField(
        lazy("What became of the hypothesis?"),
        choices=_RESULTS,
        validators=[InputRequired(lazy("Choose one of the three."))],
    )
    narrator = StringField(
        lazy("Who tells this?"),
        description=lazy("A title is enough, for example: head of the library."),
        validators=[
            InputRequired(lazy("Say who tells this.")),
            Length(max=NARRATOR_LENGTH_MAX, message=lazy("Keep it under %(max)d characters.")),
        ],
        filters=[_stripped],
    )
    language = SelectField(
        lazy("Language of the story"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[InputRequired(lazy("Choose the language of the story."))],
    )
    doing = _answer("doing")
    daring = _answer("daring")
    succeeded = _answer("succeeded")
    went_wrong = _answer("went_wrong")
    learned = _answer("learned")

    def validate_as_draft(self) -> bool:
        """Check only what a draft must keep to: nothing is too long, the language is known."""
        for name in ("result", "narrator", *STORY):
            field = self[name]
            if not field.raw_data or not (field.raw_data[0] or "").strip():
                field.validators = [Optional()]
                field.validate_choice = False
        return bool(self.validate())

    def card(self) -> Card:
        """Read the card out of a form that was checked."""
        texts = {name: self[name].data or "" for name in ("narrator", *STORY)}
        result = Result(self.result.data) if self.result.data else None
        return Card(language=self.language.data, result=result, **texts)


class SearchForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Words and filters of a public list; an address with nonsense in it filters nothing."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf ships no types
        """A search changes nothing, so it needs no token."""

        csrf = False

    q = StringField(lazy("Search for"), validators=[Optional()])
    region = SelectField(lazy("Region"), validators=[Optional()])

    def chosen(self, name: str) -> Any:
        """Give a filter that is one of its choices, else None."""
        field = self[name]
        known = {str(choice.value) for choice in field.choices}
        return field.data if field.data and field.data in known else None


class LearningSearchForm(SearchForm):
    """The search over learnings."""

    result = SelectField(
        lazy("Result"),
        choices=[SelectChoice("", lazy("All")), *_RESULTS],
        validators=[Optional()],
    )
    order = SelectField(
        lazy("Order"),
        choices=[
            SelectChoice("", lazy("Newest first")),
            SelectChoice("failures", lazy("Failures first")),
        ],
        validators=[Optional()],
    )


def _tier_choices() -> list[SelectChoice]:
    tiers = [SelectChoice(tier.value, TIERS_MANY[tier]) for tier in Tier]
    return [SelectChoice("", lazy("All sizes")), *tiers]


class ExperimentSearchForm(SearchForm):
    """The search over experiments."""

    tier = SelectField(lazy("Size"), choices=_tier_choices(), validators=[Optional()])
