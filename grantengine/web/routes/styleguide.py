"""Pages about the site itself: the style guide, its accessibility, its open data."""

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
    """Show every component in all its states on one page."""
    filled = ShowcaseForm(formdata=None, data={"region": "17", "applicant": "group"})
    faulty = ShowcaseForm(formdata=MultiDict({"faulty-amount": "1 500"}), prefix="faulty-")
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


@bp.get("/accessibility")
def accessibility() -> str:
    """Say how far everybody can use the site."""
    return render_template("about/accessibility.html")


@bp.get("/open-data")
def open_data() -> str:
    """Say where programs fetch what the pages show."""
    return render_template("about/open_data.html")
