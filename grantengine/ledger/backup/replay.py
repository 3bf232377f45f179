"""Writing accounts, holds and entries of a backup down again, as they were and in their order.

An entry keeps its number and its instants, and goes through the same triggers as every posting.
A hold that has ended weighs on its accounts for a moment only; that moment comes where there is
room for it, as there was when it was made.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grantengine.ledger import batches, journal, posting, service
from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.backup.lines import AccountLine, EntryLine, HoldLine, TransferField
from grantengine.ledger.batches import Booking
from grantengine.ledger.entries import (
    REVERSED,
    Entry,
    Transfer,
    entry_number,
    reversal_of,
)
from grantengine.ledger.errors import BrokenLineError, OverdraftError
from grantengine.ledger.models import Account, HoldEnd, HoldRow, TransferRow
from grantengine.ledger.refusals import Held, judge
from grantengine.money import Money

_PAGE = batches.PAGE
# The table and not the class: nothing here needs a unit of work.
_TRANSFERS = sa.insert(TransferRow.metadata.tables[TransferRow.__tablename__])
_ACCOUNTS = sa.select(Account.id, Account.code)
_Row = dict[str, Any]


@dataclass(slots=True)
class _Books:
    """An account, and what it holds by the entries so far."""

    id: int
    spec: AccountSpec
    debits: int = 0
    credits: int = 0
    spread: bool = False

    def held(self) -> Held:
        """Give it as the rules want to see it."""
        spec, net = self.spec, self.debits - self.credits
        free = net if spec.debit_normal else -net
        available = None if spec.floor_cents is None else free - spec.floor_cents
        which = (self.id, spec.code, spec.book, spec.fund, spec.currency, spec.debit_normal)
        return Held(*which, available, is_closed=False, net_cents=net, is_spread=self.spread)


class Replay:
    """Writes down what it is given, each with its line, which is named when it is refused."""

    def __init__(self, session: Session) -> None:
        """Begin with an empty ledger."""
        self._session = session
        self._books: dict[str, _Books] = {}
        self._closed: dict[int, AccountLine] = {}
        self._unopened: list[AccountLine] = []
        # What is not written down yet, by line: entries, holds that stand, and holds that have
        # ended and wait for room, at each account they weigh on.
        self._page: dict[int, tuple[Booking, list[_Row]]] = {}
        self._standing: dict[int, HoldLine] = {}
        self._waiting: defaultdict[str, dict[int, HoldLine]] = defaultdict(dict)
        self._last_entry = self._last_hold = 0

    def open_account(self, line: int, given: AccountLine) -> None:
        """Take an account; it is opened together with others, before the first is needed.

        Raises:
            AccountCodeError: its code is none.
            BrokenLineError: it came before.
        """
        if given.account in self._books:
            raise BrokenLineError(line=line, reason="account_exists")
        spec = AccountSpec(given.account, given.kind, given.fund, given.floor_cents, given.currency)
        self._books[spec.code] = _Books(0, spec, spread=given.spread)
        self._unopened.append(given)
        if given.closed_at is not None:
            self._closed[line] = given

    def set_aside(self, line: int, hold: HoldLine) -> None:
        """Take a hold; it is written down when the entries have made room for it.

        Raises:
            BrokenLineError: it is not what its hash says, or names no account.
        """
        self._open_accounts()
        entry = _entry_of(hold, [hold.transfer])
        self._ensure_known(line, entry, hold.hash)
        if hold.number <= self._last_hold or (hold.outcome is None) != (hold.ended_at is None):
            raise BrokenLineError(line=line, reason="hold")
        self._last_hold = hold.number
        if hold.outcome is None:
            self._standing[line] = hold
            return
        for code in entry.account_codes:
            self._waiting[code][line] = hold
        self._write_ready(entry)

    def book(self, line: int, given: EntryLine) -> None:
        """Book an entry under its old number.

        Raises:
            BrokenLineError: it is not what its hash says, or breaks a rule of the ledger.
        """
        self._open_accounts()
        entry, number = _entry_of(given, given.transfers), entry_number(given.id)
        self._ensure_known(line, entry, given.hash, given.reverses)
        if number is None or number <= self._last_entry:
            raise BrokenLineError(line=line, reason="id")
        self._last_entry = number
        if (given.reverses is not None) != given.kind.endswith(REVERSED):
            raise BrokenLineError(line=line, reason="reversal")
        if given.reverses is not None:
            self._ensure_mirror(line, entry, given.reverses)
        judge(entry, {code: self._books[code].held() for code in entry.account_codes})
        self._page[line] = (
            Booking(entry, given.booked_at, given.reverses, number),
            [self._row(number, place, given, entry) for place in range(len(entry.transfers))],
        )
        self._write_ready(entry)
        if len(self._page) >= _PAGE:
            self._flush()

    def finish(self) -> None:
        """Write down the holds that stand, close accounts, and go on counting from here.

        Raises:
            BrokenLineError: there is no room for a hold, or something on a closed account.
        """
        self._open_accounts()
        self._flush()
        left = {line: hold for holds in self._waiting.values() for line, hold in holds.items()}
        for line, hold in sorted((left | self._standing).items()):
            self._write_hold(line, hold)
        for line, account in self._closed.items():
            closing = sa.update(Account).where(Account.code == account.account)
            self._write(line, "account_not_empty", closing.values(closed_at=account.closed_at))
        if self._session.get_bind().dialect.name == "postgresql":
            counters = {
                "ledger_numbers": self._last_entry,
                "ledger_holds_number_seq": self._last_hold,
            }
            for name, last in counters.items():
                self._session.execute(sa.select(sa.func.setval(name, max(last, 1), last > 0)))

    def _open_accounts(self) -> None:
        given, self._unopened = self._unopened, []
        together = defaultdict(list)
        for each in given:
            together[each.opened_at].append(self._books[each.account].spec)
        for opened_at, specs in together.items():
            service.open_accounts(self._session, specs, now=opened_at)
        for account_id, code in self._session.execute(_ACCOUNTS) if given else ():
            self._books[code].id = account_id
        for each in given:
            if each.spread:
                service.spread(self._session, each.account)

    def _ensure_known(
        self, line: int, entry: Entry, digest: str, reverses: str | None = None
    ) -> None:
        if entry.fingerprint(reverses).hex() != digest:
            raise BrokenLineError(line=line, reason="hash")
        for code in entry.account_codes:
            if code not in self._books:
                raise BrokenLineError(line=line, reason="unknown_account")

    def _ensure_mirror(self, line: int, entry: Entry, reverses: str) -> None:
        self._flush()
        original = journal.entry(self._session, reverses)
        if entry != reversal_of(original, key=entry.key, effective_on=entry.effective_on):
            raise BrokenLineError(line=line, reason="reversal")

    def _row(self, number: int, position: int, given: EntryLine, entry: Entry) -> _Row:
        transfer, first = entry.transfers[position], position == 0
        debited, credited = self._books[transfer.debit], self._books[transfer.credit]
        debited.debits += transfer.amount.cents
        credited.credits += transfer.amount.cents
        return {
            "number": number,
            "line": position + 1,
            "lines": len(entry.transfers),
            "debit_account_id": debited.id,
            "credit_account_id": credited.id,
            "amount_cents": transfer.amount.cents,
            "debit_debit_cents": debited.debits,
            "debit_credit_cents": debited.credits,
            "credit_debit_cents": credited.debits,
            "credit_credit_cents": credited.credits,
            "effective_on": entry.effective_on,
            "booked_at": given.booked_at,
            "currency": transfer.amount.currency,
            "book": debited.spec.book,
            "fund": debited.spec.fund,
            "kind": entry.kind,
            "about": entry.about,
            "key": entry.key if first else None,
            "request_hash": bytes.fromhex(given.hash) if first else None,
            "reverses": entry_number(given.reverses) if first and given.reverses else None,
        }

    def _write_ready(self, entry: Entry) -> None:
        """Write down the holds for which an entry has made room."""
        touched = [self._waiting[code] for code in entry.account_codes if code in self._waiting]
        for line, hold in {line: hold for each in touched for line, hold in each.items()}.items():
            wanted = _entry_of(hold, [hold.transfer])
            try:
                judge(wanted, {code: self._books[code].held() for code in wanted.account_codes})
            except OverdraftError:
                continue
            self._flush()
            self._write_hold(line, hold)
            for code in wanted.account_codes:
                del self._waiting[code][line]

    def _write_hold(self, line: int, hold: HoldLine) -> None:
        transfer = hold.transfer
        row = sa.insert(HoldRow).values(
            number=hold.number,
            key=hold.key,
            reason=hold.reason,
            request_hash=bytes.fromhex(hold.hash),
            kind=hold.kind,
            about=hold.about,
            debit_account_id=self._books[transfer.debit].id,
            credit_account_id=self._books[transfer.credit].id,
            amount_cents=transfer.amount.amount_cents,
            currency=transfer.amount.currency,
            effective_on=hold.effective_on,
            expires_on=hold.expires_on,
            held_at=hold.held_at,
        )
        self._write(line, "hold", row)
        if hold.outcome is not None:
            end = {"hold_number": hold.number, "outcome": hold.outcome, "ended_at": hold.ended_at}
            self._write(line, "hold", sa.insert(HoldEnd).values(end))

    def _flush(self) -> None:
        """Write the page; when that is refused, entry by entry, to hear which one it is."""
        page, self._page = self._page, {}
        if not page:
            return
        try:
            self._write_entries(0, list(page.values()))
        except BrokenLineError:
            for line, entry in page.items():
                self._write_entries(line, [entry])

    def _write_entries(self, line: int, page: Sequence[tuple[Booking, list[_Row]]]) -> None:
        if not posting.is_postgresql(self._session):
            self._write(line, "entry", _TRANSFERS, [row for _, rows in page for row in rows])
            return
        try:
            with self._session.begin_nested():
                numbers = batches.put_in(self._session, [booking for booking, _ in page])
        except DBAPIError as error:
            raise BrokenLineError(line=line, reason="entry") from error
        if numbers is None:
            raise BrokenLineError(line=line, reason="entry")

    def _write(
        self, line: int, reason: str, statement: sa.Executable, rows: Sequence[_Row] | None = None
    ) -> None:
        try:
            with self._session.begin_nested():
                self._session.execute(statement, rows)
        except DBAPIError as error:
            raise BrokenLineError(line=line, reason=reason) from error


def _entry_of(given: EntryLine | HoldLine, transfers: Sequence[TransferField]) -> Entry:
    return Entry(
        key=given.key,
        kind=given.kind,
        about=given.about,
        effective_on=given.effective_on,
        transfers=[
            Transfer(each.debit, each.credit, Money(each.amount.amount_cents, each.amount.currency))
            for each in transfers
        ],
    )
