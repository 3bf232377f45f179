"""`grantengine ledger statement` and `general`: what happened on one account, or on all."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

from grantengine.ledger import general, queries
from grantengine.ledger.errors import UnknownAccountError
from grantengine.ledger.general import AccountBooks, Movement
from grantengine.web.commands.dates import DATE, day_of
from grantengine.web.commands.tables import euros
from grantengine.web.runtime import runtime

_FROM = click.option("--from", "from_at", type=DATE, metavar="DATE", help="First day.")
_TO = click.option("--to", "to_at", type=DATE, metavar="DATE", help="Last day.")
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text"
)
_COLUMNS = (
    "account", "effective_on", "entry", "kind", "about", "other_account",
    "debit_cents", "credit_cents", "balance_cents", "currency",
)  # fmt: skip
Span = tuple[date | None, date | None]


@click.command("statement")
@click.argument("account")
@_FROM
@_TO
@_FORMAT
@with_appcontext
def statement(account: str, from_at: datetime | None, to_at: datetime | None, form: str) -> None:
    """Print what happened on ACCOUNT, by date, with its balance after each transfer."""
    with runtime().database.reading() as session:
        if queries.account_spec(session, account) is None:
            raise UnknownAccountError(account=account)
        span = _span(from_at, to_at)
        books = general.general_ledger(session, account, from_on=span[0], to_on=span[1])
        # Without the accounts below it.
        _print((each for each in books if each.account.code == account), span, form)


@click.command("general")
@click.argument("prefix", default="")
@_FROM
@_TO
@_FORMAT
@with_appcontext
def general_ledger(
    prefix: str, from_at: datetime | None, to_at: datetime | None, form: str
) -> None:
    """Print the general ledger of every account, or of PREFIX and all accounts below it."""
    with runtime().database.reading() as session:
        span = _span(from_at, to_at)
        books = general.general_ledger(session, prefix, from_on=span[0], to_on=span[1])
        _print(books, span, form)


def _span(from_at: datetime | None, to_at: datetime | None) -> Span:
    if from_at and to_at and to_at < from_at:
        raise click.BadParameter("the last day comes before the first", param_hint="--to")
    return day_of(from_at), day_of(to_at)


def _print(books: Iterable[AccountBooks], span: Span, form: str) -> None:
    for piece in _FORMS[form](books, span):
        click.echo(piece)


def _as_text(books: Iterable[AccountBooks], span: Span) -> Iterator[str]:
    for number, each in enumerate(books):
        if number:
            yield ""
        account = each.account
        yield f"{account.code}  ({account.kind}, {account.fund}, {account.currency})"
        yield _row("date", "entry", "kind", "other account", "debit", "credit", "balance")
        yield _row(f"{span[0] or ''}", "", "opening", "", "", "", euros(each.opening.cents))
        debited, credited, closing = 0, 0, each.opening
        for line in each.movements:
            debited, credited = debited + line.debit_cents, credited + line.credit_cents
            closing = line.balance
            yield _row(
                f"{line.effective_on}",
                line.entry_id,
                line.kind,
                line.other_account,
                euros(line.debit_cents) if line.debit_cents else "",
                euros(line.credit_cents) if line.credit_cents else "",
                euros(closing.cents),
            )
        sums = (euros(debited), euros(credited), euros(closing.cents))
        yield _row(f"{span[1] or ''}", "", "closing", "", *sums)


def _row(*cells: str) -> str:
    day, entry, kind, other, *amounts = cells
    words = f"{day:<10}  {entry:<16}  {kind:<24}  {other:<44}"
    return "  ".join([words, *(f"{amount:>14}" for amount in amounts)]).rstrip()


def _as_csv(books: Iterable[AccountBooks], _span: Span) -> Iterator[str]:
    yield ",".join(_COLUMNS)
    for each in books:
        for line in each.movements:
            buffer = io.StringIO()
            fields = {**_fields(line), "account": each.account.code}
            fields["currency"] = each.account.currency
            csv.writer(buffer, lineterminator="").writerow(fields[name] for name in _COLUMNS)
            yield buffer.getvalue()


def _as_json(books: Iterable[AccountBooks], span: Span) -> Iterator[str]:
    first, last = (day.isoformat() if day else None for day in span)
    accounts = []
    for each in books:
        lines = [_fields(line) for line in each.movements]
        opening = each.opening.cents
        accounts.append(
            {
                "account": each.account.code,
                "currency": each.account.currency,
                "opening_cents": opening,
                "lines": lines,
                "closing_cents": lines[-1]["balance_cents"] if lines else opening,
            }
        )
    content = {"from": first, "to": last, "accounts": accounts}
    yield json.dumps(content, ensure_ascii=False, indent=2)


def _fields(line: Movement) -> dict[str, Any]:
    return {
        "effective_on": line.effective_on.isoformat(),
        "entry": line.entry_id,
        "kind": line.kind,
        "about": line.about,
        "other_account": line.other_account,
        "debit_cents": line.debit_cents,
        "credit_cents": line.credit_cents,
        "balance_cents": line.balance.cents,
    }


_FORMS: dict[str, Callable[[Iterable[AccountBooks], Span], Iterator[str]]] = {
    "text": _as_text,
    "csv": _as_csv,
    "json": _as_json,
}
