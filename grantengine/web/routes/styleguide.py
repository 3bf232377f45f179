"""The style guide: every colour, letter and component of the site in all its states."""

from datetime import date

from flask import Blueprint, render_template
from werkzeug.datastructures import MultiDict

from grantengine.money import eur
from grantengine.web.forms.showcase import ShowcaseForm
from grantengine.web.palette import colours

bp = Blueprint("styleguide", __name__)

GROUNDS = ("paper", "raised", "sunk", "line", "line-strong", "ink", "ink-soft", "link")
ACCENTS = ("accent", "accent-strong", "thread", "bad")
STATIONS = ("pledged", "collected", "matched", "paid")


@bp.get("/styleguide")
def show() -> str:
    """Show the whole guide on one page."""
    filled = ShowcaseForm(formdata=None, data={"region": "17", "applicant": "group"})
    faulty = ShowcaseForm(formdata=MultiDict({"title": "", "amount": "twelve"}), prefix="faulty-")
    faulty.validate()
    palette = colours()
    return render_template(
        "styleguide/show.html",
        grounds=[palette[name] for name in GROUNDS],
        accents=[palette[name] for name in ACCENTS],
        stations=[palette[name] for name in STATIONS],
        form=filled,
        faulty=faulty,
        eur=eur,
        date=date,
    )
