"""Pages ask nothing of third parties and run no script."""

import re

from tests.support.source import PACKAGE, name_of, templates

LOADING_TAG = re.compile(
    r"<(?:link|script|img|source|iframe|object|embed|video|audio|use|font|form)\b[^>]*?"
    r"\b(?:href|src|srcset|data|action)\s*=\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)
LOADING_STYLE = re.compile(
    r"(?:url\(\s*|@import\s+)[\"']?\s*(?:url\(\s*[\"']?)?(?:https?:)?//", re.IGNORECASE
)
# Data for search engines stands in a script element too, and is not run.
SCRIPT = re.compile(
    r"<script\b(?! type=\"application/ld\+json\">)|\bon[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)

# The one fragment that loads a script, from Stripe, whose rules ask for it; it is only on the
# pages that need a card, and only where Stripe is configured.
STRIPE = "grantengine/web/templates/pledges/_stripe_scripts.html"
# The one script of our own: it saves what is being written, and nothing needs it.
AUTOSAVE = "grantengine/web/templates/applications/_autosave.html"
PAGES = [path for path in templates() if name_of(path) != STRIPE]
UNSCRIPTED = [path for path in PAGES if name_of(path) != AUTOSAVE]
STYLES = [*PAGES, *sorted((PACKAGE / "web" / "static").rglob("*.css"))]


def test_templates_load_nothing_from_elsewhere():
    assert found(LOADING_TAG, PAGES) == {}


def test_styles_load_nothing_from_elsewhere():
    assert found(LOADING_STYLE, STYLES) == {}


def test_templates_run_no_script():
    assert found(SCRIPT, UNSCRIPTED) == {}


def found(pattern, paths):
    """Give what matches in each file, where something does."""
    matches = {name_of(path): pattern.findall(path.read_text("utf-8")) for path in paths}
    return {name: what for name, what in matches.items() if what}
