"""Reviewers and applications as the search for conflicts and the assignment see them: queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns.backers import backer_of
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.programme.models import Experiment, Organisation, Person
from grantengine.reviews.assignment.affinity import Profile
from grantengine.reviews.conflicts import Case, Judge, Party, Tie, conflict_of
from grantengine.reviews.lifecycle import ApplicationStatus, ConflictSource
from grantengine.reviews.models import Application
from grantengine.reviews.pool_models import ApplicationSubject, ReviewerProfile, ReviewerTie
from grantengine.reviews.selecting import rules_of
from grantengine.reviews.together import applying_together
from grantengine.reviews.together_models import CoApplicant, CoApplicantStatus

# Whoever never came to stand behind an experiment, or took it back, is not bound by it.
_NO_BACKING = (
    PledgeStatus.PREPARED,
    PledgeStatus.AUTHENTICATING,
    PledgeStatus.DECLINED,
    PledgeStatus.WITHDRAWN,
)
_NOT_SENT = (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)


def conflict_between(
    session: Session, application: Application, person: Person
) -> ConflictSource | None:
    """Find what stands against somebody's judging an application, None if nothing is known."""
    judge = judges_of(session, [person])[person.id]
    return conflict_of(judge, cases_of(session, [application])[application.id])


def judges_of(session: Session, people: Collection[Person]) -> dict[str, Judge]:
    """Gather by person what could bind them, in a constant number of queries."""
    ties = defaultdict(list)
    query = sa.select(ReviewerTie).where(
        ReviewerTie.person_id.in_([each.id for each in people]), ReviewerTie.ended_at.is_(None)
    )
    for row in session.scalars(query):
        tie = Tie(row.kind, row.organisation_name, row.business_id)
        ties[row.person_id].append(tie)
    backed = _backed(session, [each.email for each in people])
    return {
        each.id: Judge(party_of(each), ties[each.id], backed.get(backer_of(each.email), ()))
        for each in people
    }


def cases_of(session: Session, applications: Sequence[Application]) -> dict[str, Case]:
    """Gather by application of one or several calls who applies, and who applies beside them."""
    calls = {each.call_id for each in applications}
    query = sa.select(Application.call_id, Application.applicant_id).where(
        Application.call_id.in_(calls), Application.status.not_in(_NOT_SENT)
    )
    rivals = defaultdict(set)
    for call_id, person_id in [*session.execute(query), *_rivals_together(session, calls)]:
        rivals[call_id].add(person_id)
    together = applying_together(session, [each.id for each in applications])
    return {
        each.id: Case(
            [_applicant(each), *(party_of(person) for person in together.get(each.id, ()))],
            frozenset(rivals[each.call_id]),
        )
        for each in applications
    }


def party_of(person: Person) -> Party:
    """Tell who somebody is, as the search for conflicts wants it."""
    organisation = person.organisation
    return Party(
        person_id=person.id,
        email=person.email,
        organisation_name=organisation.name if organisation else None,
        business_id=organisation.business_id if organisation else None,
    )


def profile_of(person: Person, kept: ReviewerProfile | None) -> Profile:
    """Tell what a reviewer is at home in; of one who has said nothing, only the language."""
    if kept is None:
        return Profile(languages=frozenset({person.language}))
    return Profile(
        expertise=frozenset(kept.expertise),
        goals=frozenset(kept.goal_ids),
        languages=frozenset(kept.languages),
        regions=frozenset(kept.regions),
    )


def subjects_of(session: Session, application_ids: Collection[str]) -> dict[str, list[str]]:
    """Read by application the fields that it alone is said to be about."""
    query = sa.select(ApplicationSubject).where(
        ApplicationSubject.application_id.in_(application_ids)
    )
    return {each.application_id: list(each.fields) for each in session.scalars(query)}


def fields_of(session: Session, application: Application) -> list[str]:
    """List what an application is about: what is said of it alone, else what its call says."""
    alone = subjects_of(session, [application.id]).get(application.id)
    return alone if alone is not None else list(rules_of(session, application.call_id).fields)


def _rivals_together(session: Session, calls: Collection[str]) -> list[tuple[str, str]]:
    query = (
        sa.select(Application.call_id, CoApplicant.person_id)
        .join(CoApplicant, CoApplicant.application_id == Application.id)
        .where(
            Application.call_id.in_(calls),
            Application.status.not_in(_NOT_SENT),
            CoApplicant.status == CoApplicantStatus.ACCEPTED,
        )
    )
    return [(call_id, person_id) for call_id, person_id in session.execute(query) if person_id]


def _applicant(application: Application) -> Party:
    return Party(
        person_id=application.applicant_id,
        email=application.applicant.email,
        organisation_name=application.organisation_name,
        business_id=application.business_id,
    )


def _backed(session: Session, emails: Collection[str]) -> dict[str, list[Party]]:
    """List by backer who runs the experiments that it has backed, taken-back pledges left out."""
    query = (
        sa.select(Pledge.backer, Experiment.owner_id, Organisation.name, Organisation.business_id)
        .join(Campaign, Campaign.id == Pledge.campaign_id)
        .join(Experiment, Experiment.id == Campaign.experiment_id)
        .join(Organisation, Organisation.id == Experiment.organisation_id)
        .where(
            Pledge.backer.in_([backer_of(each) for each in emails]),
            Pledge.status.not_in(_NO_BACKING),
        )
        .distinct()
    )
    found = defaultdict(list)
    for backer, owner_id, name, business_id in session.execute(query):
        found[backer].append(Party(owner_id or "", "", name, business_id))
    return found
