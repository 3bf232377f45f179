"""What an experiment can be, and what may follow what."""

from enum import StrEnum

from grantengine.transitions import Moves


class Tier(StrEnum):
    """How large an experiment is, and how carefully it is followed."""

    SMALL = "small"
    STRONG = "strong"
    STRATEGIC = "strategic"


class ExperimentStatus(StrEnum):
    """Where an experiment stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    LEARNED = "learned"
    CANCELLED = "cancelled"


EXPERIMENT_MOVES: Moves[ExperimentStatus] = {
    ExperimentStatus.PROPOSED: {ExperimentStatus.RUNNING, ExperimentStatus.CANCELLED},
    ExperimentStatus.RUNNING: {ExperimentStatus.LEARNED, ExperimentStatus.CANCELLED},
    ExperimentStatus.LEARNED: set(),
    ExperimentStatus.CANCELLED: set(),
}


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    EXPERIMENTER = "experimenter"
    REVIEWER = "reviewer"
    PRESENTER = "presenter"
    DECISION_MAKER = "decision_maker"
    FINANCE_OFFICER = "finance_officer"
    STEWARD = "steward"


class OrganisationKind(StrEnum):
    """What sort of body an organisation is; decides the general-ledger account of a grant."""

    MUNICIPALITY = "municipality"
    ASSOCIATION = "association"
    COMPANY = "company"
    UNIVERSITY = "university"
    STATE = "state"
    WORKING_GROUP = "working_group"
    PRIVATE_PERSON = "private_person"


class GoalLevel(StrEnum):
    """Whose goal it is."""

    NATIONAL = "national"
    REGIONAL = "regional"
    GRASSROOTS = "grassroots"


class EventKind(StrEnum):
    """Dated events of the programme."""

    WEEK = "week"
    FAILURE_DAY = "failure_day"
