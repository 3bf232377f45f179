"""Envelopes of other funders: opened, paid into, and emptied again, by a steward."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.programme import funding
from grantengine.programme import queries as programme
from grantengine.programme import service as programmes
from grantengine.programme.errors import FundingSpentError
from grantengine.programme.funding import FundedEnvelopePlan
from grantengine.programme.lifecycle import OrganisationKind, Role
from grantengine.programme.models import Envelope, Person
from grantengine.web import once
from grantengine.web.database import reader
from grantengine.web.formatting import money
from grantengine.web.forms.funding import FundedEnvelopeForm, FundingForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.ledger import STAGE_MEANINGS
from grantengine.web.labels.programme import FUNDING_STEPS
from grantengine.web.names import name_in_language
from grantengine.web.runtime import now, transaction

bp = Blueprint("funding", __name__, url_prefix="/manage/envelopes")

stewards_only = require_role(Role.STEWARD)


@bp.get("")
@stewards_only
def index() -> str:
    """List the envelopes of other funders."""
    return render_template(
        "funding/index.html",
        funded=programme.budget(reader()).funded,
        named=name_in_language,
        noindex=True,
    )


@bp.get("/new")
@stewards_only
def new() -> str:
    """Show the empty form."""
    return _form_page(FundedEnvelopeForm())


@bp.post("/new")
@stewards_only
def create() -> tuple[str, int] | Response:
    """Open an envelope; the same form sent twice opens one."""
    form = FundedEnvelopeForm()
    if not form.validate():
        return _form_page(form), 422
    with transaction() as session:
        running = programme.current_programme(session)
        named = {"name": form.funder_name.data, "business_id": form.business_id_typed}
        kind = OrganisationKind(form.funder_kind.data)
        funder = programme.organisation_known_as(
            session, **named
        ) or programmes.register_organisation(session, **named, kind=kind, now=now())
        plan = FundedEnvelopePlan(funder.id, form.names, form.grants_target.data)
        envelope = funding.open_funded_envelope(
            session, running, plan, now=now(), envelope_id=once.id_sent("env")
        )
        address = _address(envelope)
    flash(_("The envelope is open. Calls can draw on it as soon as money has come."), "success")
    return redirect(address, 303)


@bp.get("/<code>")
@stewards_only
def show(code: str) -> str:
    """Show what came, where it stands, and what can go back."""
    return _envelope_page(programme.funded_envelope(reader(), code))


@bp.post("/<code>/receipts")
@stewards_only
def receive(code: str) -> tuple[str, int] | Response:
    """Book money that has come from the funder."""
    envelope, form = programme.funded_envelope(reader(), code), FundingForm(prefix="in")
    if not form.validate():
        return _envelope_page(envelope, received=form), 422
    with transaction() as session:
        funding.receive_funding(
            session,
            programme.funded_envelope(session, code),
            form.amount_typed,
            funding_id=once.id_sent("fnd"),
            note=form.note.data,
            actor_id=signed_in().id,
            now=now(),
        )
    flash(_("%(amount)s is booked into the envelope.", amount=money(form.amount_typed)), "success")
    return redirect(_address(envelope), 303)


@bp.post("/<code>/returns")
@stewards_only
def give_back(code: str) -> tuple[str, int] | Response:
    """Book unspent money that goes back to the funder."""
    envelope, form = programme.funded_envelope(reader(), code), FundingForm(prefix="out")
    if not form.validate():
        return _envelope_page(envelope, returned=form), 422
    try:
        with transaction() as session:
            funding.return_funding(
                session,
                programme.funded_envelope(session, code),
                form.amount_typed,
                funding_id=once.id_sent("fnd"),
                note=form.note.data,
                actor_id=signed_in().id,
                now=now(),
            )
    except FundingSpentError as error:
        form.amount.errors = [
            _(
                "Only %(available)s is free. What is decided or paid cannot go back.",
                available=money(error.details["available"]),
            )
        ]
        return _envelope_page(envelope, returned=form), 409
    flash(_("%(amount)s goes back to the funder.", amount=money(form.amount_typed)), "success")
    return redirect(_address(envelope), 303)


def _address(envelope: Envelope) -> str:
    return page_url(f"/manage/envelopes/{envelope.code}")


def _form_page(form: FundedEnvelopeForm) -> str:
    return render_template(
        "funding/new.html", form=form, made_as=(once.FIELD, once.kept_id("env")), noindex=True
    )


def _envelope_page(
    envelope: Envelope,
    *,
    received: FundingForm | None = None,
    returned: FundingForm | None = None,
) -> str:
    (stands,) = [
        each for each in programme.budget(reader()).funded if each.envelope.id == envelope.id
    ]
    lines = funding.funding_lines(reader(), envelope)
    people = {each.actor_id: reader().get(Person, each.actor_id) for each in lines if each.actor_id}
    return render_template(
        "funding/show.html",
        envelope=envelope,
        stands=stands,
        stages=STAGE_MEANINGS,
        lines=lines,
        people=people,
        steps=FUNDING_STEPS,
        received=received or FundingForm(formdata=None, prefix="in"),
        returned=returned or FundingForm(formdata=None, prefix="out"),
        made_as=(once.FIELD, once.kept_id("fnd")),
        named=name_in_language,
        noindex=True,
    )
