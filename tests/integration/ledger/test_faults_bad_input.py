"""Everything that the ledger is asked to do and must not, one line each.

Each is refused with a typed error that carries the facts; nothing is written, not even half of
it; and the transaction that met the refusal goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from grantengine.db import Database
from grantengine.ledger import closing, holds, periods, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountClosedError,
    AccountCodeError,
    AccountExistsError,
    AccountNotEmptyError,
    AlreadyReversedError,
    BalanceTooLargeError,
    CrossingError,
    HoldEndedError,
    HoldExceededError,
    InvalidTransferError,
    KeyReusedError,
    OverdraftError,
    PeriodClosedError,
    PeriodOverlapError,
    ReasonHeldError,
    ReversalOfReversalError,
    UnknownAccountError,
    UnknownEntryError,
    UnknownHoldError,
    UnknownPeriodError,
)
from grantengine.ledger.holds import Hold
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import LARGEST_CENTS, AmountError, Money, eur
from grantengine.transitions import IllegalMoveError
from tests.support.databases import rolled_back
from tests.support.ledger import JAR, NOON, POT, SOURCE, TODAY, an_entry, assert_in_balance

PRIVATE = AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE)
PLEDGED = AccountSpec("pledges:open", Kind.ASSET, Fund.PUBLIC)
KRONOR = AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK")
CLOSED = AccountSpec("cash:closed", Kind.ASSET, Fund.PUBLIC)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)
NO_ENTRY, NO_HOLD = "ent_000000000999", "hld_000000000999"
TABLES = ("accounts", "transfers", "holds", "hold_ends", "periods", "seals")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: what is done, and the error that it gets with these facts.

    Facts may name what the books were made with: `{moved}` is the id of the entry moved.
    """

    name: str
    act: Callable[[Any, dict[str, str]], object]
    error: type[Exception]
    facts: dict[str, object]


def post(*lines, key="new", on=TODAY):
    return lambda session, _: service.post(session, an_entry(key, *lines, on=on), now=NOON)


def post_money(make_amount):
    def act(session, _):
        transfer = Transfer(JAR.code, POT.code, make_amount())
        service.post(session, Entry("new", "moved", "tst_01", TODAY, [transfer]), now=NOON)

    return act


def post_many(*lines, keys=("one", "two", "three")):
    def act(session, _):
        entries = [an_entry(key, line) for key, line in zip(keys, lines, strict=False)]
        service.post_many(session, entries, now=NOON)

    return act


def reverse(name, *, key="new"):
    return lambda session, ids: service.reverse(
        session, ids.get(name, name), key=key, effective_on=TODAY, now=NOON
    )


def hold(line, *, key="new", reason="new reason"):
    return lambda session, _: holds.hold(session, Hold(an_entry(key, line), reason), now=NOON)


def capture(name, euros, *, on=TODAY):
    return lambda session, ids: holds.capture(
        session, ids.get(name, name), amount=eur(euros), effective_on=on, now=NOON
    )


def release(name):
    return lambda session, ids: holds.release(session, ids.get(name, name), now=NOON)


def open_account(*words, **more):
    return lambda session, _: service.open_account(session, AccountSpec(*words, **more), now=NOON)


def close_account(code):
    return lambda session, _: closing.close_account(session, code, now=NOON)


def open_period(first_on, last_on):
    return lambda session, _: periods.open_period(
        session, first_on=first_on, last_on=last_on, now=NOON
    )


def move_period(target, last_on):
    return lambda session, _: periods.move_period(session, target, last_on=last_on, now=NOON)


PAYS = (JAR.code, POT.code, "1.00")
TOO_MUCH = (JAR.code, POT.code, "1000.00")
LARGE = {"account": POT.code, "available_cents": 5_500, "wanted_cents": 100_000}

FAULTS = [
    # Amounts
    Fault("an amount of nothing", post((JAR.code, POT.code, "0")), InvalidTransferError,
          {"line": 1, "reason": "amount_not_positive"}),
    Fault("a negative amount", post((JAR.code, POT.code, "-1")), InvalidTransferError,
          {"line": 1, "reason": "amount_not_positive"}),
    Fault("an amount in floating point", post_money(lambda: Money(1.5)), AmountError,
          {"reason": "not_whole_cents", "given": 1.5}),
    Fault("an amount too large to keep", post_money(lambda: Money(LARGEST_CENTS + 1)), AmountError,
          {"reason": "too_large", "given": LARGEST_CENTS + 1}),
    Fault("an amount in a currency of no hundredths", post_money(lambda: Money(1, "JPY")),
          AmountError, {"reason": "unknown_currency", "given": "JPY"}),
    Fault("more than there is", post(TOO_MUCH), OverdraftError, LARGE),
    Fault("more than there is, in the second line", post(PAYS, TOO_MUCH), OverdraftError,
          LARGE | {"available_cents": 5_400}),
    # Accounts
    Fault("no transfer at all", post(), InvalidTransferError, {"line": 0, "reason": "no_transfer"}),
    Fault("one account on both sides", post(PAYS, (POT.code, POT.code, "1")), InvalidTransferError,
          {"line": 2, "reason": "same_account"}),
    Fault("an account that is not open", post(PAYS, ("cash:nowhere", POT.code, "1")),
          UnknownAccountError, {"account": "cash:nowhere"}),
    Fault("an account that is closed", post((CLOSED.code, POT.code, "1")), AccountClosedError,
          {"account": CLOSED.code}),
    Fault("another book", post((PLEDGED.code, POT.code, "1")), CrossingError,
          {"debit": PLEDGED.code, "credit": POT.code, "dimension": "book"}),
    Fault("another fund", post((PRIVATE.code, POT.code, "1")), CrossingError,
          {"debit": PRIVATE.code, "credit": POT.code, "dimension": "fund"}),
    Fault("an account of another currency", post((KRONOR.code, POT.code, "1")), CrossingError,
          {"debit": KRONOR.code, "credit": POT.code, "dimension": "currency"}),
    Fault("an amount in another currency", post_money(lambda: Money(100, "SEK")), CrossingError,
          {"debit": JAR.code, "credit": POT.code, "dimension": "currency"}),
    Fault("an account of no book", open_account("gold:pot", Kind.ASSET, Fund.PUBLIC),
          AccountCodeError, {"account": "gold:pot"}),
    Fault("an account opened as something else", open_account(POT.code, Kind.EQUITY, Fund.PUBLIC),
          AccountExistsError, {"account": POT.code}),
    Fault("an account closed with money in it", close_account(POT.code), AccountNotEmptyError,
          {"account": POT.code, "net_cents": 9_600, "held_cents": 4_100}),
    Fault("more than an account can tell", post((POT.code, SOURCE.code, "10000000000000")),
          BalanceTooLargeError, {"account": POT.code, "largest_cents": 10**15}),
    Fault("more than that in a batch", post_many(PAYS, (POT.code, SOURCE.code, "10000000000000")),
          BalanceTooLargeError, {"account": POT.code, "largest_cents": 10**15, "row": 2}),
    # Keys
    Fault("a key of another entry", post(TOO_MUCH, key="moved"), KeyReusedError, {"key": "moved"}),
    Fault("a key of another hold", hold(PAYS, key="standing"), KeyReusedError, {"key": "standing"}),
    Fault("a key of another entry, for a reversal", reverse("filled", key="moved"), KeyReusedError,
          {"key": "moved"}),
    # Batches
    Fault("a key twice in one batch", post_many(PAYS, (JAR.code, POT.code, "2"), keys=("k", "k")),
          KeyReusedError, {"key": "k", "row": 2}),
    Fault("a batch that spends more than there is", post_many(PAYS, PAYS, TOO_MUCH), OverdraftError,
          LARGE | {"available_cents": 5_300, "row": 3}),
    Fault("a batch with an account that is not open", post_many(PAYS, ("cash:x", POT.code, "1")),
          UnknownAccountError, {"account": "cash:x", "row": 2}),
    # Reversals
    Fault("a reversal of no entry", reverse(NO_ENTRY), UnknownEntryError, {"entry": NO_ENTRY}),
    Fault("a reversal of what is no id", reverse("ent_1"), UnknownEntryError, {"entry": "ent_1"}),
    Fault("a second reversal", reverse("moved"), AlreadyReversedError,
          {"entry": "{moved}", "reversal": "{back}"}),
    Fault("a reversal of a reversal", reverse("back"), ReversalOfReversalError,
          {"entry": "{back}"}),
    Fault("a reversal of what was spent", reverse("filled"), OverdraftError,
          {"account": POT.code, "available_cents": 5_500, "wanted_cents": 10_000}),
    # Holds
    Fault("a hold of more than is free", hold(TOO_MUCH), OverdraftError, LARGE),
    Fault("a hold for a reason had before", hold(PAYS, reason="standing"), ReasonHeldError,
          {"reason": "standing", "hold": "{standing}"}),
    Fault("a hold on a closed account", hold((CLOSED.code, POT.code, "1")), AccountClosedError,
          {"account": CLOSED.code}),
    Fault("a capture above the hold", capture("standing", "41.00"), HoldExceededError,
          {"hold": "{standing}", "held_cents": 4_000, "wanted_cents": 4_100}),
    Fault("a capture of nothing", capture("standing", "0"), InvalidTransferError,
          {"line": 1, "reason": "amount_not_positive"}),
    Fault("a capture of a hold past its day", capture("until yesterday", "1"), HoldEndedError,
          {"hold": "{until yesterday}", "outcome": "expired"}),
    Fault("a capture of what was released", capture("released", "1"), HoldEndedError,
          {"hold": "{released}", "outcome": "released"}),
    Fault("a capture of what expired", capture("expired", "1", on=JULY), HoldEndedError,
          {"hold": "{expired}", "outcome": "expired"}),
    Fault("another capture of what was captured", capture("captured", "3"), KeyReusedError,
          {"key": "captured:captured"}),
    Fault("a capture into a closed period", capture("standing", "1", on=AUGUST), PeriodClosedError,
          {"effective_on": AUGUST, "last_on": AUGUST, "status": "closed"}),
    Fault("a capture of no hold", capture(NO_HOLD, "1"), UnknownHoldError, {"hold": NO_HOLD}),
    Fault("a release of what was captured", release("captured"), HoldEndedError,
          {"hold": "{captured}", "outcome": "captured"}),
    Fault("a release of no hold", release(NO_HOLD), UnknownHoldError, {"hold": NO_HOLD}),
    # Periods
    Fault("a date in a closed period", post(PAYS, on=AUGUST), PeriodClosedError,
          {"effective_on": AUGUST, "last_on": AUGUST, "status": "closed"}),
    Fault("a date in a locked period", post(PAYS, on=JULY), PeriodClosedError,
          {"effective_on": JULY, "last_on": JULY, "status": "locked"}),
    Fault("a period over another", open_period(AUGUST, TODAY), PeriodOverlapError,
          {"first_on": AUGUST, "last_on": TODAY}),
    Fault("a period that ends before it begins", open_period(TOMORROW, TODAY), PeriodOverlapError,
          {"first_on": TOMORROW, "last_on": TODAY}),
    Fault("a period that nobody opened", move_period(PeriodStatus.CLOSED, TODAY),
          UnknownPeriodError, {"last_on": TODAY}),
    Fault("a locked period opened again", move_period(PeriodStatus.OPEN, JULY), IllegalMoveError,
          {"current": "locked", "target": "open"}),
]  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def books(request):
    """Books in which there is one of everything; and the id of each by its name."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    with databases.fresh_url() as url:
        database = Database(url)
        yield database, fill(database)
        assert_in_balance(database)
        database.dispose()


def fill(database):
    ids = {}
    with database.transaction() as session:
        specs = (POT, JAR, SOURCE, PRIVATE, PLEDGED, KRONOR, CLOSED)
        service.open_accounts(session, specs, now=NOON)
        fills = an_entry("filled", (POT.code, SOURCE.code, "100.00"))
        ids["filled"] = service.post(session, fills, now=NOON)
        ids["moved"] = service.post(session, an_entry("moved", PAYS), now=NOON)
        ids["back"] = reverse("moved", key="back")(session, ids)
        for name, euros, last_on in (
            ("standing", "40.00", None),
            ("until yesterday", "1.00", YESTERDAY),
            ("captured", "5.00", None),
            ("released", "1.00", None),
        ):
            held = Hold(an_entry(name, (JAR.code, POT.code, euros)), name, last_on)
            ids[name] = holds.hold(session, held, now=NOON)
        capture("captured", "4.00")(session, ids)
        release("released")(session, ids)
        expires = Hold(an_entry("expired", PAYS), "expired", expires_on=JULY)
        ids["expired"] = holds.hold(session, expires, now=NOON)
        holds.expire(session, on=AUGUST, now=NOON)
        close_account(CLOSED.code)(session, ids)
        for last_on in (JULY, AUGUST):
            open_period(last_on.replace(day=1), last_on)(session, ids)
            move_period(PeriodStatus.CLOSED, last_on)(session, ids)
        move_period(PeriodStatus.LOCKED, JULY)(session, ids)
    return ids


def everything_in(session):
    """Every row of the ledger."""
    return {
        table: sorted(map(repr, session.execute(sa.text(f"SELECT * FROM ledger_{table}")).all()))
        for table in TABLES
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_is_refused_with_the_facts_and_nothing_is_written(books, fault):
    database, ids = books
    with rolled_back(database) as session:
        before = everything_in(session)

        with pytest.raises(fault.error) as refusal:
            fault.act(session, ids)

        facts = {
            name: fact.format(**ids) if isinstance(fact, str) else fact
            for name, fact in fault.facts.items()
        }
        assert refusal.value.details == facts
        assert everything_in(session) == before
        # And the transaction goes on.
        assert service.post(session, an_entry("fine", PAYS), now=NOON).startswith("ent_")
