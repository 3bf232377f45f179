"""What a batch of signed decisions costs beside bare WeasyPrint rendering of the same HTML."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import pikepdf

from grantengine import migrate
from grantengine.db import Database
from grantengine.reviews import issuing
from grantengine.settings import Settings, load_settings
from grantengine.web.benchmarks.decision_samples import a_decision
from grantengine.web.documents.decision import DecisionDocument, decision_html
from grantengine.web.documents.sealing import give_way, issue

RATIO_MAX: Final = 1.5
PAGES_MIN: Final = 2
_SIGNED_AT: Final = datetime(2026, 11, 17, 9, tzinfo=UTC)

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside what it should be."""

    name: str
    value: str
    target: str
    is_met: bool


def figures(
    *, decisions: int, processes: int, repetitions: int, progress: Progress
) -> Iterator[Figure]:
    """Measure both in turn: ours renders, tags, attaches, signs and keeps each in a database."""
    documents = [a_decision(number) for number in range(decisions)]
    pages = [decision_html(document) for document in documents]
    bare, ours = [], []
    with TemporaryDirectory(prefix="grantengine-bench-") as name:
        settings = _settings(Path(name))
        database = Database(settings.database_url)
        migrate.upgrade(database)
        for round_number in range(repetitions):
            bare.append(_seconds(lambda: _render_bare(pages, processes)))
            progress(decisions)
            batch = [
                (replace(each, decision_id=f"{each.decision_id}_{round_number}"), _SIGNED_AT)
                for each in documents
            ]
            ours.append(
                _seconds(
                    lambda batch=batch: issue(database, settings, batch, processes=processes)  # type: ignore[misc]
                )
            )
            progress(decisions)
        fewest = _fewest_pages(database, documents)
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    yield Figure("pages of the shortest", str(fewest), f">= {PAGES_MIN}", fewest >= PAGES_MIN)
    yield Figure("bare WeasyPrint, seconds", f"{median(bare):.1f}", "", is_met=True)
    yield Figure("signed and kept, seconds", f"{median(ours):.1f}", "", is_met=True)
    yield Figure("ratio", f"{ratio:.2f}", f"<= {RATIO_MAX}", ratio <= RATIO_MAX)


def _settings(folder: Path) -> Settings:
    url = f"sqlite:///{folder}/bench.sqlite"
    return load_settings("demo", environ={}, database_url=url, var_path=folder)


def _render_bare(pages: Sequence[str], processes: int) -> None:
    method = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=method, initializer=give_way) as pool:
        for _pdf in pool.map(bare_pdf, pages):
            pass


def bare_pdf(page: str) -> bytes:
    """Let WeasyPrint set a page with nothing asked of it but our fonts."""
    from weasyprint import HTML

    from grantengine.web.documents.typesetting import OwnFilesOnly

    pdf: bytes = HTML(string=page, url_fetcher=OwnFilesOnly()).write_pdf()
    return pdf


def _fewest_pages(database: Database, documents: Sequence[DecisionDocument]) -> int:
    with database.reading() as session:
        kept = [issuing.document_of(session, f"{each.decision_id}_0") for each in documents]
    return min(len(pikepdf.open(BytesIO(pdf)).pages) for pdf in kept if pdf is not None)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
