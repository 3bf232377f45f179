"""Deciding: screening, assigning, ranking, proposing, signing; and reading what was decided."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import applying, deciding, queries, reviewing
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionStatus
from grantengine.reviews.models import Application, Call, Decision
from grantengine.reviews.rubric import read_rubric
from grantengine.web.application_page import budget_rows, card_texts, ethics_answers, facts_of
from grantengine.web.call_panel import panel_of, suggested_grounds
from grantengine.web.database import reader
from grantengine.web.documents.sealing import seal
from grantengine.web.forms.decisions import ProposalForm, proposal_form, proposal_of
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, require_role, signed_in
from grantengine.web.labels.reviews import APPLICATION_STATUSES, CALL_STATUSES, OUTCOMES
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("decisions", __name__)

_OFFICIALS = (Role.PRESENTER, Role.DECISION_MAKER)


@bp.get("/decisions")
@require_role(*_OFFICIALS)
def index() -> str:
    """Show the calls past closing, and what waits for a signature."""
    return render_template(
        "decisions/index.html",
        calls=queries.calls_to_decide(reader()),
        proposals=queries.decisions_to_sign(reader()),
        statuses=CALL_STATUSES,
        outcomes=OUTCOMES,
        may_sign=Role.DECISION_MAKER in signed_in().roles,
        noindex=True,
    )


@bp.get("/decisions/calls/<slug>")
@require_role(*_OFFICIALS)
def call(slug: str) -> str:
    """Show a call's applications in the order of their ranking."""
    found = queries.call_by_slug(reader(), slug)
    return render_template(
        "decisions/call.html",
        call=found,
        panel=panel_of(reader(), found),
        rubric=read_rubric(found.rubric),
        statuses=APPLICATION_STATUSES,
        call_statuses=CALL_STATUSES,
        outcomes=OUTCOMES,
        person=signed_in(),
        may_present=Role.PRESENTER in signed_in().roles,
        may_sign=Role.DECISION_MAKER in signed_in().roles,
        noindex=True,
    )


@bp.post("/decisions/applications/<application_id>/screening")
@require_role(Role.PRESENTER)
def screen(application_id: str) -> BaseResponse:
    """Say whether an application may be reviewed."""
    admitted = request.form.get("outcome") == "eligible"
    outcome = ApplicationStatus.ELIGIBLE if admitted else ApplicationStatus.INADMISSIBLE
    with transaction() as session:
        application = applying.screen_application(
            session,
            application_id,
            outcome,
            note=request.form.get("note", ""),
            now=now(),
            actor_id=signed_in().id,
        )
        slug = application.call.slug
    return redirect(page_url(f"/decisions/calls/{slug}"), 303)


@bp.post("/decisions/calls/<slug>/assignment")
@require_role(Role.PRESENTER)
def assign(slug: str) -> BaseResponse:
    """Admit what is new and give each application its reviewers."""
    found = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        shortages = reviewing.assign_reviewers(
            session, found.id, now=now(), actor_id=signed_in().id
        )
    if shortages:
        names = queries.case_numbers(reader(), list(shortages))
        flash(_("Reviewers are missing for: %(cases)s.", cases=", ".join(names)), "warning")
    else:
        flash(_("Every application has its reviewers."), "success")
    return redirect(page_url(f"/decisions/calls/{slug}"), 303)


@bp.get("/decisions/applications/<application_id>")
@require_role(*_OFFICIALS)
def application(application_id: str) -> str:
    """Show an application with its reviews, and the form of the proposal."""
    found = _application(application_id)
    form = proposal_form(found)
    form.amount.data = found.applied
    return _proposal_page(found, form, suggested_grounds(found))


@bp.post("/decisions/applications/<application_id>")
@require_role(Role.PRESENTER)
def propose(application_id: str) -> tuple[str, int] | BaseResponse:
    """Propose a decision."""
    found = _application(application_id)
    form = proposal_form(found)
    rubric = read_rubric(found.call.rubric)
    grounds = {code: request.form.get(f"ground-{code}", "") for code in rubric.codes}
    if not form.validate():
        return _proposal_page(found, form, grounds), 422
    try:
        with transaction() as session:
            deciding.propose_decision(
                session,
                application_id,
                proposal_of(form, rubric),
                presenter=signed_in(),
                now=now(),
            )
    except GrantEngineError as error:
        return _proposal_page(found, form, grounds, sentence_of(error)), status_of(error)
    flash(_("Proposed. A decision-maker signs it."), "success")
    return redirect(page_url(f"/decisions/calls/{found.call.slug}"), 303)


@bp.post("/decisions/<decision_id>/signature")
@require_role(Role.DECISION_MAKER)
def sign(decision_id: str) -> BaseResponse:
    """Sign one proposal."""
    with transaction() as session:
        decision = deciding.sign_decision(
            session, decision_id, decision_maker=signed_in(), now=now()
        )
    flash(_("Signed. The applicant gets the decision by e-mail."), "success")
    return redirect(page_url(f"/decisions/{decision.id}"), 303)


@bp.post("/decisions/calls/<slug>/signatures")
@require_role(Role.DECISION_MAKER)
def sign_all(slug: str) -> BaseResponse:
    """Sign every proposal of a call, each in its own transaction; those refused are named."""
    found = queries.call_by_slug(reader(), slug)
    signed = 0
    for proposal in queries.decisions_to_sign(reader(), found.id):
        try:
            with transaction() as session:
                deciding.sign_decision(session, proposal.id, decision_maker=signed_in(), now=now())
            signed += 1
        except GrantEngineError as error:
            flash(f"{proposal.application.case_number}: {sentence_of(error)}", "error")
    flash(_("Signed: %(count)s.", count=signed), "success")
    return redirect(page_url(f"/decisions/calls/{slug}"), 303)


@bp.get("/decisions/<decision_id>")
@require_person
def show(decision_id: str) -> str:
    """Show a decision to its applicant and to officials."""
    decision = _readable(decision_id)
    return render_template(
        "decisions/show.html",
        decision=decision,
        application=decision.application,
        rubric=read_rubric(decision.application.call.rubric),
        outcomes=OUTCOMES,
        may_sign=_may_sign(decision),
        noindex=True,
    )


@bp.get("/decisions/<decision_id>.pdf")
@require_person
def pdf(decision_id: str) -> Response:
    """Give a signed decision as PDF."""
    decision = _readable(decision_id)
    if decision.status != DecisionStatus.SIGNED:
        raise NotFoundError(kind="decision", id=decision_id)
    engine = runtime()
    path = seal(engine.database, engine.settings, decision_id=decision_id)
    response = Response(path.read_bytes(), mimetype="application/pdf")
    name = f"{(decision.application.case_number or decision.id).replace('/', '-')}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@bp.get("/decisions/register")
def register() -> str:
    """Show every signed decision to everybody, without any person's name."""
    return render_template(
        "decisions/register.html",
        decisions=queries.signed_decisions(reader()),
        outcomes=OUTCOMES,
    )


@bp.get("/verify/<code>")
def verify(code: str) -> str:
    """Let anyone check a decision by the code printed on it; no personal data."""
    decision = queries.decision_by_code(reader(), code)
    return render_template(
        "decisions/verify.html",
        decision=decision,
        application=decision.application,
        outcomes=OUTCOMES,
        noindex=True,
    )


def _application(application_id: str) -> Application:
    found = queries.application(reader(), application_id)
    if found.status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN):
        raise NotFoundError(kind="application", id=application_id)
    return found


def _readable(decision_id: str) -> Decision:
    decision = queries.decision(reader(), decision_id)
    person = signed_in()
    is_own = decision.application.applicant_id == person.id
    is_official = not person.roles.isdisjoint(_OFFICIALS)
    if is_official or (is_own and decision.status == DecisionStatus.SIGNED):
        return decision
    raise NotFoundError(kind="decision", id=decision_id)


def _may_sign(decision: Decision) -> bool:
    person = signed_in()
    return (
        decision.status == DecisionStatus.PROPOSED
        and Role.DECISION_MAKER in person.roles
        and decision.presenter_id != person.id
    )


def _proposal_page(
    found: Application, form: ProposalForm, grounds: dict[str, str], error: str | None = None
) -> str:
    call_found: Call = found.call
    return render_template(
        "decisions/application.html",
        application=found,
        call=call_found,
        form=form,
        error=error,
        grounds=grounds,
        rubric=read_rubric(call_found.rubric),
        facts=facts_of(found),
        texts=card_texts(found),
        costs=budget_rows(found),
        ethics=ethics_answers(found),
        may_present=Role.PRESENTER in signed_in().roles,
        noindex=True,
    )
