"""A ledger that holds everything there is, for tests of what is kept of it elsewhere."""

from datetime import date, timedelta

from grantengine.ledger import closing, holds, periods, seals, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.backup import restoring, writing
from grantengine.ledger.holds import Hold
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import eur
from tests.support.databases import rolled_back
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    TODAY,
    a_filled_pot,
    an_entry,
    open_accounts,
    post,
)

OVERDRAWN = AccountSpec("cash:credit", Kind.ASSET, Fund.PUBLIC, -500)
SPENT = AccountSpec("cash:spent", Kind.EXPENSE, Fund.PUBLIC, None)
OWED = AccountSpec("budget:owed", Kind.LIABILITY, Fund.PRIVATE)
KRONOR = [AccountSpec(f"pledges:sek:{n}", Kind.ASSET, Fund.PRIVATE, None, "SEK") for n in "ab"]
AUGUST = date(2026, 8, 31)


def fill_with_everything(database):
    """Put in everything that a ledger can hold, and draw numbers that are never used."""
    a_filled_pot(database, "100.00")
    open_accounts(database, OVERDRAWN, SPENT, OWED, *KRONOR)
    post(database, an_entry('pot/"ä"\\\t,', (JAR.code, POT.code, "1.00"), on=AUGUST), now=NOON)
    with database.transaction() as session:
        whole, part, _over, free = (
            holds.hold(session, a_hold(name, euros, last), now=NOON)
            for name, euros, last in (
                ("whole", "60.00", None),
                ("part", "20.00", TODAY),
                ("over", "10.00", TODAY - timedelta(days=1)),
                ("free", "5.00", None),
            )
        )
        holds.capture(session, whole, amount=eur("60.00"), effective_on=TODAY, now=NOON)
        holds.capture(session, part, amount=eur("0.01"), effective_on=TODAY, now=NOON)
        holds.expire(session, on=TODAY, now=NOON + timedelta(microseconds=1))
        holds.release(session, free, now=NOON)
        holds.hold(session, a_hold("standing", "38.00", None), now=NOON)
    with rolled_back(database) as session:
        service.post(session, an_entry("never", (OVERDRAWN.code, SPENT.code, "1.00")), now=NOON)
    wrong = post(database, an_entry("wrong", *[(SPENT.code, OVERDRAWN.code, "2.50")] * 2))
    with database.transaction() as session:
        assert seals.seal(session, now=NOON) is not None
        service.reverse(session, wrong, key="back", effective_on=TODAY, now=NOON)
        closing.close_account(session, OWED.code, now=NOON)
        periods.open_period(session, first_on=date(2026, 8, 1), last_on=AUGUST, now=NOON)
        periods.move_period(session, PeriodStatus.CLOSED, last_on=AUGUST, now=NOON)


def a_hold(name, euros, last):
    entry = an_entry(f"hold {name}", (SPENT.code, POT.code, euros), kind="matched")
    return Hold(entry, reason=f"pledge {name}", expires_on=last)


def backup_of(database):
    with database.reading() as session:
        return [line.encode() for line in writing.backup(session)]


def restore(database, lines):
    with database.transaction() as session:
        return restoring.restore(session, lines)
