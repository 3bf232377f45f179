"""Many entries in one call: all of them or none, by set on PostgreSQL, with the rules of one.

A page of entries is put in as arrays, in one statement that carries every balance. While the
database takes a page the next one is made; however many there are, no more than two are held.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from sqlalchemy.orm import Session

from grantengine.ledger import posting
from grantengine.ledger.entries import Entry, entry_id, entry_number
from grantengine.ledger.errors import LedgerError
from grantengine.sessions import WritingSession

# Each page carries the balance of every account that it moves, so few large ones cost least; but
# the database waits while the first is made, and SQLite takes them apart anyway.
PAGE = 50_000
FIRST_PAGE = 5_000
# Fewer are posted one by one: the database plans how to take a page each time.
FEW = 8
POSTGRESQL = """
INSERT INTO ledger_batches (
    numbers, keys, request_hashes, kinds, abouts, effective_on, booked_at, reverses, lines,
    codes, currencies, debits, credits, amounts
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING numbers
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
    given = iter(entries)
    first = list(islice(given, 2))
    if len(first) < 2:
        # One is written down whole or not at all by itself.
        yield from _post_in_turn(session, first, after=0, now=now)
        return
    with session.begin_nested():
        rest, done = chain(first, given), 0
        for page, numbers in _pages_put_in(session, rest, now=now):
            if numbers is None:
                yield from _post_each(session, page, after=done, now=now)
            else:
                yield from map(entry_id, numbers)
            done += len(page)


def put_in(session: Session, page: Sequence[Booking]) -> list[int] | None:
    """Put a page in on PostgreSQL; give the numbers, None when a rule refuses one of them."""
    return _ready(session, page)()


def values(page: Sequence[Booking]) -> tuple[str | bytes | None, ...]:
    """Say what `POSTGRESQL` is executed with: arrays of entries, of their lines, of accounts."""
    entries = [each.entry for each in page]
    places: dict[tuple[str, str], int] = {}
    debits, credited, cents = [], [], []
    for entry in entries:
        for each in entry.transfers:
            currency = each.amount.currency
            debits.append(places.setdefault((each.debit, currency), len(places) + 1))
            credited.append(places.setdefault((each.credit, currency), len(places) + 1))
            cents.append(each.amount.cents)
    codes, currencies = zip(*places, strict=True)
    instants = {each.booked_at for each in page}
    booked_at = instants if len(instants) == 1 else [each.booked_at for each in page]
    reverses = [entry_number(each.reverses) if each.reverses else None for each in page]
    return (
        _integers([each.number for each in page]) if page[0].number is not None else None,
        posting.array([each.key for each in entries]),
        b"".join([each.entry.fingerprint(each.reverses) for each in page]),
        posting.array([each.kind for each in entries]),
        posting.array([each.about for each in entries]),
        posting.array([each.effective_on.isoformat() for each in entries]),
        posting.array([each.isoformat() for each in booked_at]),
        _integers(reverses) if any(reverses) else None,
        _integers([len(each.transfers) for each in entries]),
        posting.array(codes),
        posting.array(currencies),
        *map(_integers, (debits, credited, cents)),
    )


def _integers(numbers: Iterable[int | None]) -> str:
    return f"{{{','.join(['NULL' if each is None else str(each) for each in numbers])}}}"


def _pages_put_in(
    session: Session, rest: Iterator[Entry], *, now: datetime
) -> Iterator[tuple[Sequence[Entry], list[int] | None]]:
    """Give each page with its numbers, which are None when its entries are to be tried one by one."""
    size = PAGE if posting.is_postgresql(session) else FIRST_PAGE
    with ThreadPoolExecutor(1) as beside:
        page, put = _next(session, islice(rest, FIRST_PAGE), now=now)
        taken = beside.submit(put)
        while page:
            following, put_following = _next(session, islice(rest, size), now=now)
            numbers = taken.result()
            if numbers is None:
                # What follows waits until each of these has been tried.
                yield page, None
                taken = beside.submit(put_following)
            else:
                taken = beside.submit(put_following)
                yield page, numbers
            page = following


def _next(
    session: Session, entries: Iterator[Entry], *, now: datetime
) -> tuple[Sequence[Entry], Callable[[], list[int] | None]]:
    """Make the next page, and what puts it in."""
    page = list(entries)
    if not posting.is_postgresql(session) or len(page) <= FEW:
        return page, lambda: None
    return page, _ready(session, [Booking(entry, now) for entry in page])


def _ready(session: Session, page: Sequence[Booking]) -> Callable[[], list[int] | None]:
    assert isinstance(session, WritingSession)
    put = session.beside(POSTGRESQL, values(page))

    def put_in() -> list[int] | None:
        numbers = put().get_value(0, 0)
        return None if numbers is None else [int(each) for each in numbers[1:-1].split(b",")]

    return put_in


def _post_each(
    session: Session, page: Sequence[Entry], *, after: int, now: datetime
) -> Iterator[str]:
    # One by one, to hear which is refused and why; or a key stood for an entry already. All accounts
    # are held first, so that two batches do not wait for each other.
    codes = {code for entry in page for code in entry.account_codes}
    posting.lock_codes(session, sorted(codes))
    yield from _post_in_turn(session, page, after=after, now=now)


def _post_in_turn(
    session: Session, page: Sequence[Entry], *, after: int, now: datetime
) -> Iterator[str]:
    for row, entry in enumerate(page, start=after + 1):
        try:
            yield posting.post(session, entry, reverses=None, now=now)
        except LedgerError as error:
            error.details["row"] = row
            raise
