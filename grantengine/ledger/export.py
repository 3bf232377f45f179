"""Writing the whole ledger for other programs: beancount, hledger, CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from grantengine.ledger.accounts import AccountSpec, Kind
from grantengine.ledger.entries import PostedEntry
from grantengine.money import Money, decimal_string

_ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.EQUITY: "Equity",
    Kind.INCOME: "Income",
    Kind.EXPENSE: "Expenses",
}
_CSV_HEADER = (
    "entry", "kind", "about", "effective_on", "booked_at", "reverses",
    "line", "debit", "credit", "amount_cents", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What an export needs: every account as it was opened, every entry in order."""

    accounts: list[AccountSpec]
    entries: Iterable[PostedEntry]


def beancount(content: Content) -> Iterator[str]:
    """Write a beancount file, closing with an assertion of every balance.

    Beancount knows debits as positive amounts; the assertions make it recompute ours.
    """
    yield 'option "title" "grantengine"\n'
    yield 'option "operating_currency" "EUR"\n\n'
    names = _names(content.accounts)
    entries = list(content.entries)
    first = min((entry.effective_on for entry in entries), default=None)
    if first is None:
        return
    for account in content.accounts:
        yield f"{first} open {names[account.code]} {account.currency}\n"
    for entry in sorted(entries, key=lambda each: each.effective_on):
        yield f'\n{entry.effective_on} * "{_words(entry.kind)}" "{_words(entry.about)}"\n'
        yield f'  entry: "{entry.id}"\n'
        yield from _postings(entry, names, indent="  ")
    last = max(entry.effective_on for entry in entries)
    yield "\n"
    for name, money in _closing(entries, content.accounts, names):
        # Beancount asserts at the beginning of a day, so the day after the last entry.
        day = last.fromordinal(last.toordinal() + 1)
        # Without a tolerance of nought beancount would let a cent pass.
        yield f"{day} balance {name} {decimal_string(money)} ~ 0 {money.currency}\n"


def hledger(content: Content) -> Iterator[str]:
    """Write an hledger journal (syntax of 1.25) that passes its strict check.

    Currencies and accounts are declared, and the last transaction asserts every balance.
    """
    names, sums, last = _names(content.accounts), _nothing(content.accounts), date.min
    for currency in sorted({account.currency for account in content.accounts}):
        yield f"commodity 1000.00 {currency}\n"
    for account in content.accounts:
        yield f"account {names[account.code]}\n"
    for entry in content.entries:
        what = f"{_words(entry.kind)} | {_words(entry.about)}"
        yield f"\n{entry.effective_on} * {what}  ; entry:{entry.id}\n"
        yield from _postings(entry, names, indent="    ")
        _add(sums, entry)
        last = max(last, entry.effective_on)
    if last > date.min:
        yield f"\n{last} * balances\n"
        for code, money in sums.items():
            yield f"    {names[code]}  0.00 {money.currency} = {money}\n"


def csv_lines(content: Content) -> Iterator[str]:
    """Write one CSV row for each transfer, after a header."""
    yield _csv_row(_CSV_HEADER)
    for entry in content.entries:
        head = (entry.id, entry.kind, entry.about, entry.effective_on.isoformat())
        rest = (entry.booked_at.isoformat(), entry.reverses or "")
        for line, each in enumerate(entry.transfers, start=1):
            amount = (each.amount.cents, each.amount.currency)
            yield _csv_row((*head, *rest, line, each.debit, each.credit, *amount))


def _names(accounts: Iterable[AccountSpec]) -> dict[str, str]:
    names: dict[str, str] = {}
    taken = set()
    for account in accounts:
        parts = [_ROOTS[account.kind], *(_segment(part) for part in account.code.split(":"))]
        name = ":".join(parts)
        # Codes that differ only in how we may write them stay two accounts.
        while name in taken:
            name += "-X"
        names[account.code] = name
        taken.add(name)
    return names


def _segment(part: str) -> str:
    # Both programs want a capital or a digit first, and beancount no underscore.
    clean = re.sub(r"[^A-Za-z0-9-]", "-", part)
    return clean[:1].upper() + clean[1:]


def _words(text: str) -> str:
    # What means something to either program in the middle of a line, or ends it.
    return re.sub(r"[^\w ,.:()/+&'’-]", "?", text)


def _postings(entry: PostedEntry, names: dict[str, str], *, indent: str) -> Iterator[str]:
    for each in entry.transfers:
        amount, currency = decimal_string(each.amount), each.amount.currency
        yield f"{indent}{names[each.debit]}  {amount} {currency}\n"
        yield f"{indent}{names[each.credit]}  -{amount} {currency}\n"


def _closing(
    entries: Iterable[PostedEntry], accounts: Iterable[AccountSpec], names: Mapping[str, str]
) -> Iterator[tuple[str, Money]]:
    own = _nothing(accounts)
    for entry in entries:
        _add(own, entry)
    # Beancount asserts an account together with all below it.
    whole = {names[code]: money for code, money in own.items()}
    for code, money in own.items():
        for above in accumulate(names[code].split(":")[:-1], "{}:{}".format):
            if above in whole and whole[above].currency == money.currency:
                whole[above] += money
    yield from whole.items()


def _nothing(accounts: Iterable[AccountSpec]) -> dict[str, Money]:
    return {account.code: Money(0, account.currency) for account in accounts}


def _add(sums: dict[str, Money], entry: PostedEntry) -> None:
    for each in entry.transfers:
        sums[each.debit] += each.amount
        sums[each.credit] -= each.amount


def _csv_row(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()
