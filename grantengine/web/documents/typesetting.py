"""From HTML to a tagged PDF/A-3 by WeasyPrint, with our own files and nothing from outside.

Imported only when a document is set: loading WeasyPrint takes longer than starting the rest.
"""

import os
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from fontTools.ttLib.woff2 import decompress  # type: ignore[import-untyped]

from grantengine.web.assets import STATIC
from grantengine.web.documents import fallback_fonts
from grantengine.web.documents.attachments import AttachedFile
from grantengine.web.documents.conformance import conform

# Before WeasyPrint is loaded: with fonts of the machine, the same document would be other bytes on
# the next one, and a letter that ours lack could come as a bitmap. It warns that there are none.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "No fonts configured", UserWarning)
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

# Tagged, for screen readers, and it keeps its attachments; see PDF/A-3, conformance level A.
VARIANT: Final = "pdf/a-3a"
OWN_SCHEME: Final = "static:"


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


def typeset(
    html: str,
    *,
    identifier: str,
    attachments: Sequence[AttachedFile],
    signature_label: str | None = None,
) -> bytes:
    """Set a document; the bytes depend on the arguments alone.

    Args:
        html: the document, with its language and title.
        identifier: what makes this document itself.
        attachments: files that travel inside.
        signature_label: what the empty field is for that a signature fills; None for no field.
    """
    fetcher, fonts = OwnFilesOnly(), FontConfiguration()
    faces = CSS(string=fallback_fonts.faces(html), url_fetcher=fetcher, font_config=fonts)
    pdf: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[faces],
        font_config=fonts,
        pdf_variant=VARIANT,
        pdf_identifier=sha256(identifier.encode()).digest()[:16],
        attachments=[_attachment(file) for file in attachments],
        finisher=lambda _document, unwritten: conform(unwritten, signature_label=signature_label),
    )
    return pdf


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
