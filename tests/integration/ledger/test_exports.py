"""Other programs read what we export and come to the same sums, to the cent."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import date

import pytest
from beancount import loader
from beancount.core import data, realization
from beancount.core.inventory import Inventory

from grantengine.ledger import export, journal, queries
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.backup import writing
from grantengine.money import Money, decimal_string
from tests.support.full_ledger import KRONOR, fill_with_everything
from tests.support.ledger import (
    JAR,
    POT,
    a_filled_pot,
    an_entry,
    open_accounts,
    post,
    reverse,
)

# One account of each kind, with names that the other programs spell in their own way.
SPECS = (
    AccountSpec("pledges:made:cmp_01K5XQ", Kind.INCOME, Fund.PRIVATE),
    AccountSpec("pledges:open:cmp_01K5XQ", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("budget:match:in_payment:cmp_01K5XQ", Kind.LIABILITY, Fund.PUBLIC),
    AccountSpec("budget:appropriation", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:grants:82300:small", Kind.EXPENSE, Fund.PUBLIC),
)


@pytest.fixture
def books(database):
    """Entries on three dates, booked out of order, with one reversal and a sum in cents."""
    a_filled_pot(database, "1000000.00")
    open_accounts(database, *SPECS)
    post(database, an_entry("late", (SPECS[1].code, SPECS[0].code, "12.34"), on=date(2026, 12, 31)))
    early = (SPECS[3].code, SPECS[2].code, "0.01"), (SPECS[4].code, POT.code, "33.33")
    post(database, an_entry("early", *early, on=date(2026, 1, 7)))
    reverse(database, post(database, an_entry("wrong", (JAR.code, POT.code, "5.00"))))
    return database


@pytest.fixture
def everything(database):
    """Holds, reversals, two currencies, both funds, and words and codes that nobody should use."""
    fill_with_everything(database)
    alike = [AccountSpec(f"cash:jar:{name}", Kind.ASSET, Fund.PUBLIC) for name in ("a_b", "a-b")]
    open_accounts(database, *alike)
    for number, words in enumerate(('"', "\\", "a\nb", "; x | y", "é\x1b[31m", "*", "}{^#")):
        line = (alike[number % 2].code, POT.code, "0.01")
        post(database, an_entry(f"words {number}", line, kind=words, about=words))
    krona = an_entry("sek", (*(each.code for each in KRONOR), "3.00"), currency="SEK")
    post(database, krona)
    return database


def exported(database, write):
    with database.reading() as session:
        content = export.Content(
            accounts=queries.all_accounts(session), entries=journal.all_entries(session)
        )
        return "".join(write(content))


def sums_of(database):
    """Debits less credits of every account, in cents, by code."""
    with database.reading() as session:
        return {line.account: line.balance_cents for line in queries.trial_balance(session)}


def errors_of(text):
    _entries, errors, _options = loader.load_string(text)
    return [error.message for error in errors]


def test_beancount_accepts_the_file_and_comes_to_the_same_balances(books):
    text = exported(books, export.beancount)

    entries, errors, _options = loader.load_string(text)

    assert errors == []
    found = sorted(decimal_string(Money(cents)) for cents in sums_of(books).values())
    root = realization.realize(entries)
    kept = [
        balance_in_euros(account.balance)
        for account in realization.iter_children(root, leaf_only=True)
    ]
    assert sorted(kept) == found
    assert len([each for each in entries if isinstance(each, data.Transaction)]) == 5


def balance_in_euros(balance: Inventory):
    return f"{balance.get_currency_units('EUR').number or 0:.2f}"


@pytest.mark.parametrize(
    ("line", "tampered"),
    [
        ("  33.33 EUR", "  33.34 EUR"),
        ("  -12.34 EUR", "  -12.33 EUR"),
        ("Equity:Cash:Source -1000000.00", "Equity:Cash:Source -1000000.01"),
        ("Assets:Cash:Jar 0.00", "Assets:Cash:Jar 0.01"),
    ],
)
def test_beancount_refuses_a_file_that_was_tampered_with_by_one_cent(books, line, tampered):
    text = exported(books, export.beancount)
    assert line in text

    assert errors_of(text.replace(line, tampered, 1)) != []


def test_beancount_refuses_a_file_that_lost_a_whole_entry(books):
    text = exported(books, export.beancount)
    shorter = re.sub(r'\n2026-12-31 \* "moved".*?\n\n', "\n\n", text, flags=re.DOTALL)
    assert len(shorter) < len(text)

    assert any("Balance failed" in message for message in errors_of(shorter))


@pytest.fixture
def hledger():
    """The program, where there is one: it is read by many, and needed by nobody."""
    found = shutil.which("hledger")
    if found is None:
        pytest.skip("hledger is not on this machine; beancount checks the same entries")

    def run(text, *command):
        arguments = [found, "-f", "-", *command]
        return subprocess.run(arguments, input=text, capture_output=True, text=True, check=False)

    return run


def test_hledger_accepts_the_journal_and_comes_to_the_same_balances(books, hledger):
    text = exported(books, export.hledger)

    assert hledger(text, "check", "--strict", "balancednoautoconversion").stderr == ""

    table = hledger(text, "balance", "--flat", "--empty", "--no-total", "-O", "csv").stdout
    kept = [row["balance"] for row in csv.DictReader(io.StringIO(table))]
    found = [f"{decimal_string(Money(cents))} EUR" for cents in sums_of(books).values()]
    assert sorted(kept) == sorted(each if each != "0.00 EUR" else "0" for each in found)


def test_hledger_refuses_a_journal_that_was_tampered_with_by_one_cent(books, hledger):
    text = exported(books, export.hledger).replace(" 33.33 EUR", " 33.34 EUR", 1)

    assert hledger(text, "check").returncode != 0


def test_hledger_refuses_a_journal_that_lost_a_whole_entry(books, hledger):
    text = exported(books, export.hledger)
    shorter = re.sub(r"\n2026-12-31 \* moved.*?\n\n", "\n\n", text, flags=re.DOTALL)
    assert len(shorter) < len(text)

    assert hledger(shorter, "check").returncode != 0


def test_the_rows_of_the_csv_add_up_to_the_same_sums(books):
    rows = list(csv.DictReader(io.StringIO(exported(books, export.csv_lines))))

    sums = Counter(dict.fromkeys(sums_of(books), 0))
    for row in rows:
        sums[row["debit"]] += int(row["amount_cents"])
        sums[row["credit"]] -= int(row["amount_cents"])
    assert dict(sums) == sums_of(books)
    assert [row["reverses"] for row in rows if row["reverses"]] == [rows[-2]["entry"]]
    assert {row["currency"] for row in rows} == {"EUR"}


def test_the_json_lines_add_up_to_the_same_sums(books):
    with books.reading() as session:
        lines = [json.loads(line) for line in writing.backup(session)]

    sums = Counter(dict.fromkeys(sums_of(books), 0))
    for line in lines:
        for transfer in line.get("transfers", []):
            sums[transfer["debit"]] += transfer["amount"]["amount_cents"]
            sums[transfer["credit"]] -= transfer["amount"]["amount_cents"]
    assert dict(sums) == sums_of(books)
    assert next(line for line in lines if line.get("account") == JAR.code) == {
        "type": "account",
        "account": "cash:jar",
        "kind": "asset",
        "fund": "public",
        "floor_cents": 0,
        "currency": "EUR",
        "opened_at": "2026-09-16T12:00:00Z",
        "closed_at": None,
        "spread": False,
    }
    assert lines[-1]["lines"] == len(lines) - 1


def test_beancount_comes_to_the_same_balances_of_a_ledger_with_everything(everything):
    text = exported(everything, export.beancount)

    entries, errors, _options = loader.load_string(text)

    assert [error.message for error in errors] == []
    root = realization.realize(entries)
    kept = [
        str(account.balance).strip("()")
        for account in realization.iter_children(root)
        if not account.balance.is_empty()
    ]
    assert sorted(kept) == sorted(balances_in_words(everything))


def test_hledger_comes_to_the_same_balances_of_a_ledger_with_everything(everything, hledger):
    text = exported(everything, export.hledger)

    assert hledger(text, "check", "--strict", "balancednoautoconversion").stderr == ""

    table = hledger(text, "balance", "--flat", "--no-total", "-O", "csv").stdout
    kept = [row["balance"] for row in csv.DictReader(io.StringIO(table))]
    assert sorted(kept) == sorted(balances_in_words(everything))


def balances_in_words(database):
    """Debits less credits of every account that holds something, with its currency."""
    sums = sums_of(database)
    with database.reading() as session:
        return [
            str(Money(sums[account.code], account.currency))
            for account in queries.all_accounts(session)
            if sums[account.code]
        ]


def test_beancount_reads_a_ledger_with_accounts_and_no_entries(database):
    open_accounts(database, POT, JAR)

    assert errors_of(exported(database, export.beancount)) == []
