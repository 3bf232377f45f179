"""Many entries in one call: all of them or none, by set on PostgreSQL, with the rules of one.

A page of entries is put in as arrays, in one statement that carries every balance. However many
there are, no more than a page is held at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from grantengine.ledger import posting
from grantengine.ledger.entries import Entry, entry_id, entry_number
from grantengine.ledger.errors import LedgerError

PAGE = 25_000
# Fewer are posted one by one: the database plans how to take a page each time.
FEW = 8
POSTGRESQL = """
INSERT INTO ledger_batches (
    numbers, keys, request_hashes, kinds, abouts, effective_on, booked_at, reverses,
    entries, debits, credits, amounts, currencies
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING numbers
"""


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry with what the ledger adds to it.

    Attributes:
        booked_at: when it becomes, or became, known to the ledger.
        reverses: id of the entry that it takes back.
        number: the number it had, when it is restored; otherwise one is drawn.
    """

    entry: Entry
    booked_at: datetime
    reverses: str | None = None
    number: int | None = None


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


def put_in(session: Session, page: Sequence[Booking]) -> list[int] | None:
    """Put a page in on PostgreSQL; give the numbers, None when a rule refuses one of them."""
    put = session.connection().exec_driver_sql(POSTGRESQL, values(page))
    numbers: list[int] | None = put.scalar()
    return numbers


def values(page: Sequence[Booking]) -> tuple[object, ...]:
    """Say what `POSTGRESQL` is executed with: arrays of entries, and arrays of their lines."""
    heads = [
        (
            each.entry.key,
            each.entry.fingerprint(each.reverses).hex(),
            each.entry.kind,
            each.entry.about,
            each.entry.effective_on.isoformat(),
            each.booked_at.isoformat(),
        )
        for each in page
    ]
    lines = [
        (str(place), each.debit, each.credit, str(each.amount.cents), each.amount.currency)
        for place, booking in enumerate(page, start=1)
        for each in booking.entry.transfers
    ]
    numbers = [each.number for each in page] if page[0].number is not None else None
    reverses = [each.reverses and entry_number(each.reverses) for each in page]
    columns = map(posting.array, zip(*heads, strict=True))
    return (numbers, *columns, reverses, *map(posting.array, zip(*lines, strict=True)))


def _post_page(
    session: Session, page: Sequence[Entry], *, after: int, now: datetime
) -> Sequence[str]:
    if posting.is_postgresql(session) and len(page) > FEW:
        numbers = put_in(session, [Booking(entry, now) for entry in page])
        if numbers is not None:
            return [entry_id(number) for number in numbers]
    # One by one, to hear which is refused and why; or a key stood for an entry already. All accounts
    # are held first, so that two batches do not wait for each other.
    codes = {code for entry in page for code in entry.account_codes}
    posting.lock_codes(session, sorted(codes))
    ids = []
    for row, entry in enumerate(page, start=after + 1):
        try:
            ids.append(posting.post(session, entry, reverses=None, now=now))
        except LedgerError as error:
            error.details["row"] = row
            raise
    return ids
