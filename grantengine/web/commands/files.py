"""Files that commands write: never over another one unless asked to."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

OUTPUT = click.Path(path_type=Path, dir_okay=False)
_THERE = "{} is there already; --force writes over it."
FORCE = click.option("--force", is_flag=True, help="Write over a file that is there already.")


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file.

    Raises:
        click.ClickException: there is a file of that name and `force` is not given.
    """
    try:
        with path.open("wb" if force else "xb") as target:
            target.write(content)
    except FileExistsError:
        raise click.ClickException(_THERE.format(path)) from None


@contextmanager
def open_output(path: Path | None, *, force: bool) -> Iterator[TextIO]:
    """Open a file to write piece by piece, or standard output; what breaks off leaves no file.

    Raises:
        click.ClickException: there is a file of that name and `force` is not given.
    """
    if path is None:
        yield sys.stdout
        return
    try:
        target = path.open("w" if force else "x", encoding="utf-8", newline="")
    except FileExistsError:
        raise click.ClickException(_THERE.format(path)) from None
    try:
        with target:
            yield target
    except BaseException:
        path.unlink(missing_ok=True)
        raise
