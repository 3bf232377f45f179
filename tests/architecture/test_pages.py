"""Pages ask nothing of third parties and run no script."""

import re

import pytest

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


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_template_loads_nothing_from_elsewhere(path):
    assert LOADING_TAG.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_style_loads_nothing_from_elsewhere(path):
    assert LOADING_STYLE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", UNSCRIPTED, ids=name_of)
def test_template_runs_no_script(path):
    assert SCRIPT.findall(path.read_text(encoding="utf-8")) == []
