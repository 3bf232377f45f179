"""What every PDF of ours has in common: fonts, tags, metadata, and no way out of this house."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from grantengine.web import i18n, palette
from grantengine.web.documents.attachments import AttachedFile
from grantengine.web.formatting import FILTERS

# Controls and halves of surrogate pairs, which XML cannot hold, and the overrides of writing
# direction, with which a name could turn the sentence around it; Arabic and Hebrew need none.
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def render_pdf(
    template: str,
    *,
    language: str,
    title: str,
    identifier: str,
    attachments: Sequence[AttachedFile] = (),
    author: str = "",
    created: date | None = None,
    signature_label: str | None = None,
    **context: Any,
) -> bytes:
    """Render a document as PDF/A-3 and PDF/UA-1 whose bytes depend on the arguments alone.

    Needs neither an application nor a request. The template extends `documents/base.html`,
    which tells what it has to fill, and gets the filters and sentences of the pages.

    Args:
        template: path below `templates/`, like `documents/decision/decision.html`.
        language: fi, sv or en; all sentences and formats follow it.
        title: title of the document, in its language.
        identifier: what makes this document itself, like its id and version.
        attachments: files that travel inside.
        author: the authority or body that gives the document; may be empty.
        created: day of the document; None leaves the date out.
        signature_label: what the field is for that a signature will fill; None for no field.
        context: whatever the template needs.

    Returns:
        The PDF.
    """
    html = render_html(
        template, language=language, title=title, author=author, created=created, **context
    )
    # Here and not above: loading WeasyPrint takes longer than starting all the rest.
    from grantengine.web.documents.typesetting import typeset

    return typeset(
        html, identifier=identifier, attachments=attachments, signature_label=signature_label
    )


def render_html(
    template: str,
    *,
    language: str,
    title: str,
    author: str = "",
    created: date | None = None,
    **context: Any,
) -> str:
    """Render a document as the HTML that is set; the arguments are those of `render_pdf`."""
    with i18n.force_language(language):
        html = (
            _environment()
            .get_template(template)
            .render(
                language=i18n.current_language(),
                title=title,
                author=author,
                created=created,
                **context,
            )
        )
    return _UNPRINTABLE.sub("", html)


@cache
def _environment() -> Environment:
    # The pages' own environment belongs to the application, and workers may have none.
    environment = Environment(
        loader=PackageLoader("grantengine.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    i18n.teach(environment)
    environment.filters.update(FILTERS)
    environment.globals["ink"] = {name: each.light for name, each in palette.colours().items()}
    return environment
