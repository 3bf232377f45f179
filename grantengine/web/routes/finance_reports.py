"""Reports of the finance desk: the days are chosen, the page shows the sums, a file is taken."""

from flask import Blueprint, Response, abort, render_template, request

from grantengine.disbursements import reporting
from grantengine.disbursements.reports import DisbursementReport
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.database import reader
from grantengine.web.documents.disbursement_report import (
    MEDIA_TYPES,
    Setting,
    file_name,
    setting_of,
    write_report,
)
from grantengine.web.forms.finance import ReportForm, today
from grantengine.web.identity import require_role

bp = Blueprint("reports", __name__)

officers_only = require_role(Role.FINANCE_OFFICER)


@bp.get("/finance/reports")
@officers_only
def show() -> str | tuple[str, int]:
    """Choose days, and see what the report says of them before taking a file."""
    day = today()
    form = ReportForm(request.args)
    if not request.args:
        form.from_on.data, form.to_on.data = day.replace(month=1, day=1), day
    elif not form.validate():
        return _page(form, report=None), 422
    report = reporting.disbursement_report(
        reader(), from_on=form.from_on.data, to_on=form.to_on.data
    )
    return _page(form, report=report)


@bp.get("/finance/reports/disbursements.<form>")
@officers_only
def download(form: str) -> Response | tuple[str, int]:
    """Give the disbursement report as a file."""
    if form not in MEDIA_TYPES:
        abort(404)
    days = ReportForm(request.args)
    if not days.validate():
        return _page(days, report=None), 422
    report = reporting.disbursement_report(
        reader(), from_on=days.from_on.data, to_on=days.to_on.data
    )
    content = write_report(report, form, _setting())
    response = Response(content, content_type=MEDIA_TYPES[form])
    name = file_name(report, form)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _setting() -> Setting:
    running = programme.current_programme(reader())
    return setting_of(running, made_on=today())


def _page(form: ReportForm, *, report: DisbursementReport | None) -> str:
    return render_template(
        "finance/reports.html",
        form=form,
        report=report,
        source_name=_setting().source_name,
        noindex=True,
    )
