"""A backup that somebody has changed is not restored: the line is named, and nothing is kept."""

import json
from datetime import date

import pytest

from grantengine.db import Database
from grantengine.ledger import queries
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import BrokenLineError, UnprovenRestoreError
from grantengine.money import Money
from tests.support.full_ledger import backup_of, fill_with_everything, restore

# Lines of the backup: 8 accounts, 5 holds, 6 entries, a period, a seal and the end.
ACCOUNT, HOLD, STANDING = 4, 9, 13
FIRST, ENTRY, REVERSAL = 14, 15, 19
PERIOD, SEAL, END = 20, 21, 22


@pytest.fixture(scope="module")
def backup(sqlite_databases):
    """The backup of a ledger with everything that it can hold."""
    with sqlite_databases.fresh_url() as url:
        database = Database(url)
        fill_with_everything(database)
        lines = backup_of(database)
        database.dispose()
    return lines


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(request):
    """An empty ledger that stays empty, since all is refused."""
    with request.getfixturevalue(f"{request.param}_databases").fresh_url() as url:
        database = Database(url)
        yield database
        database.dispose()


def refused(target, lines):
    """Tell which line was refused and why."""
    with pytest.raises(BrokenLineError) as refusal:
        restore(target, lines)
    assert is_empty(target)
    return refusal.value.details


def is_empty(database):
    with database.reading() as session:
        return queries.all_accounts(session) == []


def changed(**fields):
    def change(line):
        line.update(fields)

    return change


def rehashed(**fields):
    """Change an entry, and its hash with it."""

    def change(line):
        line.update(fields)
        transfers = [
            Transfer(each["debit"], each["credit"], Money(*each["amount"].values()))
            for each in line["transfers"]
        ]
        on = date.fromisoformat(line["effective_on"])
        entry = Entry(line["key"], line["kind"], line["about"], on, transfers)
        line["hash"] = entry.fingerprint(line["reverses"]).hex()

    return change


def without(name):
    def change(line):
        del line[name]

    return change


def amount(cents):
    def change(line):
        line["transfers"][0]["amount"]["amount_cents"] = cents

    return change


@pytest.mark.parametrize(
    ("number", "change", "reason"),
    [
        (ACCOUNT, changed(account="nowhere:pot"), "account_code"),
        (ACCOUNT, changed(account="cash:jar"), "account_exists"),
        (ACCOUNT, changed(floor_cents="0"), "account.floor_cents.int_type"),
        (ACCOUNT, changed(floor_cents=False), "account.floor_cents.int_type"),
        (ACCOUNT, changed(currency="JPY"), "account.currency.value_error"),
        (ACCOUNT, changed(colour="red"), "account.colour.extra_forbidden"),
        (ACCOUNT, changed(type="person"), "union_tag_invalid"),
        (ACCOUNT, changed(opened_at="2026-09-16T12:00:00"), "account.opened_at.timezone_aware"),
        (HOLD, changed(reason="x\0"), "hold.reason.string_pattern_mismatch"),
        (HOLD, changed(hash="0" * 64), "hash"),
        (HOLD, changed(number=0), "hold"),
        (HOLD, changed(ended_at=None), "hold"),
        (STANDING, changed(reason="pledge whole"), "hold"),
        (FIRST, amount(10_001), "hash"),
        (FIRST, amount(100.0), "entry.transfers.0.amount.amount_cents.int_type"),
        (FIRST, amount(0), "entry.transfers.0.amount.amount_cents.greater_than"),
        (FIRST, amount(10**400), "entry.transfers.0.amount.amount_cents.less_than_equal"),
        (FIRST, changed(transfers=[]), "entry.transfers.too_short"),
        (ENTRY, changed(id="ent_000000000001"), "id"),
        (ENTRY, changed(id="ent_1"), "id"),
        (ENTRY, changed(key="filled"), "entry"),
        (ENTRY, without("booked_at"), "entry.booked_at.missing"),
        (
            ENTRY,
            changed(effective_on="2026-02-30"),
            "entry.effective_on.date_parsing",
        ),
        (REVERSAL, changed(reverses=None), "hash"),
        (REVERSAL, rehashed(reverses=None), "reversal"),
        (REVERSAL, rehashed(reverses="ent_000000000002"), "reversal"),
        (REVERSAL, rehashed(reverses="ent_000000000099"), "unknown_entry"),
        (PERIOD, changed(first_on="2026-09-01"), "ledger_periods"),
        (END, changed(lines=20), "end"),
    ],
)
def test_a_line_that_was_changed_is_named_and_nothing_is_restored(
    backup, target, number, change, reason
):
    line = json.loads(backup[number - 1])
    change(line)
    lines = [*backup[: number - 1], json.dumps(line).encode(), *backup[number:]]

    assert refused(target, lines) == {"line": number + (number == END), "reason": reason}


@pytest.mark.parametrize(
    "garbage",
    [b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"type": NaN}', b"1" * 5000],
)
def test_what_is_no_line_of_a_backup_is_named(backup, target, garbage):
    assert refused(target, [*backup[:3], garbage, *backup[3:]])["line"] == 4


def test_lines_in_another_order_are_refused(backup, target):
    assert refused(target, [backup[20], *backup[:20]]) == {"line": 2, "reason": "order"}
    assert refused(target, [*backup, backup[0]]) == {"line": 23, "reason": "order"}


@pytest.mark.parametrize("length", [0, 1, 15, 21])
def test_a_backup_that_was_cut_off_is_refused(backup, target, length):
    assert refused(target, backup[:length]) == {"line": length + 1, "reason": "end"}


def test_a_backup_without_one_of_its_lines_is_refused(backup, target):
    shorter = [*backup[: SEAL - 1], *backup[SEAL:]]

    assert refused(target, shorter) == {"line": 22, "reason": "end"}


def test_an_entry_that_spends_what_is_not_there_is_refused(backup, target):
    lines = [*backup[: FIRST - 1], *backup[ENTRY - 1 :]]

    assert refused(target, lines) == {"line": FIRST, "reason": "overdraft"}


def test_a_hold_for_which_there_was_never_room_is_refused(backup, target):
    accounts_and_holds = backup[: FIRST - 1]
    end = json.dumps({"type": "end", "lines": 13, "root": "0" * 64}).encode()

    assert refused(target, [*accounts_and_holds, end]) == {"line": HOLD, "reason": "hold"}


@pytest.mark.parametrize(
    ("number", "field", "check"),
    [(SEAL, "root", "seal"), (END, "root", "root")],
)
def test_another_root_than_that_of_the_backup_proves_nothing(backup, target, number, field, check):
    line = json.loads(backup[number - 1]) | {field: "ab" * 32}
    lines = [*backup[: number - 1], json.dumps(line).encode(), *backup[number:]]

    with pytest.raises(UnprovenRestoreError) as refusal:
        restore(target, lines)

    assert refusal.value.details["check"] == check
    assert is_empty(target)


def test_an_entry_on_an_account_that_was_renamed_is_refused(backup, target):
    renamed = backup[ACCOUNT].replace(b'"cash:source"', b'"cash:sauce"')
    lines = [*backup[:ACCOUNT], renamed, *backup[ACCOUNT + 1 :]]

    assert refused(target, lines) == {"line": FIRST, "reason": "unknown_account"}


def test_a_period_that_comes_twice_is_refused(backup, target):
    lines = [*backup[:PERIOD], backup[PERIOD - 1], *backup[PERIOD:]]

    assert refused(target, lines) == {"line": PERIOD + 1, "reason": "period_overlap"}


def test_an_account_that_was_closed_with_money_on_it_is_refused(backup, target):
    closed = backup[ACCOUNT - 1].replace(b'"closed_at":null', b'"closed_at":"2026-09-16T12:00:00Z"')
    lines = [*backup[: ACCOUNT - 1], closed, *backup[ACCOUNT:]]

    assert refused(target, lines) == {"line": ACCOUNT, "reason": "account_not_empty"}
