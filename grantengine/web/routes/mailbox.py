"""The demonstration's letters: what would have been e-mailed, for a visitor to open."""

import re

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template
from markupsafe import Markup, escape

from grantengine.outbox import Message
from grantengine.web import mail
from grantengine.web.database import reader
from grantengine.web.languages import site_root
from grantengine.web.paging import cursor, page_of
from grantengine.web.runtime import runtime

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

_PAGE_SIZE = 30
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@bp.before_request
def only_in_the_demonstration() -> None:
    """Hide other people's letters wherever the letters are real."""
    if not runtime().settings.demo_sign_in:
        abort(404)


@bp.get("")
def index() -> str:
    """List the letters, newest first."""
    query = sa.select(Message).order_by(Message.id.desc()).limit(_PAGE_SIZE + 1)
    after = cursor()
    if after is not None:
        query = query.where(Message.id < after)
    page, next_url = page_of(reader().scalars(query).all(), _PAGE_SIZE)
    letters = [(message, mail.compose(message, runtime().settings)) for message in page]
    return render_template("mailbox/index.html", letters=letters, next_url=next_url, noindex=True)


@bp.get("/<message_id>")
def show(message_id: str) -> str:
    """Show one letter as its reader gets it."""
    message = reader().get(Message, message_id)
    if message is None:
        abort(404)
    letter = mail.compose(message, runtime().settings)
    return render_template(
        "mailbox/show.html",
        message=message,
        subject=letter["Subject"],
        body=_with_links(mail.plain_text_of(letter)),
        html_address=f"{site_root()}/mailbox/{message_id}/html",
        noindex=True,
    )


@bp.get("/<message_id>/html")
def show_html(message_id: str) -> Response:
    """Show one letter as a mail program shows it: with its own styles and nothing else."""
    message = reader().get(Message, message_id)
    if message is None:
        abort(404)
    own = runtime().settings.public_url.rstrip("/")
    html = mail.html_of(mail.compose(message, runtime().settings))
    # On whatever host the visitor is.
    response = Response(html.replace(f'href="{own}/', f'href="{site_root()}/'))
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _with_links(text: str) -> Markup:
    """Make our own addresses in a letter into links, on whatever host the visitor is."""
    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        parts.append(escape(text[end : match.start()]))
        address = match.group().rstrip(".,;:)")
        parts.append(_link(address))
        end = match.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _link(address: str) -> Markup:
    own = runtime().settings.public_url.rstrip("/")
    if not address.startswith(f"{own}/"):
        return escape(address)
    return Markup('<a href="{}">{}</a>').format(address.removeprefix(own), address)
