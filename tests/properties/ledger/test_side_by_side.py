"""Threads that take from one pot in whatever way and order: to the last cent, and no cent more."""

import os
from collections import Counter
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grantengine.db import Database
from grantengine.ledger import holds, journal, queries, seals, service
from grantengine.ledger.errors import OverdraftError
from grantengine.ledger.holds import Hold
from grantengine.money import Money
from tests.support.ledger import JAR, NOON, POT, TODAY, a_filled_pot, an_entry, assert_in_balance
from tests.support.threads import run_together

TIMES = int(os.environ.get("HYPOTHESIS_TIMES", "1"))
FILLED_CENTS = 1000
CENTS = st.integers(min_value=1, max_value=400)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["post", "hold", "release", "capture", "capture a part"]), CENTS),
    st.tuples(st.sampled_from(["post and take back", "post many", "seal"]), CENTS),
)
THREADS = st.lists(st.lists(STEPS, min_size=1, max_size=6), min_size=3, max_size=5)


class Visitor:
    """One of those who take from the pot; it knows what was taken and what is still held."""

    def __init__(self, database, name, steps):
        self.database, self.name, self.steps = database, name, steps
        self.keys, self.taken_cents, self.held_cents = [], 0, 0

    def visit(self):
        for number, (what, cents) in enumerate(self.steps):
            key = f"{self.name}:{number}"
            try:
                self.database.run(partial(self._do, what=what, key=key, cents=cents))
            except OverdraftError as refusal:
                told = refusal.details
                if told["available_cents"] >= told["wanted_cents"]:
                    raise AssertionError("refused although there was enough") from refusal
            else:
                self._note(what, key, cents)

    def _do(self, session, *, what, key, cents):
        entry = an_entry(key, (JAR.code, POT.code, f"{cents // 100}.{cents % 100:02}"))
        match what:
            case "post":
                service.post(session, entry, now=NOON)
            case "post and take back":
                posted = service.post(session, entry, now=NOON)
                back = {"key": f"{key}:back", "effective_on": TODAY, "now": NOON}
                service.reverse(session, posted, **back)
            case "post many":
                # One key twice: the second is the first.
                service.post_many(session, [entry, entry], now=NOON)
            case "seal":
                seals.seal(session, now=NOON)
            case _:
                held = holds.hold(session, Hold(entry, reason=key), now=NOON)
                if what == "release":
                    holds.release(session, held, now=NOON)
                if what.startswith("capture"):
                    amount = Money(captured_cents(what, cents))
                    holds.capture(session, held, amount=amount, effective_on=TODAY, now=NOON)

    def _note(self, what, key, cents):
        match what:
            case "post" | "post many":
                self.keys.append(key)
                self.taken_cents += cents
            case "post and take back":
                self.keys += [key, f"{key}:back"]
            case "capture" | "capture a part":
                self.keys.append(f"{key}:captured")
                self.taken_cents += captured_cents(what, cents)
            case "hold":
                self.held_cents += cents


def captured_cents(what, cents):
    return cents if what == "capture" else (cents + 1) // 2


@given(threads=THREADS, spread=st.booleans())
@settings(max_examples=6 * TIMES, suppress_health_check=list(HealthCheck))
def test_what_everybody_was_told_is_what_is_there(postgresql_databases, threads, spread):
    with postgresql_databases.fresh_url() as url:
        database = Database(url)
        a_filled_pot(database, "10.00")
        if spread:
            with database.transaction() as session:
                service.spread(session, POT.code)
                service.spread(session, JAR.code)
        visitors = [Visitor(database, f"v{n}", steps) for n, steps in enumerate(threads)]

        run_together(*[visitor.visit for visitor in visitors])

        with database.reading() as session:
            there = Counter(entry.key for entry in journal.all_entries(session))
            left = queries.balance(session, POT.code).cents
            free = queries.available(session, POT.code).cents
        assert there == Counter(["filled"]) + sum((Counter(v.keys) for v in visitors), Counter())
        assert left == FILLED_CENTS - sum(visitor.taken_cents for visitor in visitors)
        assert free == left - sum(visitor.held_cents for visitor in visitors) >= 0
        assert_in_balance(database)
        database.dispose()
