"""A call with everything that happens to it, made through the services, for tests of reviews."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from grantengine.ledger import service as ledger_service
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import eur
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programmes
from grantengine.programme.lifecycle import OrganisationKind, Role, Tier
from grantengine.programme.models import Goal, Person
from grantengine.reviews import (
    applying,
    assigning,
    deciding,
    queries,
    reviewing,
    screening,
    service,
)
from grantengine.reviews.checklist import Finding, TurnedAwayFor, everything_holds
from grantengine.reviews.experiment_card import BudgetRow, CostClass, ExperimentCard
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus, DecisionOutcome
from grantengine.reviews.planning import CallPlan
from grantengine.reviews.proposals import Proposal
from grantengine.reviews.rubric import Score, default_rubric, read_rubric
from tests.support.programme import a_goal, a_plan

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
OPENS = datetime(2026, 9, 17, 6, 0, tzinfo=UTC)  # nine in the morning in Helsinki
CLOSES = datetime(2026, 10, 14, 13, 15, tzinfo=UTC)  # a quarter past four in Helsinki
DECIDED = datetime(2026, 11, 4, 10, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
PAYEE_IBAN = "FI7118203000008391"
TITLES = {
    "fi": {"title": "Pienet kokeilut", "purpose": "Kokeillaan.", "who": "Kaikki."},
    "sv": {"title": "Små försök", "purpose": "Vi prövar.", "who": "Alla."},
    "en": {"title": "Small experiments", "purpose": "We try.", "who": "Everybody."},
}
TEXT = "Naapurit ajavat toisiaan kauppaan kerran viikossa."


def a_programme(session, *, small="100000.00"):
    """Start a programme with one goal, whose small envelope holds this much."""
    a_goal(session)
    plan = a_plan(appropriation=small, envelopes=(("small", small),))
    return programmes.start_programme(session, plan, now=NOON)


def a_person(session, name, role=Role.EXPERIMENTER, *, email=None, body=None, language="fi"):
    """Register somebody; unless an address is given, nobody else has its domain."""
    slug = name.lower().replace(" ", "-").replace("ä", "a").replace("ö", "o")
    return programmes.register_person(
        session,
        name=name,
        email=email or f"{slug}@{slug}.example",
        language=language,
        roles=[role],
        organisation_id=body.id if body else None,
        now=NOON,
    )


def a_body(session, name, *, business_id=None):
    """Register an association."""
    return programmes.register_organisation(
        session, name=name, kind=OrganisationKind.ASSOCIATION, business_id=business_id, now=NOON
    )


def some_reviewers(session, count=2):
    """Register this many reviewers who stand in nobody's way."""
    return [a_person(session, f"Arvioija {number}", Role.REVIEWER) for number in range(count)]


def a_call_plan(session, **wishes):
    """Plan a call from OPENS to CLOSES for grants of 1000 to 5000 euros."""
    fields = {
        "texts": TITLES,
        "tier": Tier.SMALL,
        "envelope": "small",
        "grant_min": eur("1000"),
        "grant_max": eur("5000"),
        "grants_target": 20,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "use_starts_on": date(2026, 12, 1),
        "use_ends_on": date(2027, 6, 30),
        "goal_ids": list(session.scalars(sa.select(Goal.id))),
    }
    return CallPlan(**(fields | wishes))


def a_call(session, *, published=True, **wishes):
    """Make a call; wishes are fields of its plan."""
    call = service.draft_call(session, a_call_plan(session, **wishes), now=NOON, actor_id=None)
    if published:
        service.publish_call(session, call.id, now=NOON, actor_id=None)
    return call


def publish(session, call):
    """Show a draft to everybody."""
    return service.publish_call(session, call.id, now=NOON, actor_id=None)


def a_card(call=None, **wishes):
    """Fill in an application for 4500 euros of 5000, which no rule objects to."""
    fields = {
        "title": "Kyläkyyti",
        "organisation_name": "Kylä ry",
        "organisation_kind": OrganisationKind.ASSOCIATION,
        "business_id": "0245437-2",
        **dict.fromkeys(
            ("summary", "problem", "solution", "testing", "learning_aim", "team", "resources"),
            TEXT,
        ),
        "budget": [
            BudgetRow(CostClass.STAFF, eur("4000"), "ajaja"),
            BudgetRow(CostClass.TRAVEL, eur("1000")),
        ],
        "applied": eur("4500"),
        "self_financing": eur("500"),
        "goal_ids": [goal.id for goal in call.goals] if call else ["gol_1"],
        "language": "fi",
        "iban": PAYEE_IBAN,
    }
    return ExperimentCard(**(fields | wishes))


def a_draft(session, call, applicant=None, *, now=OPENS, language="fi"):
    """Begin an application."""
    applicant = applicant or _an_applicant(session)
    return applying.start_application(session, call, applicant, language=language, now=now)


def a_submitted_application(session, call, applicant=None, *, now=OPENS, **wishes):
    """Submit an application; wishes are fields of its card."""
    draft = a_draft(session, call, applicant, now=now)
    return applying.submit_application(session, draft.id, a_card(call, **wishes), now=now)


def send_to_review(session, call, *, now=CLOSES):
    """Close a call, find everything eligible that waits, and assign; give the shortages."""
    service.advance(session, service.locked_call(session, call.id), now=now)
    for each in queries.applications_of_call(session, call.id):
        if each.status == ApplicationStatus.SUBMITTED:
            screen(session, each, ApplicationStatus.ELIGIBLE, now=now)
    return assigning.assign_reviewers(session, call.id, now=now, actor_id=None)


def screen(session, application, outcome, *, note="", now=CLOSES):
    """Say whether an application may be reviewed."""
    finding = everything_holds(screening.checklist_of(session, application.call_id))
    if outcome != ApplicationStatus.ELIGIBLE:
        finding = Finding(outcome, reason=TurnedAwayFor.OTHER, note=note or "Ei kokeilua.")
    screening.screen_application(session, application.id, finding, now=now, actor_id=None)
    return application


def scores(points=4, **by_criterion):
    """Give every criterion of the usual rubric these points and a reason."""
    codes = read_rubric(default_rubric()).codes
    return [Score(code, by_criterion.get(code, points), "Hyvin perusteltu.") for code in codes]


def a_finished_review(session, review, given=None, *, now=CLOSES):
    """Declare no conflict and submit scores, 4 for everything unless given."""
    reviewer = session.get_one(Person, review.reviewer_id)
    reviewing.declare_no_conflict(session, review.id, reviewer, now=now)
    return reviewing.submit_review(
        session, review.id, reviewer, given or scores(), comment="Kelpo kokeilu.", now=now
    )


def finish_reviews(session, application, *points):
    """Finish every review of an application with these points, 4 unless given."""
    for review, each in zip(application.reviews, points or [4] * 9, strict=False):
        a_finished_review(session, review, scores(each))


def a_reviewed_application(session, call=None, *, points=(4, 4), **wishes):
    """Take an application through its reviews; the call is in review afterwards."""
    call = call or a_call(session)
    if not programme_queries.persons_with(session, Role.REVIEWER):
        some_reviewers(session)
    application = a_submitted_application(session, call, **wishes)
    send_to_review(session, call)
    session.refresh(application, ["reviews"])
    finish_reviews(session, application, *points)
    session.flush()
    return application


def an_award(amount="4000", *, outcome=DecisionOutcome.AWARDED, summary="Hyvä kokeilu."):
    """Word a proposal to award this much."""
    return Proposal(outcome=outcome, summary=summary, amount=eur(amount) if amount else None)


def a_rejection(outcome=DecisionOutcome.REJECTED):
    """Word a proposal to award nothing."""
    return Proposal(outcome=outcome, summary="Ei riittävän uusi.")


def an_official(session, role=Role.PRESENTER):
    """Find the one presenter or decision-maker, or register them."""
    found = programme_queries.persons_with(session, role)
    return found[0] if found else a_person(session, f"Virkamies {role}".replace("_", "-"), role)


def spend_from_envelope(session, amount):
    """Take this much out of the small envelope again, as if it had been spent elsewhere."""
    entry = Entry(
        key="test:spent",
        kind="unallotted",
        about="test",
        effective_on=DECIDED.date(),
        transfers=[Transfer("budget:small:available", "budget:unallotted", amount)],
    )
    ledger_service.post(session, entry, now=DECIDED)


def a_proposal(session, application, proposal=None, *, presenter=None, now=DECIDED):
    """Propose an award of 4000 euros, or what is given."""
    return deciding.propose_decision(
        session,
        application.id,
        proposal or an_award(),
        presenter=presenter or an_official(session),
        now=now,
    )


def sign(session, decision, *, by=None, now=DECIDED):
    """Sign a decision as its decision-maker."""
    maker = by or an_official(session, Role.DECISION_MAKER)
    return deciding.sign_decision(session, decision.id, decision_maker=maker, now=now)


def status_of_call(database, call):
    """Read where a call stands."""
    with database.reading() as session:
        return CallStatus(session.get_one(type(call), call.id).status)


def _an_applicant(session):
    count = session.scalar(sa.select(sa.func.count()).select_from(Person))
    return a_person(session, f"Hakija {count}")
