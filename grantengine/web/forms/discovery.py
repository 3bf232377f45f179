"""The search over campaigns: words and four filters, each choice with how many it would find."""

from collections.abc import Mapping, Sequence

from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from grantengine.campaigns.discovery import Counts
from grantengine.programme.lifecycle import Tier
from grantengine.programme.models import Goal, Region
from grantengine.web.forms.learnings import SearchForm
from grantengine.web.i18n import _, lazy
from grantengine.web.labels.campaigns import STATES, STATUSES_OF_STATE
from grantengine.web.labels.experiments import TIERS_MANY
from grantengine.web.names import name_in_language
from grantengine.web.places import region_choices_of


class CampaignSearchForm(SearchForm):
    """The search over campaigns."""

    state = SelectField(
        lazy("State"),
        choices=[SelectChoice("", lazy("All")), *(SelectChoice(*each) for each in STATES.items())],
        validators=[Optional()],
    )
    goal = SelectField(lazy("Theme"), validators=[Optional()])
    tier = SelectField(
        lazy("Size"),
        choices=[
            SelectChoice("", lazy("All sizes")),
            *(SelectChoice(tier.value, TIERS_MANY[tier]) for tier in Tier),
        ],
        validators=[Optional()],
    )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether something besides words was chosen."""
        return any(self[name].data for name in ("state", "region", "goal", "tier"))

    def offer(self, regions: Sequence[Region], goals: Sequence[Goal]) -> None:
        """Offer the places and themes that there are."""
        self.region.choices = region_choices_of(regions)
        named = (SelectChoice(goal.code, name_in_language(goal.names)) for goal in goals)
        self.goal.choices = [SelectChoice("", _("All themes")), *named]

    def count(self, counts: Counts) -> None:
        """Say with each choice how many campaigns it would find; those of none are left out."""
        of_state = {
            state: sum(counts.by_status.get(status, 0) for status in statuses)
            for state, statuses in STATUSES_OF_STATE.items()
        }
        by_tier = {tier.value: count for tier, count in counts.by_tier.items()}
        for name, found in (
            ("region", counts.by_region),
            ("goal", counts.by_goal),
            ("tier", by_tier),
            ("state", of_state),
        ):
            self[name].choices = _counted(self[name].choices, found, chosen=self[name].data)


def _counted(
    choices: Sequence[SelectChoice], found: Mapping[str, int], *, chosen: str | None
) -> list[SelectChoice]:
    return [
        SelectChoice(
            each.value, f"{each.label} ({found.get(each.value, 0)})" if each.value else each.label
        )
        for each in choices
        # What is chosen stays in sight, even when the other filters leave nothing of it.
        if not each.value or found.get(each.value) or each.value == chosen
    ]
