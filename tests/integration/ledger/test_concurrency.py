"""Many at once: no cent is spent twice, no key posts twice, nobody waits for ever."""

from grantengine.ledger import journal
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.errors import AlreadyReversedError, KeyReusedError, OverdraftError
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    open_accounts,
    post,
    reverse,
)
from tests.support.threads import outcomes_of, run_together

THREADS = 8


def posting(database, key, *lines):
    return lambda: post(database, an_entry(key, *lines))


def entry_count(database):
    with database.reading() as session:
        return len(list(journal.all_entries(session)))


def test_threads_that_drain_a_pot_take_what_is_there_to_the_last_cent(database):
    a_filled_pot(database, "1.00")

    def drain(name):
        taken = 0
        while True:
            try:
                post(database, an_entry(f"{name}:{taken}", (JAR.code, POT.code, "0.07")))
            except OverdraftError as refusal:
                return taken, refusal.details["available_cents"]
            taken += 1

    taken = run_together(*[lambda name=name: drain(name) for name in range(THREADS)])

    assert sum(count for count, _ in taken) == 14
    assert {left for _, left in taken} == {2}
    assert balance_of(database, POT.code) == eur("0.02")
    assert balance_of(database, JAR.code) == eur("0.98")
    assert_in_balance(database)


def test_of_threads_with_one_key_one_posts_and_all_get_its_id(database):
    a_filled_pot(database, "100.00")

    ids = run_together(*[posting(database, "once", (JAR.code, POT.code, "10.00"))] * THREADS)

    assert len(set(ids)) == 1
    assert entry_count(database) == 2
    assert balance_of(database, JAR.code) == eur("10.00")


def test_who_loses_the_race_for_a_key_gets_its_id_though_the_money_is_gone(database):
    a_filled_pot(database, "10.00")

    ids = run_together(*[posting(database, "once", (JAR.code, POT.code, "10.00"))] * THREADS)

    assert len(set(ids)) == 1
    assert balance_of(database, POT.code) == eur("0.00")


def test_of_threads_that_want_one_key_for_different_things_one_wins(database):
    a_filled_pot(database, "100.00")
    amounts = [f"{number}.00" for number in range(1, THREADS + 1)]

    outcomes = outcomes_of(
        *[posting(database, "one key", (JAR.code, POT.code, amount)) for amount in amounts]
    )

    assert [type(each) for each in outcomes].count(KeyReusedError) == THREADS - 1
    winner = next(number for number, each in enumerate(outcomes) if isinstance(each, str))
    assert balance_of(database, JAR.code) == eur(amounts[winner])


def test_of_threads_that_want_one_key_on_different_accounts_one_wins(database):
    open_accounts(database, SOURCE, *pots(THREADS))

    outcomes = outcomes_of(
        *[
            posting(database, "one key", (f"cash:pot{number}", SOURCE.code, "1.00"))
            for number in range(THREADS)
        ]
    )

    assert [type(each) for each in outcomes].count(KeyReusedError) == THREADS - 1
    assert balance_of(database, SOURCE.code) == eur("1.00")
    assert_in_balance(database)


def test_of_threads_that_take_one_entry_back_one_does(database):
    filled = a_filled_pot(database, "100.00")
    post(database, an_entry("more", (POT.code, SOURCE.code, "900.00")))

    outcomes = outcomes_of(
        *[lambda key=f"back {n}": reverse(database, filled, key=key) for n in range(THREADS)]
    )

    assert [type(each) for each in outcomes].count(AlreadyReversedError) == THREADS - 1
    assert balance_of(database, POT.code) == eur("900.00")


def test_of_threads_that_take_one_entry_back_under_one_key_all_get_the_same_answer(database):
    filled = a_filled_pot(database, "100.00")

    ids = run_together(*[lambda: reverse(database, filled, key="back")] * THREADS)

    assert len(set(ids)) == 1
    assert balance_of(database, POT.code) == eur("0.00")


def test_threads_that_move_money_to_and_fro_do_not_wait_for_each_other_for_ever(database):
    open_accounts(database, SOURCE, *pots(3))
    start = [(f"cash:pot{number}", SOURCE.code, "10.00") for number in range(3)]
    post(database, an_entry("start", *start))
    ways = [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)]

    def travel(way):
        debit, credit = way
        for step in range(10):
            key = f"{debit}{credit}{step}"
            post(database, an_entry(key, (f"cash:pot{debit}", f"cash:pot{credit}", "0.10")))

    run_together(*[lambda way=way: travel(way) for way in ways])

    for number in range(3):
        assert balance_of(database, f"cash:pot{number}") == eur("10.00")
    assert_in_balance(database)


def test_threads_that_open_the_same_account_open_it_once(database):
    run_together(*[lambda: open_accounts(database, POT, JAR, SOURCE)] * THREADS)

    assert_in_balance(database)
    assert balance_of(database, POT.code) == eur("0.00")


def test_pots_of_their_own_are_filled_side_by_side(database):
    open_accounts(database, SOURCE, *pots(THREADS))

    def fill(pot):
        for step in range(5):
            post(database, an_entry(f"{pot}:{step}", (pot, SOURCE.code, "1.00")))

    run_together(*[lambda pot=spec.code: fill(pot) for spec in pots(THREADS)])

    assert balance_of(database, SOURCE.code) == eur(f"{THREADS * 5}.00")
    assert_in_balance(database)


def pots(count):
    return [AccountSpec(f"cash:pot{n}", Kind.ASSET, Fund.PUBLIC) for n in range(count)]
