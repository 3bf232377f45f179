"""Where the money is: the whole way of the appropriation, every entry, and files of both."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from grantengine.db import Database
from grantengine.ledger import export, journal
from grantengine.ledger import queries as ledger
from grantengine.ledger import seals as sealing
from grantengine.ledger.entries import PostedEntry, entry_number
from grantengine.programme import queries as programmes
from grantengine.programme.chart import Stage
from grantengine.programme.queries import Budget
from grantengine.web import overview
from grantengine.web.database import reader
from grantengine.web.flows import flow_of
from grantengine.web.i18n import page_url
from grantengine.web.kept_pages import kept
from grantengine.web.labels.ledger import STAGE_MEANINGS, kind_in_words
from grantengine.web.names import name_in_language
from grantengine.web.runtime import now, runtime
from grantengine.web.subjects import subjects

bp = Blueprint("money", __name__)

_NEWEST = 8
_PAGE_SIZE = 50
_HIGHEST_NUMBER = 2**63 - 1


@bp.get("/money")
@kept
def show() -> str:
    """Follow the appropriation to its end on one page."""
    session = reader()
    if overview.programme_or_none(session) is None:
        return render_template("money/empty.html")
    budget = programmes.budget(session)
    entries, _next = _entries(limit=_NEWEST)
    lines = ledger.trial_balance(session)
    return render_template(
        "money/show.html",
        budget=budget,
        flow=flow_of(budget),
        stages=_stages_shown(budget),
        crowd=overview.crowd_totals(lines),
        trial=overview.trial_totals(lines),
        entries=entries,
        subjects=subjects(session, [each.about for each in entries]),
        kind_in_words=kind_in_words,
        meanings=STAGE_MEANINGS,
        ratio=overview.ratio,
        now=now(),
        named=name_in_language,
    )


@bp.get("/money/entries")
def entries() -> str:
    """List every entry of the ledger, newest first."""
    found, before = _entries(limit=_PAGE_SIZE)
    next_url = f"{page_url('/money/entries')}?before={before}" if before else None
    return render_template(
        "money/entries.html",
        entries=found,
        subjects=subjects(reader(), [each.about for each in found]),
        kind_in_words=kind_in_words,
        next_url=next_url,
    )


@bp.get("/money/entries/<entry_id>")
def entry(entry_id: str) -> str:
    """Show both sides of every transfer of one entry."""
    found = journal.entry(reader(), entry_id)
    return render_template(
        "money/entry.html",
        entry=found,
        reversal=journal.reversal_of(reader(), entry_id),
        subject=subjects(reader(), [found.about]).get(found.about),
        kind_in_words=kind_in_words,
    )


@bp.get("/money/seals")
def seals() -> str:
    """List the published roots, newest first, and say what they prove."""
    found = sealing.newest_seals(reader(), before=_before(), limit=_PAGE_SIZE + 1)
    page = found[:_PAGE_SIZE]
    more = f"?before={page[-1].number}" if len(found) > _PAGE_SIZE else None
    return render_template(
        "money/seals.html", seals=page, next_url=more and page_url("/money/seals") + more
    )


@bp.get("/money/entries.csv")
def entries_csv() -> Response:
    """Give the whole journal as CSV: one row for each transfer."""
    return _csv_file("entries.csv", _journal_lines(runtime().database))


@bp.get("/money/trial-balance.csv")
def trial_balance_csv() -> Response:
    """Give debits and credits of every account as CSV, in cents."""
    lines = ledger.trial_balance(reader())
    rows = [
        f"{line.account},{line.debit_cents},{line.credit_cents},{line.balance_cents}\n"
        for line in lines
    ]
    return _csv_file("trial-balance.csv", iter([_TRIAL_HEADER, *rows]))


_TRIAL_HEADER = "account,debit_cents,credit_cents,balance_cents\n"


def _stages_shown(budget: Budget) -> list[Stage]:
    """List the stages of the table; nobody has paid anything back as a rule."""
    recovered = [each.stages[Stage.RECOVERED] for each in (*budget.envelopes, *budget.funded)]
    empty = set() if any(recovered) else {Stage.RECOVERED}
    return [stage for stage in Stage if stage not in empty]


def _entries(*, limit: int) -> tuple[list[PostedEntry], int | None]:
    """Read a page of entries, newest first, and the number from which the next page goes on."""
    found = journal.newest_entries(reader(), before=_before(), limit=limit + 1)
    page = found[:limit]
    return page, entry_number(page[-1].id) if len(found) > limit else None


def _before() -> int:
    """Read below which number the page begins; what is no number begins at the newest."""
    before = request.args.get("before", type=int) or _HIGHEST_NUMBER
    return max(0, min(before, _HIGHEST_NUMBER))


def _journal_lines(database: Database) -> Iterator[str]:
    # A session of its own: the request's is closed before the last line is sent.
    with database.reading() as session:
        content = export.Content(
            accounts=ledger.all_accounts(session), entries=journal.all_entries(session)
        )
        yield from export.csv_lines(content)


def _csv_file(name: str, lines: Iterator[str]) -> Response:
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
