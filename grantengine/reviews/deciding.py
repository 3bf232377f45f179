"""Decisions: proposed by a presenter, signed by somebody else, never changed: half of the service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import history, outbox, tasks
from grantengine.ids import new_code, new_id
from grantengine.programme.models import Person
from grantengine.reviews import awarding, conditions, correcting, queries, standings
from grantengine.reviews.applying import locked_application, locked_with_call
from grantengine.reviews.errors import (
    AlreadyDecidedError,
    ConflictOfInterestError,
    CorrectionReasonMissingError,
    NotLatestDecisionError,
    SamePersonDecidesError,
)
from grantengine.reviews.experiment_card import clean_text, is_blank
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    DECISION_MOVES,
    ApplicationStatus,
    ConflictSource,
    DecisionStatus,
)
from grantengine.reviews.models import Application, Decision
from grantengine.reviews.proposals import Proposal, check_grounds, check_proposal
from grantengine.reviews.service import finish_call
from grantengine.tasks import Priority
from grantengine.transitions import ensure_move

# Renders the decision as PDF once and keeps it; the web registers the function.
SEAL_TASK = "seal_decision"


def propose_decision(
    session: Session, application_id: str, proposal: Proposal, *, presenter: Person, now: datetime
) -> Decision:
    """Propose how an application is decided; an earlier proposal is dropped for it.

    Raises:
        ConflictOfInterestError: it is the presenter's own application, or they stand aside from it.
        AlreadyDecidedError: it has been decided.
        ReviewsMissingError: not every reviewer has answered.
        GroundsMissingError: there are no grounds in words.
        AwardAmountError: the amount is no award, more than was applied for, or of a proposal
            that awards nothing.
        IllegalMoveError: the application is not in a state to be decided.
    """
    application = locked_application(session, application_id)
    _refuse_bound(session, application, presenter)
    _refuse_decided(application)
    ensure_move(APPLICATION_MOVES, current=application.status, target=ApplicationStatus.DECIDED)
    check_proposal(application, proposal, now=now)
    return _propose(session, application, proposal, presenter=presenter, now=now)


def propose_correction(
    session: Session,
    decision_id: str,
    proposal: Proposal,
    *,
    reason: str,
    presenter: Person,
    now: datetime,
) -> Decision:
    """Propose a new version of a signed decision; that one stays as it is until it is signed.

    Args:
        session: the transaction.
        decision_id: the version in force.
        proposal: what is decided now, all of it.
        reason: why it is corrected; printed in the new version.
        presenter: who proposes it.
        now: the present instant.

    Raises:
        NotLatestDecisionError: a later version is in force.
        CorrectionReasonMissingError: there is no reason in words.
        what `propose_decision` raises.
    """
    application = locked_application(session, session.get_one(Decision, decision_id).application_id)
    _refuse_bound(session, application, presenter)
    latest = correcting.latest_signed(application)
    if latest is None or latest.id != decision_id:
        raise NotLatestDecisionError(decision=decision_id, case_number=application.case_number)
    if is_blank(reason):
        raise CorrectionReasonMissingError(decision=decision_id)
    check_grounds(application, proposal, now=now)
    if proposal.is_conditional:
        correcting.refuse_new_condition(latest)
    return _propose(
        session,
        application,
        proposal,
        presenter=presenter,
        version=latest.version + 1,
        correction=clean_text(reason),
        now=now,
    )


def _propose(
    session: Session,
    application: Application,
    proposal: Proposal,
    *,
    presenter: Person,
    version: int = 1,
    correction: str = "",
    now: datetime,
) -> Decision:
    for earlier in application.decisions:
        if earlier.status == DecisionStatus.PROPOSED:
            target = DecisionStatus.DROPPED
            history.move(session, earlier, DECISION_MOVES, target, now=now, actor_id=presenter.id)
    session.flush()  # At most one proposal stands, and the database holds that.
    grounds: dict[str, Any] = {
        "summary": clean_text(proposal.summary),
        "criteria": {code: clean_text(text) for code, text in proposal.criteria.items()},
    }
    if correction:
        grounds["correction"] = correction
    decision = Decision(
        id=new_id("dec", now),
        application_id=application.id,
        version=version,
        status=DecisionStatus.PROPOSED,
        outcome=proposal.outcome,
        amount_cents=proposal.amount.cents if proposal.amount else None,
        currency=application.currency,
        grounds=grounds,
        presenter_id=presenter.id,
        proposed_at=now,
    )
    session.add(decision)
    session.flush()  # Its history points at it.
    history.start(session, decision, now=now, actor_id=presenter.id)
    if proposal.crowd_goal is not None and proposal.crowd_goal_until is not None:
        conditions.add_condition(
            session,
            decision,
            goal=proposal.crowd_goal,
            until_on=proposal.crowd_goal_until,
            now=now,
        )
    return decision


def sign_decision(
    session: Session,
    decision_id: str,
    *,
    decision_maker: Person,
    now: datetime,
    known_standings: Mapping[str, dict[str, Any]] | None = None,
) -> Decision:
    """Decide as proposed; an award starts its experiment and binds its money at once.

    Args:
        session: the transaction.
        decision_id: the proposal.
        decision_maker: whose word it is.
        now: the present instant.
        known_standings: those of the call, where many of its decisions are signed in a row;
            worked out here when None.

    Raises:
        GrantPaidError: it corrects an award of which more has been paid.
        SamePersonDecidesError: whoever presented it cannot decide it.
        ConflictOfInterestError: it is the decision-maker's own application, or they stand aside.
        AlreadyDecidedError: somebody has signed it.
        EnvelopeShortError: the envelope lacks the money, even by a cent; nothing is done.
        PayeeAccountMissingError: there is no account to pay an award to.
        IllegalMoveError: the proposal was dropped for another one.
    """
    application = locked_with_call(session, session.get_one(Decision, decision_id).application_id)
    decision = session.get_one(
        Decision, decision_id, with_for_update={"of": Decision}, populate_existing=True
    )
    _refuse_bound(session, application, decision_maker)
    if decision.presenter_id == decision_maker.id:
        raise SamePersonDecidesError(decision=decision_id)
    if decision.status == DecisionStatus.SIGNED:
        raise AlreadyDecidedError(decision=decision_id, case_number=application.case_number)
    ensure_move(DECISION_MOVES, current=decision.status, target=DecisionStatus.SIGNED)
    correcting.bind(session, decision, now=now)
    standing = (
        standings.standing_of(session, application)
        if known_standings is None
        else known_standings.get(application.id)
    )
    content = _content(session, application, decision, decision_maker)
    decision.content = {**content, "standing": standing}
    decision.decision_maker_id = decision_maker.id
    decision.signed_at = now
    decision.verification_code = new_code()
    target = DecisionStatus.SIGNED
    history.move(session, decision, DECISION_MOVES, target, now=now, actor_id=decision_maker.id)
    is_first = application.status != ApplicationStatus.DECIDED
    if is_first:
        history.move(session, application, APPLICATION_MOVES, ApplicationStatus.DECIDED, now=now)
    _tell(session, application, decision, now=now)
    tasks.enqueue(session, SEAL_TASK, now=now, priority=Priority.PATIENT, decision_id=decision.id)
    session.flush()  # Whether the call is decided is asked of the database.
    if is_first:
        finish_call(session, application.call, now=now)
    return decision


def _refuse_bound(session: Session, application: Application, official: Person) -> None:
    # A party to the matter has no part in deciding it: Administrative Procedure Act § 28.
    if official.id == application.applicant_id:
        raise ConflictOfInterestError(application=application.id, source=ConflictSource.APPLICANT)
    # Nor has an official who also reviews and stands aside from it as a reviewer.
    if official.id in queries.conflicted_reviewers(session, application.id):
        raise ConflictOfInterestError(application=application.id, source=ConflictSource.DECLARED)


def _refuse_decided(application: Application) -> None:
    if application.status == ApplicationStatus.DECIDED:
        signed = [each.id for each in application.decisions if each.status == DecisionStatus.SIGNED]
        raise AlreadyDecidedError(decision=signed[-1], case_number=application.case_number)


def _content(
    session: Session, application: Application, decision: Decision, decision_maker: Person
) -> dict[str, Any]:
    """Keep what the document says and what could change after the signature."""
    running = application.call.programme
    return {
        "authority": running.authority,
        "profile": running.profile,
        "budget_account": running.budget_account,
        "funder": awarding.funder_of(application.call),
        "presenter": decision.presenter.name,
        "decision_maker": decision_maker.name,
        "recusals": queries.recused_names(session, application.id),
        "condition": {
            "goal_cents": decision.condition.goal_cents,
            "until_on": decision.condition.until_on.isoformat(),
        }
        if decision.condition
        else None,
        "instalments": awarding.planned_instalments(session, decision.grant_id),
    }


def _tell(session: Session, application: Application, decision: Decision, *, now: datetime) -> None:
    outbox.enqueue(
        session,
        "decision_made",
        recipient=application.applicant.email,
        language=application.language,
        facts={
            "decision_id": decision.id,
            "case_number": application.case_number,
            "title": application.title,
            "name": application.applicant.name,
            "outcome": decision.outcome,
        },
        now=now,
    )
