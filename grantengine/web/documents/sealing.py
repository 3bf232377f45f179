"""A decision's PDF is made and signed once, kept in the database, and known by its hash."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from typing import Final

from grantengine.db import Database
from grantengine.errors import NotFoundError
from grantengine.reviews import issuing, queries
from grantengine.settings import Settings
from grantengine.web.documents.decision import DecisionDocument, render_decision
from grantengine.web.documents.decision_view import decision_document
from grantengine.web.i18n import _, force_language

# From so many on it pays to start processes of their own, which takes them two seconds.
POOL_FROM: Final = 8

Progress = Callable[[int], None]


def seal(database: Database, settings: Settings, *, decision_id: str) -> bytes:
    """Make the PDF of a signed decision unless there is one; the task SEAL_TASK.

    The rendering stands between two transactions. Two processes at once make the same bytes,
    since these depend on the decision and the key alone, and the first are kept.

    Returns:
        The PDF that was issued.

    Raises:
        NotFoundError: there is no such decision, or nobody has signed it.
    """
    with database.reading() as session:
        decision = queries.decision(session, decision_id)
        if decision.content is None or decision.signed_at is None:
            raise NotFoundError(kind="decision", id=decision_id)
        if (kept := issuing.document_of(session, decision_id)) is not None:
            return kept
        document = decision_document(decision, public_url=settings.public_url)
        signed_at = decision.signed_at
    pdf = signed_document(settings, document, signed_at)
    with database.transaction() as session:
        issuing.keep_document(session, decision_id, pdf)
        return issuing.document_of(session, decision_id) or pdf


def seal_or_all(database: Database, settings: Settings, *, decision_id: str) -> None:
    """Make the PDF of a signed decision; if it is one of many on this machine, all of them at once.

    One that was opened before its turn is there already, and the others have turns of their own.
    With PostgreSQL the workers share the tasks among themselves, one decision each.
    """
    if not database.is_postgresql:
        with database.reading() as session:
            waiting = issuing.decisions_to_issue(session)
        if decision_id in waiting and len(waiting) >= POOL_FROM:
            seal_all(database, settings)
            return
    seal(database, settings, decision_id=decision_id)


def seal_all(
    database: Database,
    settings: Settings,
    *,
    processes: int | None = None,
    progress: Progress = lambda _count: None,
) -> int:
    """Make every PDF that is still to be made, in several processes.

    Args:
        database: where the decisions are.
        settings: of the site.
        processes: how many work; None for as many as this process may use cores.
        progress: told how many were kept since it was told before.

    Returns:
        How many were made.
    """
    with database.reading() as session:
        waiting = issuing.decisions_to_issue(session)
    documents = _documents(database, settings, waiting)
    issue(database, settings, documents, processes=processes, progress=progress)
    return len(waiting)


def issue(
    database: Database,
    settings: Settings,
    documents: Iterable[tuple[DecisionDocument, datetime]],
    *,
    processes: int | None = None,
    progress: Progress = lambda _count: None,
) -> None:
    """Render, sign and keep documents, each with the instant of its signature.

    Each is kept as soon as it is there, so whoever is stopped goes on where it was, and one that
    cannot be made keeps no other from being kept.
    """
    from grantengine.web.documents.certificates import credentials_of

    credentials_of(settings)  # One process makes the development certificate, not all of them.
    # Not forked: a server has threads, and their locks would be copied as they stand.
    method = multiprocessing.get_context("spawn")
    count = processes or len(os.sched_getaffinity(0))
    failures: list[BaseException] = []
    with ProcessPoolExecutor(count, mp_context=method, initializer=give_way) as pool:
        tasks = {
            pool.submit(signed_document, settings, document, signed_at): document.decision_id
            for document, signed_at in documents
        }
        for task in as_completed(tasks):
            if (failure := task.exception()) is not None:
                failures.append(failure)
                continue
            with database.transaction() as session:
                issuing.keep_document(session, tasks[task], task.result())
            progress(1)
    if failures:
        raise failures[0]


def signed_document(settings: Settings, document: DecisionDocument, signed_at: datetime) -> bytes:
    """Render a decision and sign it."""
    return signed(
        settings,
        render_decision(document),
        case_number=document.case_number,
        by=document.authority.name,
        at=signed_at,
        language=document.language,
    )


def signed(
    settings: Settings, pdf: bytes, *, case_number: str, by: str, at: datetime, language: str
) -> bytes:
    """Sign a PDF that says what was decided in a case.

    Args:
        settings: name the certificate.
        pdf: with an empty field for the signature.
        case_number: of the case.
        by: name of the authority.
        at: instant of the decision, which the signature names.
        language: of the document.
    """
    # Here and not above: what signs takes long to load, and few processes need it.
    from grantengine.web.documents.certificates import credentials_of
    from grantengine.web.documents.signing import Signature, sign_pdf

    with force_language(language):
        reason = _("Decision %(case_number)s", case_number=case_number)
    return sign_pdf(pdf, credentials_of(settings), Signature(at=at, by=by, reason=reason))


def _documents(
    database: Database, settings: Settings, decision_ids: Sequence[str]
) -> Iterator[tuple[DecisionDocument, datetime]]:
    for decision_id in decision_ids:
        with database.reading() as session:
            decision = queries.decision(session, decision_id)
            assert decision.signed_at is not None
            yield decision_document(decision, public_url=settings.public_url), decision.signed_at


def give_way() -> None:
    """Work at low priority, since pages are waited for, and no longer than whoever asked for it."""
    os.nice(10)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # Of one that is killed no worker is told: each holds the pipe open that it waits at.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
