"""A hot account is cut into slices and stays one account: in what it gives and in what it tells."""

import threading
from itertools import pairwise

import pytest
import sqlalchemy as sa

from grantengine.ledger import closing, holds, queries, service, statements
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.errors import (
    AccountClosedError,
    AccountNotEmptyError,
    OverdraftError,
    UnknownAccountError,
)
from grantengine.ledger.holds import Hold
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    balances_of,
    open_accounts,
    post,
    reverse,
)
from tests.support.threads import outcomes_of, run_together

THREADS = 8
OTHER = AccountSpec("cash:other", Kind.ASSET, Fund.PUBLIC)


def spread(database, *codes):
    with database.transaction() as session:
        for code in codes:
            service.spread(session, code)


@pytest.fixture
def hot_pot(database):
    """A pot of a hundred euros that was filled before and after it was spread."""
    a_filled_pot(database, "60.00")
    spread(database, POT.code)
    post(database, an_entry("more", (POT.code, SOURCE.code, "40.00")))
    return database


def available(database, code):
    with database.reading() as session:
        return queries.available(session, code)


def test_it_reads_as_one_account(hot_pot):
    post(hot_pot, an_entry("taken", (JAR.code, POT.code, "10.00")))
    spread(hot_pot, POT.code)

    assert balances_of(hot_pot, POT.code, JAR.code) == {POT.code: "90.00", JAR.code: "10.00"}
    assert available(hot_pot, POT.code) == eur("90.00")
    with hot_pot.reading() as session:
        assert [line.account for line in queries.trial_balance(session)].count(POT.code) == 1
        assert queries.balance_at(session, POT.code, on=TODAY) == eur("90.00")
    assert_in_balance(hot_pot)


def test_its_statement_tells_what_the_whole_account_held(hot_pot):
    for number in range(4):
        post(hot_pot, an_entry(f"{number}", (JAR.code, POT.code, "1.00")))

    with hot_pot.reading() as session:
        whole = statements.statement(session, POT.code)
        first = statements.statement(session, POT.code, limit=3)
        second = statements.statement(session, POT.code, after=first[-1].entry_number)
    held = [60, 100, 99, 98, 97, 96]
    assert [line.balance for line in whole] == [eur(f"{euros}.00") for euros in held]
    assert first + second == whole


def test_what_one_slice_lacks_is_found_in_the_others(hot_pot):
    post(hot_pot, an_entry("nearly all", (JAR.code, POT.code, "99.99")))
    post(hot_pot, an_entry("all", (JAR.code, POT.code, "0.01")))

    assert balance_of(hot_pot, POT.code) == eur("0.00")
    with pytest.raises(OverdraftError) as refusal:
        post(hot_pot, an_entry("more than all", (JAR.code, POT.code, "0.01")))
    assert refusal.value.details == {"account": POT.code, "available_cents": 0, "wanted_cents": 1}
    assert_in_balance(hot_pot)


def test_threads_drain_it_to_the_last_cent(hot_pot):
    def drain(name):
        taken = 0
        while True:
            try:
                lines = [(JAR.code, POT.code, "0.07")] * (1 + taken % 2)
                post(hot_pot, an_entry(f"{name}:{taken}", *lines))
            except OverdraftError:
                try:
                    post(hot_pot, an_entry(f"{name}:{taken}:last", (JAR.code, POT.code, "0.07")))
                except OverdraftError as refusal:
                    return refusal.details["available_cents"]
            taken += 1

    left = run_together(*[lambda name=name: drain(name) for name in range(THREADS)])

    # 10,000 cents, 7 at a time, leave 4.
    assert left == [4] * THREADS
    assert balance_of(hot_pot, POT.code) == eur("0.04")
    assert_in_balance(hot_pot)


def test_everything_else_works_on_it(hot_pot):
    moved = post(hot_pot, an_entry("moved", (JAR.code, POT.code, "90.00")))
    reverse(hot_pot, moved)
    with hot_pot.transaction() as session:
        hold = Hold(an_entry("held", (JAR.code, POT.code, "95.00")), reason="held")
        held = holds.hold(session, hold, now=NOON)
        assert queries.available(session, POT.code) == eur("5.00")
        holds.capture(session, held, amount=eur("94.00"), effective_on=TODAY, now=NOON)
        batch = [an_entry(f"{number}", (JAR.code, POT.code, "0.50")) for number in range(12)]
        service.post_many(session, batch, now=NOON)

    assert balance_of(hot_pot, POT.code) == eur("0.00")
    assert_in_balance(hot_pot)


def test_two_hot_accounts_move_against_each_other(hot_pot):
    open_accounts(hot_pot, OTHER)
    spread(hot_pot, OTHER.code)

    def move(name):
        sides = (OTHER.code, POT.code) if name % 2 else (POT.code, OTHER.code)
        for number in range(10):
            try:
                post(hot_pot, an_entry(f"{name}:{number}", (*sides, "1.00")))
            except OverdraftError:
                continue

    run_together(*[lambda name=name: move(name) for name in range(4)])

    assert sum(map(float, balances_of(hot_pot, POT.code, OTHER.code).values())) == 100
    assert_in_balance(hot_pot)


def test_an_account_without_a_floor_can_be_hot(database):
    open_accounts(database, JAR, AccountSpec(SOURCE.code, SOURCE.kind, SOURCE.fund, None))
    spread(database, SOURCE.code)
    post(database, an_entry("filled", (JAR.code, SOURCE.code, "5.00")))
    reverse(database, post(database, an_entry("more", (JAR.code, SOURCE.code, "5.00"))))

    assert available(database, SOURCE.code) is None
    assert balance_of(database, SOURCE.code) == eur("5.00")
    assert_in_balance(database)


def test_an_account_that_there_is_not_is_not_spread(database):
    with pytest.raises(UnknownAccountError):
        spread(database, "cash:none")


@pytest.mark.parametrize(
    "verb", ["UPDATE ledger_slices SET room_cents = 1", "DELETE FROM ledger_slices"]
)
def test_nobody_touches_a_slice(postgresql_database, verb):
    a_filled_pot(postgresql_database)
    spread(postgresql_database, POT.code)

    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        postgresql_database.transaction() as session,
    ):
        session.execute(sa.text(verb))


def test_an_account_that_is_spread_and_holds_something_is_not_closed(postgresql_database):
    a_filled_pot(postgresql_database)
    spread(postgresql_database, POT.code)
    run_together(*[lambda n=n: post(postgresql_database, one_cent(f"{n}")) for n in range(THREADS)])

    with (
        pytest.raises(sa.exc.DBAPIError, match="holds something"),
        postgresql_database.transaction() as session,
    ):
        session.execute(sa.text("UPDATE ledger_accounts SET closed_at = now() WHERE spread"))
    with (
        pytest.raises(AccountNotEmptyError) as refusal,
        postgresql_database.transaction() as session,
    ):
        closing.close_account(session, POT.code, now=NOON)
    assert refusal.value.details["net_cents"] == 10_000 - THREADS


def test_a_spread_account_is_closed_when_no_slice_holds_anything_and_opened_again(hot_pot):
    run_together(*[lambda n=n: post(hot_pot, one_cent(f"{n}")) for n in range(THREADS)])
    post(hot_pot, an_entry("rest", (JAR.code, POT.code, "99.92")))
    with hot_pot.transaction() as session:
        closing.close_account(session, POT.code, now=NOON)

    with pytest.raises(AccountClosedError):
        post(hot_pot, an_entry("late", (POT.code, JAR.code, "1.00")))
    late = [an_entry(f"late {n}", (POT.code, JAR.code, "1.00")) for n in range(20)]
    with pytest.raises(AccountClosedError), hot_pot.transaction() as session:
        service.post_many(session, late, now=NOON)
    assert_in_balance(hot_pot)

    with hot_pot.transaction() as session:
        closing.reopen_account(session, POT.code)
    post(hot_pot, an_entry("again", (POT.code, JAR.code, "1.00")))
    post(hot_pot, an_entry("and back", (JAR.code, POT.code, "1.00")))
    assert_in_balance(hot_pot)


def test_who_posts_on_a_slice_while_the_account_is_closed_is_refused(postgresql_database):
    open_accounts(postgresql_database, POT, SOURCE)
    spread(postgresql_database, POT.code)
    with postgresql_database.transaction() as session:
        closing.close_account(session, POT.code, now=NOON)
        filling = an_entry("filled", (POT.code, SOURCE.code, "1.00"))
        told = []
        late = threading.Thread(
            target=lambda: told.extend(outcomes_of(lambda: post(postgresql_database, filling)))
        )
        late.start()
        late.join(0.2)
        assert late.is_alive()
    late.join(10)

    assert [type(each) for each in told] == [AccountClosedError]
    assert_in_balance(postgresql_database)


def test_a_page_of_its_statement_begins_with_what_all_slices_held_before_it(hot_pot):
    for n in range(3):
        run_together(*[lambda n=n, m=m: post(hot_pot, one_cent(f"{n}:{m}")) for m in range(4)])
        with hot_pot.transaction() as session:
            batch = [an_entry(f"b{n}:{m}", (POT.code, SOURCE.code, "0.01")) for m in range(9)]
            service.post_many(session, batch, now=NOON)

    with hot_pot.reading() as session:
        whole = statements.statement(session, POT.code, limit=1000)
        pages, after = [], 0
        while page := statements.statement(session, POT.code, after=after, limit=2):
            pages += page
            after = page[-1].entry_number
    assert pages == whole
    assert whole[-1].balance == balance_of(hot_pot, POT.code)
    assert all(later.balance - before.balance == later.change for before, later in pairwise(whole))


def one_cent(key):
    return an_entry(key, (JAR.code, POT.code, "0.01"))
