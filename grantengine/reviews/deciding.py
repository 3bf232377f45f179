"""Decisions: proposed by a presenter, signed by somebody else, never changed: half of the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import history, outbox, tasks
from grantengine.ids import new_code, new_id
from grantengine.money import Money
from grantengine.programme.models import Person
from grantengine.reviews import queries, standings
from grantengine.reviews.applying import locked_application, locked_with_call
from grantengine.reviews.awarding import award
from grantengine.reviews.errors import (
    AlreadyDecidedError,
    AwardAmountError,
    ConflictOfInterestError,
    GroundsMissingError,
    ReviewsMissingError,
    SamePersonDecidesError,
)
from grantengine.reviews.experiment_card import clean_text, is_blank
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    DECISION_MOVES,
    ApplicationStatus,
    ConflictSource,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Decision
from grantengine.reviews.service import finish_call
from grantengine.transitions import ensure_move

# Renders the decision as PDF once and keeps it; the web registers the function.
SEAL_TASK = "seal_decision"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a presenter proposes.

    Attributes:
        amount: the award; None for anything else.
        summary: the main reasons in words, never empty.
        criteria: grounds in words by criterion; may be empty if inadmissible.
    """

    outcome: DecisionOutcome
    summary: str
    criteria: Mapping[str, str] = field(default_factory=dict)
    amount: Money | None = None


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
    _check_proposal(application, proposal)
    for earlier in application.decisions:
        if earlier.status == DecisionStatus.PROPOSED:
            target = DecisionStatus.DROPPED
            history.move(session, earlier, DECISION_MOVES, target, now=now, actor_id=presenter.id)
    session.flush()  # At most one proposal stands, and the database holds that.
    decision = Decision(
        id=new_id("dec", now),
        application_id=application_id,
        version=1,
        status=DecisionStatus.PROPOSED,
        outcome=proposal.outcome,
        amount_cents=proposal.amount.cents if proposal.amount else None,
        currency=application.currency,
        grounds={
            "summary": clean_text(proposal.summary),
            "criteria": {code: clean_text(text) for code, text in proposal.criteria.items()},
        },
        presenter_id=presenter.id,
        proposed_at=now,
    )
    session.add(decision)
    session.flush()  # Its history points at it.
    history.start(session, decision, now=now, actor_id=presenter.id)
    return decision


def sign_decision(
    session: Session, decision_id: str, *, decision_maker: Person, now: datetime
) -> Decision:
    """Decide as proposed; an award starts its experiment and binds its money at once.

    Raises:
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
    decision.content = _content(session, application, decision, decision_maker)
    if decision.amount is not None:
        award(session, decision, decision.amount, now=now)
    decision.decision_maker_id = decision_maker.id
    decision.signed_at = now
    decision.verification_code = new_code()
    target = DecisionStatus.SIGNED
    history.move(session, decision, DECISION_MOVES, target, now=now, actor_id=decision_maker.id)
    history.move(session, application, APPLICATION_MOVES, ApplicationStatus.DECIDED, now=now)
    _tell(session, application, decision, now=now)
    tasks.enqueue(session, SEAL_TASK, now=now, decision_id=decision.id)
    session.flush()  # Whether the call is decided is asked of the database.
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


def _check_proposal(application: Application, proposal: Proposal) -> None:
    if is_blank(proposal.summary):
        raise GroundsMissingError(criterion="summary")
    if proposal.amount is not None and proposal.outcome is not DecisionOutcome.AWARDED:
        raise AwardAmountError(wanted=proposal.amount, limit=Money(0), reason="not_awarded")
    if application.status == ApplicationStatus.INADMISSIBLE:
        if proposal.outcome is not DecisionOutcome.INADMISSIBLE:
            raise ReviewsMissingError(application=application.id, done=0, wanted=1)
        return
    done = sum(1 for each in application.reviews if each.status == ReviewStatus.SUBMITTED)
    wanted = application.reviews_wanted
    if done < wanted:
        raise ReviewsMissingError(application=application.id, done=done, wanted=wanted)
    if proposal.outcome is DecisionOutcome.AWARDED:
        _check_amount(application, proposal.amount)


def _check_amount(application: Application, amount: Money | None) -> None:
    assert application.applied is not None
    limit = min(application.applied, application.call.grant_max)
    if amount is None or amount.cents <= 0:
        raise AwardAmountError(wanted=amount, limit=limit, reason="not_positive")
    if amount > limit:
        raise AwardAmountError(wanted=amount, limit=limit, reason="above_applied")


def _content(
    session: Session, application: Application, decision: Decision, decision_maker: Person
) -> dict[str, Any]:
    """Keep what the document says and what could change after the signature."""
    running = application.call.programme
    return {
        "authority": running.authority,
        "profile": running.profile,
        "budget_account": running.budget_account,
        "presenter": decision.presenter.name,
        "decision_maker": decision_maker.name,
        "standing": standings.standing_of(session, application),
        "recusals": queries.recused_names(session, application.id),
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
