"""The front page: what this is, where the money stands, what is open, what was learned."""

from flask import Blueprint, render_template

from grantengine.campaigns import queries as campaigns
from grantengine.clock import HELSINKI
from grantengine.learnings import queries as learnings
from grantengine.ledger import queries as ledger
from grantengine.programme import queries as programmes
from grantengine.reviews import queries as calls
from grantengine.web import overview
from grantengine.web.board import board
from grantengine.web.database import reader
from grantengine.web.kept_pages import kept
from grantengine.web.labels.learnings import RESULTS
from grantengine.web.names import name_in_language
from grantengine.web.places import place_of
from grantengine.web.runtime import now

bp = Blueprint("home", __name__)

_CARDS = 3


@bp.get("/")
@kept
def show() -> str:
    """Show the front page; before any programme has been started it says so."""
    session = reader()
    programme = overview.programme_or_none(session)
    if programme is None:
        return render_template("home/empty.html")
    instant = now()
    # One whose deadline has just passed stays open until it is settled.
    running = [each for each in campaigns.open_campaigns(session) if each.deadline_at > instant]
    open_campaigns = running[:_CARDS]
    return render_template(
        "home/show.html",
        programme=programme,
        budget=programmes.budget(session),
        crowd=overview.crowd_totals(ledger.trial_balance(session)),
        board=board(session, programme),
        campaigns=open_campaigns,
        totals=campaigns.totals_of(session, [each.id for each in open_campaigns]),
        calls=calls.open_calls(session, now=instant)[:_CARDS],
        learnings=learnings.learnings(session, limit=_CARDS),
        events=programmes.programme_events(session),
        results=RESULTS,
        place_of=place_of,
        ratio=overview.ratio,
        now=instant,
        named=name_in_language,
        today=instant.astimezone(HELSINKI).date(),
    )
