"""`grantengine ledger export` and `import`: the whole ledger as a file, and back."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from grantengine.ledger import export, journal, queries
from grantengine.ledger.backup import restoring, writing
from grantengine.web.commands.files import FORCE, OUTPUT, open_output
from grantengine.web.runtime import runtime

_BOOKS: dict[str, Callable[[export.Content], Iterator[str]]] = {
    "beancount": export.beancount,
    "hledger": export.hledger,
    "csv": export.csv_lines,
}
_T = TypeVar("_T")
# An entry of 32,767 transfers is shorter; what is longer is cut, and then it is no line.
_LONGEST_LINE = 16 * 2**20


@click.command("export")
@click.option("--format", "form", type=click.Choice([*_BOOKS, "jsonl"]), required=True)
@click.option("-o", "output", type=OUTPUT, metavar="FILE", help="Where to write; else print.")
@FORCE
@with_appcontext
def export_ledger(form: str, output: Path | None, force: bool) -> None:
    """Write every account and entry for another program.

    jsonl holds all there is, holds, periods and seals too, and is what `ledger import` restores.
    """
    write = _backup if form == "jsonl" else _books
    with runtime().database.reading() as session, open_output(output, force=force) as target:
        for text in write(session, form):
            target.write(text)


@click.command("import")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def import_ledger(file: BinaryIO) -> None:
    """Restore FILE, written by `ledger export --format jsonl`, into an empty ledger.

    Everything is restored, or nothing and the line that is wrong is named. In the end the whole
    ledger is verified, and its root has to be the one of the file.
    """
    size = os.fstat(file.fileno()).st_size
    with runtime().database.transaction() as session, _bar(size, "Restoring") as bar:
        restored = restoring.restore(session, _lines(file, bar.update))
    counts = (
        _how_many(restored.accounts, "account", "accounts"),
        _how_many(restored.entries, "entry", "entries"),
        _how_many(restored.holds, "hold", "holds"),
        _how_many(restored.periods, "period", "periods"),
        _how_many(restored.seals, "seal", "seals"),
    )
    click.echo(f"restored {', '.join(counts)}: clean")
    click.echo(f"root {restored.root}, as in the file")


def _how_many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _backup(session: Session, _form: str) -> Iterator[str]:
    yield from _counted(writing.backup(session), writing.length(session))


def _books(session: Session, form: str) -> Iterator[str]:
    entries = _counted(journal.all_entries(session), journal.count(session))
    yield from _BOOKS[form](export.Content(queries.all_accounts(session), entries))


def _counted(things: Iterable[_T], length: int) -> Iterator[_T]:
    with _bar(length, "Exporting") as bar:
        for thing in things:
            yield thing
            bar.update(1)


def _lines(file: BinaryIO, tell: Callable[[int], None]) -> Iterator[bytes]:
    while line := file.readline(_LONGEST_LINE):
        yield line
        tell(len(line))


def _bar(length: int, label: str) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        update_min_steps=max(1, length // 100),
    )
