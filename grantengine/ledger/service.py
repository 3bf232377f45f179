"""Writing in the ledger: open an account, post an entry, reverse one. Nothing else changes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine.db import Base
from grantengine.ids import new_id
from grantengine.ledger import journal, queries
from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.entries import Entry, Transfer, reversal_of
from grantengine.ledger.errors import (
    AccountExistsError,
    AlreadyReversedError,
    CrossingError,
    KeyReusedError,
    OverdraftError,
    ReversalOfReversalError,
    UnknownAccountError,
)
from grantengine.ledger.models import Account, Balance, EntryRow


@dataclass(frozen=True, slots=True)
class _Locked:
    """An account with its balance, held for update."""

    id: int
    code: str
    book: str
    fund: str
    currency: str
    debit_normal: bool
    floor_cents: int | None
    balance_cents: int


# Written once: building a statement anew costs more than sending it.
_KNOWN = sa.select(EntryRow.id, EntryRow.request_hash).where(EntryRow.key == sa.bindparam("key"))
_LOCK = (
    sa.select(
        Account.id,
        Account.code,
        Account.book,
        Account.fund,
        Account.currency,
        Balance.debit_normal,
        Balance.floor_cents,
        sa.case(
            (Balance.debit_normal, Balance.debit_posted_cents - Balance.credit_posted_cents),
            else_=Balance.credit_posted_cents - Balance.debit_posted_cents,
        ),
    )
    .join(Balance, Balance.account_id == Account.id)
    .where(Account.code.in_(sa.bindparam("codes", expanding=True)))
    .order_by(Account.id)  # Same order everywhere, so no deadlock.
    .with_for_update(of=Balance)
)


# Both kinds know ON CONFLICT, each in its own dialect. Of the tables, not of the classes: the
# ledger's rows pass by the unit of work, which would look at each of them again.
_HEADS, _LINES = Base.metadata.tables["ledger_entries"], Base.metadata.tables["ledger_transfers"]
_INSERT_HEAD = {
    name: insert(_HEADS).on_conflict_do_nothing(index_elements=["key"]).returning(_HEADS.c.number)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_INSERT_TRANSFERS = sa.insert(_LINES)


def open_account(session: Session, spec: AccountSpec, *, now: datetime) -> None:
    """Open an account; opening it again as the same thing changes nothing.

    Raises:
        AccountExistsError: the code is taken by an account of another kind, fund or floor.
    """
    existing = queries.account_spec(session, spec.code)
    if existing is None and _insert_account(session, spec, now=now):
        return
    # Another session may have opened it between our look and our insert.
    existing = existing or queries.account_spec(session, spec.code)
    if existing != spec:
        raise AccountExistsError(account=spec.code)


def open_accounts(session: Session, specs: Iterable[AccountSpec], *, now: datetime) -> None:
    """Open several accounts."""
    for spec in specs:
        open_account(session, spec, now=now)


def post(session: Session, entry: Entry, *, now: datetime) -> str:
    """Post an entry in the caller's transaction.

    The same key with the same content posts nothing and gives the first entry's id, however
    often and from wherever it comes.

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
        KeyReusedError: the key stands for an entry of other content.
    """
    return _post(session, entry, reverses=None, now=now)


def reverse(session: Session, entry_id: str, *, key: str, effective_on: date, now: datetime) -> str:
    """Take an entry back by posting its mirror image, which names it.

    Returns:
        The id of the reversing entry.

    Raises:
        UnknownEntryError: there is no such entry.
        AlreadyReversedError: it was taken back before, under another key.
        ReversalOfReversalError: it is itself a reversal.
        OverdraftError: what it brought in has been spent since.
    """
    original = journal.entry(session, entry_id)
    if original.reverses is not None:
        raise ReversalOfReversalError(entry=entry_id)
    _refuse_reversed(session, entry_id, key)
    mirror = reversal_of(original, key=key, effective_on=effective_on)
    return _post(session, mirror, reverses=entry_id, now=now)


def _insert_account(session: Session, spec: AccountSpec, *, now: datetime) -> bool:
    statement = _insert(session, Account).values(
        code=spec.code,
        book=spec.book,
        fund=spec.fund,
        kind=spec.kind,
        currency=spec.currency,
        opened_at=now,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["code"])
    account_id = session.scalar(statement.returning(Account.id))
    if account_id is None:
        return False
    balance = {
        "account_id": account_id,
        "debit_normal": spec.debit_normal,
        "floor_cents": spec.floor_cents,
    }
    session.execute(sa.insert(Balance).values(balance))
    return True


def _post(session: Session, entry: Entry, *, reverses: str | None, now: datetime) -> str:
    known = _known(session, entry)
    if known is not None:
        return known
    accounts = _lock(session, entry.account_codes)
    if reverses is not None:
        _refuse_reversed(session, reverses, entry.key)
    for transfer in entry.transfers:
        _refuse_crossing(accounts, transfer)
    try:
        _refuse_overdraft(accounts, entry)
    except OverdraftError:
        # Whoever held the locks before us may have spent the money on this very entry.
        known = _known(session, entry)
        if known is None:
            raise
        return known
    number, entry_id = _insert_head(session, entry, reverses=reverses, now=now)
    if number is None:
        return entry_id
    rows = [
        _transfer_row(accounts, transfer, number, line)
        for line, transfer in enumerate(entry.transfers, start=1)
    ]
    session.execute(_INSERT_TRANSFERS, rows)
    return entry_id


def _refuse_reversed(session: Session, entry_id: str, key: str) -> None:
    taken_back = journal.reversal_of(session, entry_id)
    if taken_back is not None and taken_back.key != key:
        raise AlreadyReversedError(entry=entry_id, reversal=taken_back.id)


def _known(session: Session, entry: Entry) -> str | None:
    found = session.execute(_KNOWN, {"key": entry.key}).first()
    if found is None:
        return None
    if found.request_hash != entry.request_hash:
        raise KeyReusedError(key=entry.key)
    return str(found.id)


def _lock(session: Session, codes: list[str]) -> Mapping[str, _Locked]:
    rows = session.execute(_LOCK, {"codes": codes})
    accounts = {row.code: _Locked(*row) for row in rows}
    for code in codes:
        if code not in accounts:
            raise UnknownAccountError(account=code)
    return accounts


def _refuse_crossing(accounts: Mapping[str, _Locked], transfer: Transfer) -> None:
    debit, credit = accounts[transfer.debit], accounts[transfer.credit]
    for dimension in ("book", "fund", "currency"):
        if getattr(debit, dimension) != getattr(credit, dimension):
            raise CrossingError(debit=debit.code, credit=credit.code, dimension=dimension)
    if transfer.amount.currency != debit.currency:
        raise CrossingError(debit=debit.code, credit=credit.code, dimension="currency")


def _refuse_overdraft(accounts: Mapping[str, _Locked], entry: Entry) -> None:
    # Line by line, as the database's own constraint will see it.
    net = {code: account.balance_cents for code, account in accounts.items()}
    for transfer in entry.transfers:
        for code, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            account = accounts[code]
            change = transfer.amount.cents * (sign if account.debit_normal else -sign)
            floor = account.floor_cents
            if change < 0 and floor is not None and net[code] + change < floor:
                raise OverdraftError(
                    account=code, available_cents=net[code] - floor, wanted_cents=-change
                )
            net[code] += change


def _insert_head(
    session: Session, entry: Entry, *, reverses: str | None, now: datetime
) -> tuple[int | None, str]:
    values = {
        "id": new_id("ent", now),
        "key": entry.key,
        "request_hash": entry.request_hash,
        "kind": entry.kind,
        "about": entry.about,
        "effective_on": entry.effective_on,
        "booked_at": now,
        "reverses": reverses,
    }
    statement = _INSERT_HEAD[session.get_bind().dialect.name]
    number = session.execute(statement, values).scalar()
    if number is not None:
        return number, values["id"]  # type: ignore[return-value]  # a str, as made above
    # Another session posted the same key between our look and our insert.
    known = _known(session, entry)
    assert known is not None
    return None, known


def _transfer_row(
    accounts: Mapping[str, _Locked], transfer: Transfer, number: int, line: int
) -> dict[str, object]:
    debit = accounts[transfer.debit]
    return {
        "entry_number": number,
        "line": line,
        "book": debit.book,
        "fund": debit.fund,
        "currency": debit.currency,
        "debit_account_id": debit.id,
        "credit_account_id": accounts[transfer.credit].id,
        "amount_cents": transfer.amount.cents,
    }


def _insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    # Both kinds know ON CONFLICT, each in its own dialect.
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if on_postgresql else sqlite.insert(table)
