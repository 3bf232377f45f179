"""How experiments are spoken of: their tier, where they stand, whose goals they serve."""

from grantengine.programme.lifecycle import ExperimentStatus, GoalLevel, Role, Tier
from grantengine.web.i18n import LazyText, lazy

TIERS: dict[Tier, LazyText] = {
    Tier.SMALL: lazy("Small experiment"),
    Tier.STRONG: lazy("Strong experiment"),
    Tier.STRATEGIC: lazy("Strategic experiment"),
}

TIERS_MANY: dict[Tier, LazyText] = {
    Tier.SMALL: lazy("Small experiments"),
    Tier.STRONG: lazy("Strong experiments"),
    Tier.STRATEGIC: lazy("Strategic experiments"),
}

STATUSES: dict[ExperimentStatus, LazyText] = {
    ExperimentStatus.PROPOSED: lazy("Proposed"),
    ExperimentStatus.RUNNING: lazy("Under way"),
    ExperimentStatus.LEARNED: lazy("Learned"),
    ExperimentStatus.CANCELLED: lazy("Called off"),
}

GOAL_LEVELS: dict[GoalLevel, LazyText] = {
    GoalLevel.NATIONAL: lazy("National goal"),
    GoalLevel.REGIONAL: lazy("Regional goal"),
    GoalLevel.GRASSROOTS: lazy("Grassroots goal"),
}

ROLES: dict[Role, LazyText] = {
    Role.EXPERIMENTER: lazy("Experimenter"),
    Role.REVIEWER: lazy("Reviewer"),
    Role.PRESENTER: lazy("Presenter"),
    Role.DECISION_MAKER: lazy("Decision-maker"),
    Role.FINANCE_OFFICER: lazy("Finance officer"),
    Role.STEWARD: lazy("Steward"),
}

ROLE_MEANINGS: dict[Role, LazyText] = {
    Role.EXPERIMENTER: lazy(
        "Applies for a grant, raises money, runs the experiment and tells what was learned."
    ),
    Role.REVIEWER: lazy("Reads applications and scores them on the rubric, with reasons."),
    Role.PRESENTER: lazy("Ranks the applications and prepares the decisions, but signs none."),
    Role.DECISION_MAKER: lazy("Signs the decisions that a presenter has prepared."),
    Role.FINANCE_OFFICER: lazy(
        "Prepares payments and reads bank statements; releases what another has prepared."
    ),
    Role.STEWARD: lazy("Looks after the programme: may mend what is stuck, in any experiment."),
}
