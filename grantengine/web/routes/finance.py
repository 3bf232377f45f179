"""The finance desk: what is to be paid, batches, bank statements."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from grantengine.disbursements import (
    accounts,
    batches,
    payees,
    queries,
    releases,
    statements,
)
from grantengine.disbursements.banking_days import next_banking_day
from grantengine.disbursements.errors import StatementFileError
from grantengine.disbursements.lifecycle import BatchStatus
from grantengine.disbursements.models import Instalment, PaymentBatch
from grantengine.disbursements.payment_file_totals import payment_file_totals
from grantengine.money import Money, total
from grantengine.programme.lifecycle import Role
from grantengine.web.database import reader
from grantengine.web.finance_page import words
from grantengine.web.forms.finance import CollectForm, NoteForm, StatementForm, today
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels import disbursements as labels
from grantengine.web.problems import sentence_of
from grantengine.web.routes import (
    finance_backers,
    finance_instalments,
    finance_queue,
    finance_reports,
)
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("finance", __name__)
bp.register_blueprint(finance_reports.bp)
bp.register_blueprint(finance_instalments.bp)
bp.register_blueprint(finance_backers.bp)
bp.register_blueprint(finance_queue.bp)

officers_only = require_role(Role.FINANCE_OFFICER)


@bp.get("/finance")
@officers_only
def show() -> str:
    """Show what waits: to be paid, to be released, at the bank, to be looked at."""
    form = CollectForm(pay_on=next_banking_day(today()))
    return _desk(form)


@bp.post("/finance/batches")
@officers_only
def create_batch() -> AnyResponse | tuple[str, int]:
    """Collect the chosen instalments, public and private apart."""
    form = CollectForm()
    if not form.validate():
        return _desk(form), 422
    with transaction() as session:
        made = batches.prepare_batches(
            session,
            form.instalments.data,
            officer_id=signed_in().id,
            pay_on=form.pay_on.data,
            now=now(),
        )
    flash(_("Collected. Another finance officer can now release it."), "success")
    place = f"/finance/batches/{made[0].id}" if len(made) == 1 else "/finance/batches"
    return redirect(page_url(place))


@bp.get("/finance/batches")
@officers_only
def list_batches() -> str:
    """List batches of one status."""
    asked = request.args.get("status", BatchStatus.DRAFT)
    status = BatchStatus(asked) if asked in set(BatchStatus) else BatchStatus.DRAFT
    found = queries.batches(reader(), status=status)
    return render_template(
        "finance/batches.html", batches=found, status=status, sum_of=_sum_of, **words()
    )


@bp.get("/finance/batches/<batch_id>")
@officers_only
def show_batch(batch_id: str) -> str:
    """Show a batch with its payments and its control totals."""
    batch = queries.batch(reader(), batch_id)
    content = batch.file_content
    return render_template(
        "finance/batch.html",
        batch=batch,
        sum=_sum_of(batch),
        file_totals=payment_file_totals(content) if content else None,
        ledger_total=queries.released_total(reader(), batch),
        format_iban=accounts.format_iban,
        **words(),
    )


@bp.post("/finance/batches/<batch_id>/release")
@officers_only
def release_batch(batch_id: str) -> AnyResponse:
    """Release a batch that somebody else prepared."""
    with transaction() as session:
        batch = releases.release_batch(session, batch_id, officer_id=signed_in().id, now=now())
    flash(_("Batch %(key)s is released. Take its file to the bank.", key=batch.key), "success")
    return redirect(page_url(f"/finance/batches/{batch.id}"))


@bp.post("/finance/batches/<batch_id>/cancellation")
@officers_only
def cancel_batch(batch_id: str) -> AnyResponse:
    """Give a draft up."""
    with transaction() as session:
        batch = batches.cancel_batch(session, batch_id, officer_id=signed_in().id, now=now())
    flash(_("Batch %(key)s is cancelled. Its instalments can be paid again.", key=batch.key))
    return redirect(page_url("/finance"))


@bp.get("/finance/batches/<batch_id>/payment-file")
@officers_only
def payment_file(batch_id: str) -> Response:
    """Give the bank file as it was frozen at the release."""
    batch, content = queries.bank_file(reader(), batch_id)
    response = Response(content, mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{batch.key}.xml"'
    return response


@bp.get("/finance/statements")
@officers_only
def list_statements() -> str:
    """Show the upload and the statements that were imported."""
    return _statements(StatementForm())


@bp.post("/finance/statements")
@officers_only
def create_statement() -> AnyResponse | tuple[str, int]:
    """Import a statement file, once."""
    form = StatementForm()
    if not form.validate():
        return _statements(form), 422
    limit = runtime().settings.statement_size_max_bytes
    try:
        incoming = statements.read_incoming(
            form.file.data.stream.read(limit + 1),
            file_name=form.file.data.filename or "camt.053",
            max_bytes=limit,
        )
    except StatementFileError as error:
        form.file.errors = [sentence_of(error)]
        return _statements(form), 422
    with transaction() as session:
        imported = statements.import_statement(
            session, incoming, officer_id=signed_in().id, now=now()
        )
        place = f"/finance/statements/{imported.statement.id}"
        said = labels.statement_summary(imported.statement)
    if imported.is_new:
        flash(said, "success")
    else:
        flash(_("This very file was imported before. Nothing was done a second time."), "warning")
    return redirect(page_url(place))


@bp.get("/finance/statements/<statement_id>")
@officers_only
def show_statement(statement_id: str) -> str:
    """Show what was taken from a statement and what was left."""
    statement = queries.statement(reader(), statement_id)
    return render_template(
        "finance/statement.html", statement=statement, note_form=NoteForm(), **words()
    )


# A larger number is none that a database can hold, so it is nobody's.
@bp.post("/finance/movements/<int(max=9223372036854775807):movement_id>/note")
@officers_only
def note_movement(movement_id: int) -> AnyResponse | tuple[str, int]:
    """Note what became of a movement that did not fit."""
    form = NoteForm()
    if not form.validate():
        flash(" ".join(str(each) for each in form.note.errors) or _("Try again."), "error")
        return redirect(page_url("/finance"))
    with transaction() as session:
        statements.handle_movement(
            session, movement_id, officer_id=signed_in().id, note=form.note.data, now=now()
        )
    flash(_("Noted. The movement no longer waits."), "success")
    return redirect(page_url("/finance"))


def _desk(form: CollectForm) -> str:
    session = reader()
    instalments = queries.open_instalments(session)
    day = today()
    return render_template(
        "finance/desk.html",
        form=form,
        instalments=instalments,
        chosen=set(form.instalments.data or _chosen_at_first(instalments, day)),
        drafts=queries.batches(session, status=BatchStatus.DRAFT),
        changes=payees.waiting_changes(session),
        at_the_bank=queries.batches_at_the_bank(session),
        movements=queries.unclear_movements(session),
        note_form=NoteForm(),
        sum=total(each.amount for each in instalments),
        sum_of=_sum_of,
        today=day,
        soon=day + timedelta(days=7),
        **words(),
    )


def _chosen_at_first(instalments: Sequence[Instalment], day: date) -> list[str]:
    # What came back is chosen by hand, once somebody has looked at the account.
    return [
        each.id
        for each in instalments
        if each.due_on <= day and not any(one.returned_on for one in each.payments)
    ]


def _statements(form: StatementForm) -> str:
    return render_template(
        "finance/statements.html",
        form=form,
        statements=queries.statements(reader()),
        **words(),
    )


def _sum_of(batch: PaymentBatch) -> Money:
    return total(each.amount for each in batch.payments)
