"""The papers of a pledge: its receipt as a page to print and as PDF, its invoice as PDF."""

from flask import Blueprint, Response, abort, render_template

from grantengine.campaigns import charging, invoices, queries
from grantengine.campaigns.models import Pledge
from grantengine.programme import queries as programme
from grantengine.web.database import reader
from grantengine.web.documents.pledge_papers import (
    Receipt,
    has_receipt,
    invoice_pdf,
    receipt_of,
    receipt_pdf,
)
from grantengine.web.i18n import current_language
from grantengine.web.names import name_in_language
from grantengine.web.pledge_page import kept_private
from grantengine.web.transfer_page import slip_as_sent

bp = Blueprint("pledge_papers", __name__)


@bp.get("/pledges/<token>/receipt")
def receipt(token: str) -> Response:
    """Show the receipt of a pledge, to be printed."""
    pledge = queries.pledge_by_token(reader(), token)
    page = render_template(
        "pledges/receipt.html",
        pledge=pledge,
        campaign=pledge.campaign,
        receipt=_receipt(pledge),
        noindex=True,
    )
    return kept_private(page)


@bp.get("/pledges/<token>/receipt.pdf")
def receipt_file(token: str) -> Response:
    """Give the receipt of a pledge as PDF."""
    pledge = queries.pledge_by_token(reader(), token)
    authority = programme.current_programme(reader()).authority
    content = receipt_pdf(
        _receipt(pledge), language=current_language(), author=name_in_language(authority)
    )
    return _file(content, name=f"{pledge.id}-{current_language()}.pdf")


@bp.get("/pledges/<token>/invoice.pdf")
def invoice_file(token: str) -> Response:
    """Give the invoice of a pledge as PDF."""
    pledge = queries.pledge_by_token(reader(), token)
    invoice = invoices.invoice_of(reader(), pledge)
    if invoice is None:
        abort(404)
    slip = slip_as_sent(reader(), pledge)
    content = invoice_pdf(invoice, pledge, slip, language=current_language())
    return _file(content, name=f"{invoice.number}-{current_language()}.pdf")


def _receipt(pledge: Pledge) -> Receipt:
    if not has_receipt(pledge):
        abort(404)
    charge = charging.charge_that_succeeded(reader(), pledge.id)
    return receipt_of(pledge, charge, language=current_language())


def _file(content: bytes, *, name: str) -> Response:
    response = kept_private(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
