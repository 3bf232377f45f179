"""Many entries in one call: all of them or none, by set on PostgreSQL, with the rules of one.

A page of entries is put in as arrays, in one statement that carries every balance. However many
there are, no more than a page is held at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from grantengine.ledger import posting
from grantengine.ledger.entries import Entry, entry_id
from grantengine.ledger.errors import LedgerError

PAGE = 5000
# Fewer are posted one by one: the database plans how to take a page each time.
FEW = 8
POSTGRESQL = """
INSERT INTO ledger_batches (
    booked_at, keys, request_hashes, kinds, abouts, effective_on,
    entries, debits, credits, amounts, currencies
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING numbers
"""


def post_pages(session: Session, entries: Iterable[Entry], *, now: datetime) -> Iterator[str]:
    """Write entries down in order, page by page, and give their ids; take all, or none is kept.

    Raises:
        LedgerError: the rule that one of them breaks, with its `row`.
    """
    with session.begin_nested():
        rest, done = iter(entries), 0
        while page := list(islice(rest, PAGE)):
            yield from _post_page(session, page, after=done, now=now)
            done += len(page)


def values(entries: Sequence[Entry], *, now: datetime) -> tuple[object, ...]:
    """Say what `POSTGRESQL` is executed with: arrays of entries, and arrays of their lines."""
    heads = [
        (each.key, each.request_hash, each.kind, each.about, each.effective_on.isoformat())
        for each in entries
    ]
    lines = [
        (str(place), each.debit, each.credit, str(each.amount.cents), each.amount.currency)
        for place, entry in enumerate(entries, start=1)
        for each in entry.transfers
    ]
    columns = [*zip(*heads, strict=True), *zip(*lines, strict=True)]
    return now.isoformat(), *map(posting.array, columns)


def _post_page(
    session: Session, page: Sequence[Entry], *, after: int, now: datetime
) -> Sequence[str]:
    if posting.is_postgresql(session) and len(page) > FEW:
        put = session.connection().exec_driver_sql(POSTGRESQL, values(page, now=now))
        numbers = put.scalar()
        if numbers is not None:
            return [entry_id(number) for number in numbers]
    # One by one, to hear which is refused and why; or a key stood for an entry already.
    ids = []
    for row, entry in enumerate(page, start=after + 1):
        try:
            ids.append(posting.post(session, entry, reverses=None, now=now))
        except LedgerError as error:
            error.details["row"] = row
            raise
    return ids
