"""Requests with files: heard to their end, so that a file too large costs nobody the text beside it."""

from collections.abc import Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

View = TypeVar("View", bound=Callable[..., Any])

# A form that is heard out may hold so many times what one file may: several files, and text.
_TIMES: Final = 3
# So much more of what was refused is read, since a browser shows no answer while it is sending.
_DRAINED_TIMES: Final = 4
_CHUNK: Final = 64 * 1024
_IN_MEMORY_MAX: Final = 500_000


def init_app(app: Flask) -> None:
    """Set the limit of each request, before anything of it is read."""
    app.before_request(_set_limit)


def heard_out(view: View) -> View:
    """Let a view take a request larger than the others may be: a form of files and of long text."""
    view.is_heard_out = True  # type: ignore[attr-defined]
    return view


def _set_limit() -> None:
    assert isinstance(request, FormRequest)
    request.max_content_length = request.size_max


class FormRequest(Request):
    """A request that keeps of each file at most one byte more than any file may have.

    So it is flat in memory and on the disk, and whoever reads the file sees that it is too large.
    """

    @property
    def size_max(self) -> int:
        """Tell how many bytes are taken from this request."""
        most: int = current_app.config["MAX_CONTENT_LENGTH"]
        view = current_app.view_functions.get(self.endpoint or "")
        return most * _TIMES if getattr(view, "is_heard_out", False) else most

    @property
    def is_too_large(self) -> bool:
        """Tell whether all of it together is more than is taken."""
        return (self.content_length or 0) > self.size_max

    def drain(self) -> None:
        """Read what is left of a refused request, within reason, and keep nothing."""
        source = get_input_stream(self.environ) if self.is_too_large else self.stream
        with suppress(ClientDisconnected, OSError):
            for _chunk in range(self.size_max * _DRAINED_TIMES // _CHUNK):
                if not source.read(_CHUNK):
                    return

    def _get_file_stream(self, *_described: Any, **_more: Any) -> IO[bytes]:
        return _CutFile(current_app.config["FILE_SIZE_MAX"] + 1)


class _CutFile(SpooledTemporaryFile[bytes]):
    """Drops what is written beyond its size."""

    def __init__(self, size_max: int) -> None:
        super().__init__(max_size=_IN_MEMORY_MAX, mode="rb+")
        self._size_max = size_max

    def write(self, data: Any) -> int:
        """Write what there is room for."""
        return super().write(data[: max(0, self._size_max - self.tell())])
