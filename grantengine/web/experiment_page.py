"""Everything that the one page of an experiment shows, gathered in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import queries as campaigns
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.queries import Totals
from grantengine.disbursements import queries as disbursements
from grantengine.disbursements.models import Grant, Instalment
from grantengine.history import StatusEvent
from grantengine.learnings import queries as learnings
from grantengine.learnings.lifecycle import LearningStatus
from grantengine.learnings.models import Learning
from grantengine.ledger.accounts import Fund
from grantengine.money import Money
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.programme.models import Experiment
from grantengine.web.campaign_page import released_pledges
from grantengine.web.formatting import day, money_short, period
from grantengine.web.i18n import LazyText, lazy
from grantengine.web.labels.history import AWARDED, COLLECTED, EVENTS, STATIONS

Step = tuple[LazyText, str, str | None]
ThreadEvent = tuple[datetime, str, str | None, str | None]

_IDEA, _MONEY = lazy("Idea"), lazy("Money")
_TRIAL, _LEARNING = lazy("Trial"), lazy("Learning")


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """What the page shows; money is read from the ledger."""

    experiment: Experiment
    campaigns: Sequence[Campaign]
    totals: dict[str, Totals]
    released: dict[str, Money]
    grants: Sequence[Grant]
    instalments: Sequence[Instalment]
    learning: Learning | None
    children: Sequence[Experiment]
    events: Sequence[StatusEvent]

    @property
    def published_learning(self) -> Learning | None:
        """The learning, once everybody may read it."""
        told = self.learning
        return told if told is not None and told.status == LearningStatus.PUBLISHED else None

    @property
    def steps(self) -> list[Step]:
        """The four stages, for the stepper."""
        experiment = self.experiment
        notes = self._notes()
        names = (_IDEA, _MONEY, _TRIAL, _LEARNING)
        states = _STEP_STATES[ExperimentStatus(experiment.status)]
        return [(name, state, note) for name, state, note in zip(names, states, notes, strict=True)]

    @property
    def thread(self) -> list[ThreadEvent]:
        """What happened, oldest first, each with its date, sentence, detail and station."""
        return sorted([*self._moves(), *self._awards()], key=lambda event: event[0])

    def _notes(self) -> tuple[str | None, str | None, str | None, str | None]:
        experiment, told = self.experiment, self.published_learning
        granted = Money(sum(grant.amount_cents for grant in self.grants))
        known = [each for each in (experiment.starts_on, experiment.ends_on) if each]
        return (
            day(experiment.created_at),
            money_short(granted) if granted else None,
            period(known[0], known[-1]) if known else None,
            day(told.published_at) if told else None,
        )

    def _moves(self) -> Iterator[ThreadEvent]:
        amounts = {each.id: money_short(each.amount) for each in self.instalments}
        opened = {each.id for each in self.instalments if each.opens_on_learning}
        titles = {each.id: each.title for each in self.campaigns}
        for event in self.events:
            key = (event.subject_id.split("_")[0], event.status)
            if key == _OPENING and event.subject_id not in opened:
                continue
            if key in EVENTS:
                detail = amounts.get(event.subject_id) or titles.get(event.subject_id)
                yield event.at, str(EVENTS[key]), detail, STATIONS.get(key)

    def _awards(self) -> Iterator[ThreadEvent]:
        for grant in self.grants:
            public = grant.fund == Fund.PUBLIC
            sentence, station = (AWARDED, "committed") if public else (COLLECTED, "collected")
            detail = f"{money_short(grant.amount)} · {grant.case_number}"
            yield grant.awarded_at, str(sentence), detail, station


def experiment_page(session: Session, experiment: Experiment) -> ExperimentPage:
    """Gather the page of an experiment."""
    found = [
        each
        for each in campaigns.campaigns_of_experiment(session, experiment.id)
        if each.status not in HIDDEN
    ]
    instalments = disbursements.instalments_of_experiment(session, experiment.id)
    subjects = [experiment.id, *(each.id for each in found), *(each.id for each in instalments)]
    return ExperimentPage(
        experiment=experiment,
        campaigns=found,
        totals=campaigns.totals_of(session, [each.id for each in found]),
        released=released_pledges(session, found),
        grants=disbursements.grants_of_experiment(session, experiment.id),
        instalments=instalments,
        learning=learnings.learning_of(session, experiment.id),
        children=learnings.grown_from(session, experiment.id),
        events=_events_of(session, subjects),
    )


def _events_of(session: Session, subjects: Sequence[str]) -> Sequence[StatusEvent]:
    query = sa.select(StatusEvent).where(StatusEvent.subject_id.in_(subjects))
    return session.scalars(query.order_by(StatusEvent.id)).all()


# Told only of what the learning opened; the rest may be paid from the beginning.
_OPENING = ("ins", "open")

_STEP_STATES: dict[ExperimentStatus, tuple[str, str, str, str]] = {
    ExperimentStatus.PROPOSED: ("done", "current", "todo", "todo"),
    ExperimentStatus.RUNNING: ("done", "done", "current", "todo"),
    ExperimentStatus.LEARNED: ("done", "done", "done", "done"),
    ExperimentStatus.CANCELLED: ("done", "done", "stopped", "todo"),
}
