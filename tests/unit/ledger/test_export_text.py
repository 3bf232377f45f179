"""What an export writes, letter for letter; that others can read it is tested with them."""

from datetime import UTC, date, datetime

from grantengine.ledger import export
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import PostedEntry, Transfer
from grantengine.money import eur

ENTRY = PostedEntry(
    id="ent_01",
    key="allotted:env_01",
    kind="allotted",
    about="env_01",
    effective_on=date(2026, 1, 7),
    booked_at=datetime(2026, 1, 8, 9, 30, tzinfo=UTC),
    reverses=None,
    request_hash="",
    transfers=[Transfer("budget:unallotted", "budget:match:in_payment", eur("1234.50"))],
)
CONTENT = export.Content(
    accounts=[
        AccountSpec("budget:match:in_payment", Kind.LIABILITY, Fund.PUBLIC),
        AccountSpec("budget:unallotted", Kind.LIABILITY, Fund.PUBLIC, floor_cents=None),
    ],
    entries=[ENTRY],
)


def test_beancount_has_accounts_entries_and_exact_closing_balances():
    assert "".join(export.beancount(CONTENT)) == (
        'option "title" "grantengine"\n'
        'option "operating_currency" "EUR"\n'
        "\n"
        "2026-01-07 open Liabilities:Budget:Match:In-payment EUR\n"
        "2026-01-07 open Liabilities:Budget:Unallotted EUR\n"
        "\n"
        '2026-01-07 * "allotted" "env_01"\n'
        '  entry: "ent_01"\n'
        "  Liabilities:Budget:Unallotted  1234.50 EUR\n"
        "  Liabilities:Budget:Match:In-payment  -1234.50 EUR\n"
        "\n"
        "2026-01-08 balance Liabilities:Budget:Match:In-payment -1234.50 ~ 0 EUR\n"
        "2026-01-08 balance Liabilities:Budget:Unallotted 1234.50 ~ 0 EUR\n"
    )


def test_hledger_declares_accounts_names_entries_and_asserts_balances():
    assert "".join(export.hledger(CONTENT)) == (
        "commodity 1000.00 EUR\n"
        "account Liabilities:Budget:Match:In-payment\n"
        "account Liabilities:Budget:Unallotted\n"
        "\n"
        "2026-01-07 * allotted | env_01  ; entry:ent_01\n"
        "    Liabilities:Budget:Unallotted  1234.50 EUR\n"
        "    Liabilities:Budget:Match:In-payment  -1234.50 EUR\n"
        "\n"
        "2026-01-07 * balances\n"
        "    Liabilities:Budget:Match:In-payment  0.00 EUR = -1234.50 EUR\n"
        "    Liabilities:Budget:Unallotted  0.00 EUR = 1234.50 EUR\n"
    )


def test_csv_has_a_header_and_a_row_for_each_transfer():
    assert list(export.csv_lines(CONTENT)) == [
        "entry,kind,about,effective_on,booked_at,reverses,line,debit,credit,amount_cents,currency\n",
        (
            "ent_01,allotted,env_01,2026-01-07,2026-01-08T09:30:00+00:00,,"
            "1,budget:unallotted,budget:match:in_payment,123450,EUR\n"
        ),
    ]


def test_a_ledger_without_entries_is_an_empty_file_of_each_kind():
    empty = export.Content(accounts=[], entries=[])

    assert "open" not in "".join(export.beancount(empty))
    assert list(export.hledger(empty)) == []
    assert len(list(export.csv_lines(empty))) == 1
