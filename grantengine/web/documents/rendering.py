"""What every PDF of ours has in common: fonts, tags, metadata, and no way out of this house."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from fontTools.ttLib.woff2 import decompress  # type: ignore[import-untyped]
from jinja2 import Environment, PackageLoader, StrictUndefined
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from grantengine.web import i18n, palette
from grantengine.web.assets import STATIC
from grantengine.web.formatting import FILTERS

# Tagged, for screen readers, and it keeps its attachments; see PDF/A-3, conformance level A.
VARIANT: Final = "pdf/a-3a"
OWN_SCHEME: Final = "static:"

# Controls and halves of surrogate pairs, which XML cannot hold, and the overrides of writing
# direction, with which a name could turn the sentence around it; Arabic and Hebrew need none.
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that travels inside the PDF.

    Attributes:
        name: file name, like `decision.json`.
        content: its bytes.
        description: what it is, in the language of the document.
        dated: the day it is from; never the day of rendering, so that bytes repeat.
    """

    name: str
    content: bytes
    description: str
    dated: date


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Fetches `data:` and our own static files, `static:fonts/…`; refuses all else."""

    def __init__(self) -> None:
        """Allow one protocol; our own scheme never reaches the network classes."""
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Fetch a static file or the content of a data URI.

        Raises:
            ValueError: the address is anything else, or leads out of the static folder.
        """
        if url.startswith(OWN_SCHEME):
            return URLFetcherResponse(url, _static_file(url.removeprefix(OWN_SCHEME)))
        return super().fetch(url, headers)


def render_pdf(
    template: str,
    *,
    language: str,
    title: str,
    identifier: str,
    attachments: Sequence[AttachedFile] = (),
    author: str = "",
    created: date | None = None,
    **context: Any,
) -> bytes:
    """Render a document as a tagged PDF/A-3 whose bytes depend on the arguments alone.

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
        context: whatever the template needs.

    Returns:
        The PDF.
    """
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
    document = HTML(string=_UNPRINTABLE.sub("", html), url_fetcher=OwnFilesOnly())
    pdf: bytes = document.write_pdf(
        font_config=FontConfiguration(),
        pdf_variant=VARIANT,
        pdf_identifier=sha256(identifier.encode()).digest()[:16],
        attachments=[_attachment(file) for file in attachments],
    )
    return pdf


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


def _attachment(file: AttachedFile) -> Attachment:
    midnight = datetime.combine(file.dated, time(), tzinfo=UTC)
    return Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        created=midnight,
        modified=midnight,
        relationship="Data",
    )


@cache
def _static_file(name: str) -> bytes:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()):
        raise ValueError(f"outside of the static files: {name!r}")
    content = path.read_bytes()
    return _unpacked(content) if path.suffix == ".woff2" else content


def _unpacked(font: bytes) -> bytes:
    # Unpacking five fonts takes half a second, so it is done once per process, not per document.
    unpacked = BytesIO()
    decompress(BytesIO(font), unpacked)
    return unpacked.getvalue()
