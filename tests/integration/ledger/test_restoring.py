"""A backup restores the same ledger, root for root, or nothing at all and says which line is wrong."""

import pytest

from grantengine.db import Database
from grantengine.ledger import holds, queries, seals, service
from grantengine.ledger.backup import replay
from grantengine.ledger.errors import (
    AccountClosedError,
    LedgerNotEmptyError,
    PeriodClosedError,
)
from tests.support.full_ledger import AUGUST, OWED, a_hold, backup_of, fill_with_everything, restore
from tests.support.ledger import JAR, NOON, POT, a_filled_pot, an_entry, assert_in_balance, post


@pytest.fixture
def books(database):
    """A ledger with everything that it can hold."""
    fill_with_everything(database)
    return database


@pytest.fixture
def elsewhere(request, database):
    """Another fresh database of the same kind."""
    kind = "postgresql" if database.is_postgresql else "sqlite"
    with request.getfixturevalue(f"{kind}_databases").fresh_url() as url:
        fresh = Database(url)
        yield fresh
        fresh.dispose()


def seals_of(database):
    with database.reading() as session:
        return seals.seals(session)


def is_empty(database):
    with database.reading() as session:
        return queries.all_accounts(session) == [] and seals.seals(session) == []


def test_what_is_restored_is_the_same_to_the_last_letter(books, elsewhere):
    backup = backup_of(books)

    restored = restore(elsewhere, backup)

    assert (restored.accounts, restored.holds, restored.entries) == (8, 5, 6)
    assert (restored.periods, restored.seals) == (1, 1)
    assert backup_of(elsewhere) == backup
    assert seals_of(elsewhere) == seals_of(books)
    assert_in_balance(elsewhere)


def test_a_restored_ledger_goes_on_where_the_old_one_was(books, elsewhere):
    restore(elsewhere, backup_of(books))
    entry = an_entry("next", (JAR.code, POT.code, "0.50"))

    assert post(elsewhere, entry) == post(books, entry)
    with elsewhere.transaction() as session:
        assert holds.hold(session, a_hold("next", "0.10", None), now=NOON) == "hld_000000000006"
        holds.release(session, "hld_000000000005", now=NOON)
    with pytest.raises(PeriodClosedError):
        post(elsewhere, an_entry("late", (JAR.code, POT.code, "0.50"), on=AUGUST))
    with pytest.raises(AccountClosedError):
        post(elsewhere, an_entry("closed", (OWED.code, JAR.code, "0.50")))
    with elsewhere.transaction() as session:
        assert seals.seal(session, now=NOON).number == 2
    assert_in_balance(elsewhere)


def test_a_backup_of_one_kind_of_database_is_restored_into_the_other(
    books, sqlite_databases, postgresql_databases
):
    other = sqlite_databases if books.is_postgresql else postgresql_databases
    with other.fresh_url() as url:
        target = Database(url)
        restore(target, backup_of(books))
        assert backup_of(target) == backup_of(books)
        assert seals_of(target)[0].root == seals_of(books)[0].root
        target.dispose()


def test_an_account_that_was_spread_is_spread_again(postgresql_database, postgresql_databases):
    a_filled_pot(postgresql_database, "100.00")
    with postgresql_database.transaction() as session:
        service.spread(session, POT.code)
    post(postgresql_database, an_entry("moved", (JAR.code, POT.code, "99.99")))
    with postgresql_databases.fresh_url() as url:
        target = Database(url)
        restore(target, backup_of(postgresql_database))
        post(target, an_entry("last cent", (JAR.code, POT.code, "0.01")))
        assert b'"cash:pot"' in backup_of(target)[1]
        assert b'"spread":true' in backup_of(target)[1]
        assert_in_balance(target)
        target.dispose()


def test_an_empty_ledger_has_a_backup_and_its_restoring_changes_nothing(database):
    backup = backup_of(database)

    restore(database, backup)

    assert len(backup) == 1
    assert is_empty(database)


def test_a_ledger_with_something_in_it_is_left_alone(books):
    with pytest.raises(LedgerNotEmptyError):
        restore(books, backup_of(books))

    assert_in_balance(books)


def test_many_entries_are_restored_page_by_page(sqlite_database, sqlite_databases, monkeypatch):
    monkeypatch.setattr(replay, "_PAGE", 100)
    a_filled_pot(sqlite_database, "2000.00")
    with sqlite_database.transaction() as session:
        entries = [an_entry(f"k{n}", (JAR.code, POT.code, "1.00")) for n in range(250)]
        service.post_many(session, entries, now=NOON)
    with sqlite_databases.fresh_url() as url:
        target = Database(url)
        assert restore(target, backup_of(sqlite_database)).entries == 251
        target.dispose()
