"""Writing in the ledger: open an account, post an entry, reverse one. Nothing else changes it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine.ledger import batches, journal, posting, queries
from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.entries import Entry, reversal_of
from grantengine.ledger.errors import (
    AccountExistsError,
    ReversalOfReversalError,
    UnknownAccountError,
)
from grantengine.ledger.models import Account, Slice

# As many as `ledger_slice()` in the migration counts.
SLICES = 16
# Both kinds of database know ON CONFLICT, each in its own dialect.
_INSERT_ACCOUNT = {
    name: dialect.insert(Account.__table__)
    .on_conflict_do_nothing(index_elements=["code"])
    .execution_options(preserve_rowcount=True)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def open_account(session: Session, spec: AccountSpec, *, now: datetime) -> None:
    """Open an account; opening it again as the same thing changes nothing.

    Raises:
        AccountExistsError: the code is taken by an account of another kind, fund or floor.
    """
    open_accounts(session, [spec], now=now)


def open_accounts(session: Session, specs: Iterable[AccountSpec], *, now: datetime) -> None:
    """Open several accounts at once, those that are open already left as they are.

    Raises:
        AccountExistsError: a code is taken by an account of another kind, fund or floor.
    """
    wanted = {spec.code: spec for spec in specs}
    missing = wanted.keys() - _same(queries.account_specs(session, wanted), wanted)
    if missing:
        # In one order, so that two who open the same accounts wait and do not deadlock.
        opened = _insert_accounts(session, [wanted[code] for code in sorted(missing)], now=now)
        if opened < len(missing):
            # Another session has opened one between our look and our insert.
            _same(queries.account_specs(session, missing), wanted)


def spread(session: Session, code: str) -> None:
    """Make an account ready for many who post at once; once done, it stays so.

    On PostgreSQL it is moved in 16 slices, each with a share of how far the account may fall, so
    that postings do not wait for one row. The shares are brought together when one is too small:
    nobody is refused while there is money in any of them. It still reads as one account. On SQLite
    one session writes at a time, and nothing changes.

    Raises:
        UnknownAccountError: there is no such account.
    """
    query = sa.select(Account.id, Account.spread).where(Account.code == code)
    account = session.execute(query).first()
    if account is None:
        raise UnknownAccountError(account=code)
    if posting.is_postgresql(session) and not account.spread:
        rows = [{"account_id": account.id, "slice": each} for each in range(1, SLICES + 1)]
        session.execute(postgresql.insert(Slice).values(rows).on_conflict_do_nothing())


def post(session: Session, entry: Entry, *, now: datetime) -> str:
    """Post an entry in the caller's transaction.

    The same key with the same content posts nothing and gives the first entry's id, however
    often and from wherever it comes. After a refusal the transaction goes on; the accounts
    that the entry touches stay held until its end, so what the refusal says stays true.

    Args:
        session: the transaction that the entry belongs to.
        entry: what moves.
        now: becomes the booking time.

    Returns:
        The id of the entry, `ent_…`.

    Raises:
        UnknownAccountError: a code names no account.
        CrossingError: a transfer would leave its book, fund or currency.
        OverdraftError: an account would fall below its floor.
        BalanceTooLargeError: an account would hold more than `Money` can tell.
        KeyReusedError: the key stands for an entry of other content.

    Example:
        >>> pledge = Entry(
        ...     key="pledge_made:plg_01",
        ...     kind="pledge_made",
        ...     about="plg_01",
        ...     effective_on=today,
        ...     transfers=[
        ...         Transfer(
        ...             debit="budget:match:available",
        ...             credit="budget:match:reserved:cmp_01",
        ...             amount=eur("20"),
        ...         )
        ...     ],
        ... )
        >>> post(session, pledge, now=now)
        'ent_...'
    """
    return posting.post(session, entry, reverses=None, now=now)


def post_many(session: Session, entries: Iterable[Entry], *, now: datetime) -> list[str]:
    """Post many entries, all of them or none, with the rules and refusals of `post`.

    Returns:
        Their ids in the order of the entries.

    Raises:
        LedgerError: as `post`; its details hold also `row`, counted from 1.
    """
    return list(batches.post_pages(session, entries, now=now))


def post_stream(session: Session, entries: Iterable[Entry], *, now: datetime) -> int:
    """Post as many entries as come, as `post_many` does, and keep none of them in memory.

    Returns:
        How many.
    """
    return sum(1 for _ in batches.post_pages(session, entries, now=now))


def reverse(session: Session, entry_id: str, *, key: str, effective_on: date, now: datetime) -> str:
    """Take an entry back by posting its mirror image, which names it.

    Returns:
        The id of the reversing entry.

    Raises:
        UnknownEntryError: there is no such entry.
        AlreadyReversedError: it was taken back before, under another key.
        ReversalOfReversalError: it is itself a reversal.
        OverdraftError: what it brought in has been spent since.

    Example:
        >>> entry_id = post(session, pledge, now=now)
        >>> reverse(session, entry_id, key="withdrawn:plg_01", effective_on=today, now=now)
        'ent_...'
    """
    original = journal.entry(session, entry_id)
    if original.reverses is not None:
        raise ReversalOfReversalError(entry=entry_id)
    mirror = reversal_of(original, key=key, effective_on=effective_on)
    return posting.post(session, mirror, reverses=entry_id, now=now)


def _same(found: Mapping[str, AccountSpec], wanted: Mapping[str, AccountSpec]) -> Set[str]:
    for code, spec in found.items():
        if spec != wanted[code]:
            raise AccountExistsError(account=code)
    return found.keys()


def _insert_accounts(session: Session, specs: Sequence[AccountSpec], *, now: datetime) -> int:
    """Insert those that nobody has inserted meanwhile, and tell how many."""
    rows = [
        {
            "code": spec.code,
            "book": spec.book,
            "fund": spec.fund,
            "kind": spec.kind,
            "currency": spec.currency,
            "opened_at": now,
            "debit_normal": spec.debit_normal,
            "floor_cents": spec.floor_cents,
            "room_cents": None if spec.floor_cents is None else -spec.floor_cents,
        }
        for spec in specs
    ]
    insert = _INSERT_ACCOUNT[session.get_bind().dialect.name]
    return session.connection().execute(insert, rows).rowcount
