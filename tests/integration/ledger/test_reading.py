"""Reading the ledger: balances, statements page by page, and trial balances on any date."""

from datetime import date, timedelta

import pytest

from grantengine.ledger import queries, statements
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.errors import UnknownAccountError
from grantengine.ledger.queries import TrialLine
from grantengine.money import eur
from tests.support.ledger import JAR, NOON, POT, SOURCE, a_filled_pot, an_entry, open_accounts, post

HELD = AccountSpec("cash:held:cmp_01", Kind.LIABILITY, Fund.PUBLIC)


def statement_of(database, code, **wishes):
    with database.reading() as session:
        return statements.statement(session, code, **wishes)


def pages_of(database, code, *, limit):
    """Read a whole statement page by page, as a reader does who follows the cursor."""
    lines, after = [], 0
    while page := statement_of(database, code, after=after, limit=limit):
        lines += page
        after = page[-1].entry_number
    return lines


def test_a_statement_tells_what_came_from_where_and_what_was_then_there(database):
    filled = a_filled_pot(database, "100.00")
    post(database, an_entry("a", (JAR.code, POT.code, "30.00"), about="tst_a"))
    post(database, an_entry("b", (POT.code, JAR.code, "5.50"), about="tst_b"))

    lines = statement_of(database, POT.code)

    assert [
        (line.about, line.other_account, str(line.change), str(line.balance)) for line in lines
    ] == [
        ("tst_01", "cash:source", "100.00 EUR", "100.00 EUR"),
        ("tst_a", "cash:jar", "-30.00 EUR", "70.00 EUR"),
        ("tst_b", "cash:jar", "5.50 EUR", "75.50 EUR"),
    ]
    assert (lines[0].entry_id, lines[0].kind) == (filled, "filled")


def test_a_statement_counts_in_the_direction_of_its_account(database):
    a_filled_pot(database, "100.00")

    (line,) = statement_of(database, SOURCE.code)

    assert (line.change, line.balance) == (eur("100.00"), eur("100.00"))


def test_pages_of_a_statement_hold_every_line_once_with_the_running_balance(database):
    a_filled_pot(database, "100.00")
    for number in range(7):
        post(database, an_entry(f"k{number}", (JAR.code, POT.code, f"{number + 1}.00")))

    paged = pages_of(database, POT.code, limit=3)

    assert paged == statement_of(database, POT.code)
    assert len(paged) == 8
    assert paged[-1].balance == eur("72.00")


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_an_entry_of_several_lines_is_never_cut_between_pages(database, limit):
    open_accounts(database, POT, HELD)
    for number in range(4):
        collected = (POT.code, HELD.code, "10.00")
        fee = (HELD.code, POT.code, "0.25")
        post(database, an_entry(f"k{number}", collected, fee))

    paged = pages_of(database, HELD.code, limit=limit)

    assert paged == statement_of(database, HELD.code)
    assert [str(line.balance) for line in paged[:3]] == ["10.00 EUR", "9.75 EUR", "19.75 EUR"]
    assert paged[-1].balance == eur("39.00")


def test_a_statement_that_nothing_is_on_is_empty(database):
    open_accounts(database, POT)

    assert statement_of(database, POT.code) == []


def test_a_statement_of_no_account_is_refused(database):
    with pytest.raises(UnknownAccountError) as refusal:
        statement_of(database, "cash:nowhere")

    assert refusal.value.details == {"account": "cash:nowhere"}


def test_the_balance_of_no_account_is_refused_and_left_out_of_many(database):
    a_filled_pot(database, "1.00")

    with database.reading() as session:
        with pytest.raises(UnknownAccountError):
            queries.balance(session, "cash:nowhere")
        found = queries.balances(session, [POT.code, "cash:nowhere"])

    assert found == {POT.code: eur("1.00")}


def test_what_lies_under_a_path_is_itself_and_what_is_below_and_nothing_beside(database):
    beside = (
        "cash:held",
        "cash:held:cmp_01",
        "cash:held:cmp_01:a",
        "cash:held:CMP_01",
        "cash:held:CMP_01:b",
        "cash:held:cmp_011",
        "cash:heldback",
    )
    specs = [AccountSpec(code, Kind.LIABILITY, Fund.PUBLIC) for code in beside]
    open_accounts(database, POT, *specs)
    for number, code in enumerate(beside):
        post(database, an_entry(code, (POT.code, code, f"{10**number}.00")))

    with database.reading() as session:
        under = queries.balances_under(session, "cash:held:cmp_01")
        held = queries.sum_under(session, "cash:held")
        nothing = queries.sum_under(session, "cash:none")

    assert under == {"cash:held:cmp_01": eur("10.00"), "cash:held:cmp_01:a": eur("100.00")}
    assert held == eur("111111.00")
    assert nothing == eur("0.00")


@pytest.mark.parametrize("wild", ["cash:he%", "cash:hel_", "cash:*"])
def test_a_path_has_no_wildcards(database, wild):
    open_accounts(database, POT, HELD)
    post(database, an_entry("k", (POT.code, HELD.code, "1.00")))

    with database.reading() as session:
        assert queries.balances_under(session, wild) == {}


def test_a_trial_balance_lists_every_account_and_its_sides_are_equal(database):
    a_filled_pot(database, "100.00")
    post(database, an_entry("k", (JAR.code, POT.code, "40.00")))

    with database.reading() as session:
        lines = queries.trial_balance(session)

    assert lines == [
        TrialLine("cash:jar", 4000, 0),
        TrialLine("cash:pot", 10000, 4000),
        TrialLine("cash:source", 0, 10000),
    ]
    assert [line.balance_cents for line in lines] == [4000, 6000, -10000]


def test_a_trial_balance_on_a_date_counts_what_was_effective_by_then(database):
    a_filled_pot(database, "100.00")
    for day in (17, 18, 19):
        post(database, an_entry(f"k{day}", (JAR.code, POT.code, "10.00"), on=date(2026, 9, day)))

    def on(day):
        with database.reading() as session:
            lines = queries.trial_balance(session, on=date(2026, 9, day))
        assert sum(line.balance_cents for line in lines) == 0
        return {line.account: line.balance_cents for line in lines}

    assert on(15) == {"cash:jar": 0, "cash:pot": 0, "cash:source": 0}
    assert on(16) == {"cash:jar": 0, "cash:pot": 10000, "cash:source": -10000}
    assert on(18) == {"cash:jar": 2000, "cash:pot": 8000, "cash:source": -10000}
    assert on(30) == {"cash:jar": 3000, "cash:pot": 7000, "cash:source": -10000}


def test_a_trial_balance_after_the_last_date_is_that_of_now(database):
    a_filled_pot(database, "100.00")
    post(database, an_entry("k", (JAR.code, POT.code, "40.00")))

    with database.reading() as session:
        assert queries.trial_balance(session, on=date(2099, 1, 1)) == queries.trial_balance(session)


def test_what_was_on_a_date_is_told_as_it_was_known_then_and_as_it_is_known_now(database):
    open_accounts(database, POT, SOURCE)
    august, september = date(2026, 8, 31), date(2026, 9, 2)
    then, later = NOON - timedelta(days=10), NOON
    for key, day, now in (("a", august, then), ("b", september, then), ("late", august, later)):
        post(database, an_entry(key, (POT.code, SOURCE.code, "1.00"), on=day), now=now)

    def pot(**wishes):
        with database.reading() as session:
            trial = queries.trial_balance(session, **wishes)
            alone = queries.balance_at(session, POT.code, **wishes)
            source = queries.balance_at(session, SOURCE.code, **wishes)
        assert alone.cents == source.cents == trial[0].balance_cents
        return str(alone)

    assert pot() == "3.00 EUR"
    assert pot(on=august) == "2.00 EUR"
    assert pot(known_at=then) == "2.00 EUR"
    assert pot(on=august, known_at=then) == "1.00 EUR"
    assert pot(known_at=then - timedelta(seconds=1)) == "0.00 EUR"


def test_what_no_account_held_is_refused(database):
    with pytest.raises(UnknownAccountError), database.reading() as session:
        queries.balance_at(session, "cash:nowhere")
