"""Money set aside: it counts against the floor at once, and ends once, in one of three ways."""

from datetime import timedelta

import pytest

from grantengine.ledger import holds, journal, queries
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    CrossingError,
    HoldEndedError,
    HoldExceededError,
    KeyReusedError,
    OverdraftError,
    ReasonHeldError,
    UnknownHoldError,
)
from grantengine.ledger.holds import Hold, Outcome
from grantengine.money import Money, eur
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balances_of,
    post,
)
from tests.support.threads import outcomes_of

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def pot(database):
    """A pot of EUR 100, from which holds are taken into the jar."""
    a_filled_pot(database, "100.00")
    return database


def hold(database, euros="40.00", *, key="held", reason="", expires_on=None, line=None):
    wanted = Hold(an_entry(key, line or (JAR.code, POT.code, euros)), reason or key, expires_on)
    with database.transaction() as session:
        return holds.hold(session, wanted, now=NOON)


def capture(database, hold_id, euros, *, on=TODAY):
    with database.transaction() as session:
        return holds.capture(session, hold_id, amount=eur(euros), effective_on=on, now=NOON)


def release(database, hold_id):
    with database.transaction() as session:
        holds.release(session, hold_id, now=NOON)


def available(database, code=POT.code):
    with database.reading() as session:
        return queries.available(session, code)


def outcome(database, hold_id):
    with database.reading() as session:
        return holds.outcome_of(session, hold_id)


def test_what_is_held_is_there_and_not_available(pot):
    hold_id = hold(pot, "40.00")

    assert hold_id.startswith("hld_")
    assert outcome(pot, hold_id) is None
    assert balances_of(pot, POT.code, JAR.code) == {POT.code: "100.00", JAR.code: "0.00"}
    assert available(pot) == eur("60.00")


def test_what_is_held_cannot_be_spent(pot):
    hold(pot, "40.00")

    with pytest.raises(OverdraftError) as refusal:
        post(pot, an_entry("much", (JAR.code, POT.code, "60.01")))

    assert refusal.value.details["available_cents"] == 6000
    post(pot, an_entry("all", (JAR.code, POT.code, "60.00")))
    assert available(pot) == eur("0.00")


def test_what_is_held_cannot_be_held_again(pot):
    hold(pot, "100.00")

    with pytest.raises(OverdraftError) as refusal:
        hold(pot, "0.01", key="more")

    assert refusal.value.details["available_cents"] == 0


def test_what_will_arrive_is_not_available_yet(pot):
    hold(pot, "40.00")

    assert available(pot, JAR.code) == eur("0.00")


def test_a_hold_is_captured_whole(pot):
    hold_id = hold(pot, "100.00")

    entry_id = capture(pot, hold_id, "100.00")

    assert balances_of(pot, POT.code, JAR.code) == {POT.code: "0.00", JAR.code: "100.00"}
    assert available(pot) == eur("0.00")
    assert outcome(pot, hold_id) is Outcome.CAPTURED
    with pot.reading() as session:
        assert journal.entry(session, entry_id).key == "held:captured"
    assert_in_balance(pot)


def test_capturing_a_part_sets_the_rest_free(pot):
    hold_id = hold(pot, "40.00")

    capture(pot, hold_id, "15.00")

    assert balances_of(pot, POT.code, JAR.code) == {POT.code: "85.00", JAR.code: "15.00"}
    assert available(pot) == eur("85.00")


def test_no_more_is_captured_than_is_held(pot):
    hold_id = hold(pot, "40.00")

    with pytest.raises(HoldExceededError) as refusal:
        capture(pot, hold_id, "40.01")

    assert refusal.value.details == {"hold": hold_id, "held_cents": 4000, "wanted_cents": 4001}
    assert available(pot) == eur("60.00")


def test_a_capture_repeated_is_answered_with_the_first(pot):
    hold_id = hold(pot, "40.00")

    assert capture(pot, hold_id, "40.00") == capture(pot, hold_id, "40.00")
    assert balances_of(pot, JAR.code) == {JAR.code: "40.00"}


def test_a_capture_of_another_amount_after_the_first_is_refused(pot):
    hold_id = hold(pot, "40.00")
    capture(pot, hold_id, "15.00")

    with pytest.raises(KeyReusedError):
        capture(pot, hold_id, "25.00")


def test_a_hold_released_is_as_if_it_had_never_been(pot):
    hold_id = hold(pot, "40.00")

    release(pot, hold_id)
    release(pot, hold_id)

    assert available(pot) == eur("100.00")
    assert outcome(pot, hold_id) is Outcome.RELEASED
    assert_in_balance(pot)


def test_what_was_released_is_not_captured_and_what_was_captured_not_released(pot):
    released, captured = hold(pot, key="a"), hold(pot, key="b")
    release(pot, released)
    capture(pot, captured, "40.00")

    with pytest.raises(HoldEndedError) as refusal:
        capture(pot, released, "40.00")
    assert refusal.value.details == {"hold": released, "outcome": "released"}
    with pytest.raises(HoldEndedError) as refusal:
        release(pot, captured)
    assert refusal.value.details == {"hold": captured, "outcome": "captured"}


def test_a_hold_is_captured_up_to_its_last_day(pot):
    in_time, late = hold(pot, key="a", expires_on=TODAY), hold(pot, key="b", expires_on=TODAY)

    capture(pot, in_time, "40.00", on=TODAY)
    with pytest.raises(HoldEndedError) as refusal:
        capture(pot, late, "40.00", on=TOMORROW)

    assert refusal.value.details == {"hold": late, "outcome": "expired"}


def test_holds_whose_last_day_is_past_are_set_free(pot):
    over = hold(pot, key="a", expires_on=TODAY)
    others = hold(pot, "1.00", key="b", expires_on=TOMORROW), hold(pot, "1.00", key="c")

    with pot.transaction() as session:
        counts = [holds.expire(session, on=TOMORROW, now=NOON) for _ in range(2)]

    assert counts == [1, 0]
    assert outcome(pot, over) is Outcome.EXPIRED
    assert [outcome(pot, each) for each in others] == [None, None]
    assert available(pot) == eur("98.00")


def test_the_same_hold_twice_is_one(pot):
    assert hold(pot, "40.00") == hold(pot, "40.00")
    assert available(pot) == eur("60.00")


def test_a_hold_of_other_content_under_one_key_is_refused(pot):
    hold(pot, "40.00")

    with pytest.raises(KeyReusedError):
        hold(pot, "41.00")


def test_nothing_is_held_twice_for_one_reason(pot):
    first = hold(pot, key="a", reason="plg_01 under mrl_01")

    with pytest.raises(ReasonHeldError) as refusal:
        hold(pot, key="b", reason="plg_01 under mrl_01")

    assert refusal.value.details == {"reason": "plg_01 under mrl_01", "hold": first}


def test_a_hold_is_in_the_currency_of_its_accounts(pot):
    kronor = [Transfer(JAR.code, POT.code, Money(100, "SEK"))]
    wanted = Hold(Entry("k", "moved", "tst_01", TODAY, kronor), "k")

    with pytest.raises(CrossingError), pot.transaction() as session:
        holds.hold(session, wanted, now=NOON)

    assert available(pot) == eur("100.00")


@pytest.mark.parametrize("hold_id", ["hld_000000000099", "hld_", "hld_1", "ent_000000000001", "x"])
def test_a_hold_that_does_not_exist_is_named(pot, hold_id):
    hold(pot, "1.00")

    with pytest.raises(UnknownHoldError) as refusal:
        release(pot, hold_id)

    assert refusal.value.details == {"hold": hold_id}


def test_of_threads_that_end_one_hold_one_does(pot):
    hold_id = hold(pot, "40.00")

    def releasing():
        release(pot, hold_id)
        return "released"

    outcomes = outcomes_of(*[lambda: capture(pot, hold_id, "40.00"), releasing] * 4)

    answers = {each for each in outcomes if isinstance(each, str)}
    assert len(answers) == 1
    assert {type(each) for each in outcomes if not isinstance(each, str)} == {HoldEndedError}
    assert available(pot) == (eur("100.00") if answers == {"released"} else eur("60.00"))
    assert_in_balance(pot)


def test_threads_that_hold_from_one_pot_take_what_is_there_and_no_more(pot):
    outcomes = outcomes_of(*[lambda n=n: hold(pot, "30.00", key=f"k{n}") for n in range(8)])

    assert len([each for each in outcomes if isinstance(each, str)]) == 3
    assert available(pot) == eur("10.00")
    assert balances_of(pot, SOURCE.code) == {SOURCE.code: "100.00"}
