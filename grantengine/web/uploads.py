"""Files that people send: kept outside the web root under names of our own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.datastructures import FileStorage

from grantengine.errors import InvalidInputError
from grantengine.web.runtime import runtime

# Recognised by their first bytes, never by the name or type that the sender claims.
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)

# A program that calls itself a picture would otherwise be handed on under its own name.
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
}
_STEM_LENGTH_MAX = 110


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was kept: what it was called, what it is, where it lies."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


def init_app(app: Flask) -> None:
    """Make sure that there is a place for files."""
    with app.app_context():
        _folder().mkdir(parents=True, exist_ok=True)


def keep(file: FileStorage) -> StoredFile:
    """Keep an uploaded file under its own hash.

    Raises:
        InvalidInputError: it is empty, too large, or no PDF, PNG or JPEG.
    """
    content = file.stream.read(runtime().settings.upload_size_max_bytes + 1)
    content_type = _recognise(content)
    stored = StoredFile(
        name=_clean_name(file.filename, content_type),
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    path = path_of(stored.sha256)
    if not path.exists():
        path.write_bytes(content)
    return stored


def path_of(sha256: str) -> Path:
    """Tell where a kept file lies; serve it only as a download."""
    return _folder() / sha256


def _folder() -> Path:
    return runtime().settings.var_path / "uploads"


def _recognise(content: bytes) -> str:
    limit = runtime().settings.upload_size_max_bytes
    if not content:
        raise InvalidInputError(field="file", reason="empty")
    if len(content) > limit:
        raise InvalidInputError(field="file", reason="too_large", limit_bytes=limit)
    for signature, content_type in _SIGNATURES:
        if content.startswith(signature):
            return content_type
    raise InvalidInputError(field="file", reason="wrong_type")


def _clean_name(name: str | None, content_type: str) -> str:
    """Keep the readable part of a name, and let its ending say what the file really is."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(each for each in last if each.isprintable()).strip()
    lowered = printable.lower()
    known = [each for each in _ENDINGS[content_type] if lowered.endswith(each)]
    stem = printable[: -len(known[0])] if known else printable
    ending = known[0] if known else _ENDINGS[content_type][0]
    return (stem.strip(" .")[:_STEM_LENGTH_MAX] or "file") + ending
