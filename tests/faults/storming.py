"""A client in a storm of postings: it posts, notes down what was acknowledged, and never gives up.

Its keys are numbers in a row, so a client that comes after a dead one knows where to go on: behind
the last acknowledged key, with the very same entry. Whatever the dead one had posted without
hearing of it is then acknowledged, not posted again.
"""

import os
import random
import signal
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from grantengine.db import Database
from grantengine.ledger import holds, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import OverdraftError
from grantengine.ledger.holds import Hold
from grantengine.money import Money

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 1, 1)
SOURCE = AccountSpec("cash:source", Kind.EQUITY, Fund.PUBLIC, None)
POTS = [AccountSpec(f"cash:pot{number}", Kind.ASSET, Fund.PUBLIC) for number in range(24)]
BATCH = 5
FILLED = "filled"
_PAUSE_S = 0.02  # before asking a server that is down again


def open_accounts(database: Database) -> None:
    """Open what the storm moves money between; some pots stay empty, to refuse something."""
    fillings = [Transfer(pot.code, SOURCE.code, Money(5000)) for pot in POTS[3:]]
    with database.transaction() as session:
        service.open_accounts(session, [SOURCE, *POTS], now=NOW)
        service.post(session, Entry(FILLED, "moved", "tst_01", TODAY, fillings), now=NOW)


def run_client(url: str, name: str, notes: Path) -> None:
    """Post as long as its parent lives; note each step down once it is acknowledged."""
    parent, database = os.getppid(), Database(url)
    step = len(acknowledged(notes))
    with notes.open("a", encoding="utf-8", buffering=1) as file:
        while os.getppid() == parent:
            ids = _until_acknowledged(database, f"{name}:{step}")
            file.write(f"{name}:{step} {','.join(ids)}\n")
            step += 1


def wait_until_posted(notes: list[Path], *, count: int) -> None:
    """Wait until so many steps more are acknowledged than are now."""
    goal = sum(len(acknowledged(each)) for each in notes) + count
    while sum(len(acknowledged(each)) for each in notes) < goal:
        time.sleep(_PAUSE_S)


def start_client(url: str, name: str, notes: Path) -> int:
    """Fork a client; give its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            run_client(url, name, notes)
        finally:
            os._exit(1)
    return pid


def kill_clients(pids: list[int]) -> None:
    """End clients in the middle of whatever they do."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)


def acknowledged(notes: Path) -> dict[str, list[str]]:
    """Read a client's notes: the step, and the entries that it was told were posted."""
    # Each line is one write of a few bytes, so none is ever half there.
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return {step: ids[0].split(",") if ids else [] for step, *ids in map(str.split, lines)}


def keys_of(step: str) -> list[str]:
    """List the keys under which a step posts; one that met an empty pot posts none of them."""
    kind = _kind(step)
    if kind == "batch":
        return [f"{step}/{position}" for position in range(BATCH)]
    return [f"{step}:captured"] if kind == "hold" else [step]


def _until_acknowledged(database: Database, step: str) -> list[str]:
    while True:
        try:
            return _post(database, step)
        except OverdraftError:
            return []  # A pot was empty, which is an answer too.
        except DBAPIError:
            time.sleep(_PAUSE_S)  # The server went away; whether it had committed, it will tell.


def _post(database: Database, step: str) -> list[str]:
    entries = [_entry(key, step) for key in keys_of(step)]
    if _kind(step) == "batch":
        return database.run(lambda session: service.post_many(session, entries, now=NOW))
    if _kind(step) == "hold":
        return [database.run(lambda session: _hold_and_capture(session, step))]
    return [database.run(lambda session: service.post(session, entries[0], now=NOW))]


def _hold_and_capture(session, step: str) -> str:
    entry = _entry(step, step)
    held = holds.hold(session, Hold(entry, reason=step), now=NOW)
    amount = entry.transfers[0].amount
    return holds.capture(session, held, amount=amount, effective_on=TODAY, now=NOW)


def _kind(step: str) -> str:
    return random.Random(step).choice(["one", "one", "two lines", "batch", "hold"])


def _entry(key: str, step: str) -> Entry:
    # Drawn from the key, so that who comes after a dead client asks for the same.
    draw = random.Random(key)
    debit, credit = draw.sample([SOURCE, *POTS], 2)
    transfers = [Transfer(debit.code, credit.code, Money(draw.randint(1, 300)))]
    if _kind(step) == "two lines":
        transfers.append(Transfer(draw.choice(POTS).code, SOURCE.code, Money(300)))
    return Entry(key, "moved", "tst_01", TODAY, transfers)
