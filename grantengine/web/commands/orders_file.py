"""The table of orders of Open Collective: which rows can be taken, and why the others not."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.money import Money

COLUMNS = ("id", "CollectiveId", "FromCollectiveId", "totalAmount", "deletedAt", "status")
# An active order is a monthly one that has been paid so far; one pledge stands for it.
TAKEN_STATUSES = frozenset({"PAID", "ACTIVE"})
_CENTS = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Order:
    """One row that can be taken."""

    id: str
    backer: str
    amount: Money


@dataclass(slots=True)
class Orders:
    """A file read through: what can be taken by collective, and what was left and why."""

    taken: dict[str, list[Order]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Count the rows that can be taken."""
        return sum(len(orders) for orders in self.taken.values())


def read_orders(file: Path) -> Orders:
    """Read the file and sort its rows into taken and left.

    Raises:
        click.ClickException: it is no such table; names what is missing or where it breaks.
    """
    orders = Orders()
    for line, row in _rows(file):
        reason = _reason_to_leave(row, line)
        if reason is not None:
            orders.left[reason] += 1
            continue
        order = Order(
            id=row["id"], backer=row["FromCollectiveId"], amount=Money(int(row["totalAmount"]))
        )
        orders.taken.setdefault(row["CollectiveId"], []).append(order)
    return orders


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise click.ClickException(f"{file.name}: no column {', '.join(missing)}")
            for row in reader:
                yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: is not text in UTF-8 ({error.reason})") from None
    except csv.Error as error:
        raise click.ClickException(f"{file.name}: is no CSV table ({error})") from None


def _reason_to_leave(row: dict[str, str], line: int) -> str | None:
    if row["deletedAt"]:
        return "deleted"
    if not row["CollectiveId"] or not row["id"]:
        return "no collective"
    if row["status"] not in TAKEN_STATUSES:
        return (row["status"] or "no status").lower()
    if not row["totalAmount"]:
        return "no amount"
    if not _CENTS.fullmatch(row["totalAmount"]):
        amount = repr(row["totalAmount"][:40])
        raise click.ClickException(f"line {line}: {amount} is no amount in cents")
    cents = int(row["totalAmount"])
    if cents < PLEDGE_MIN.cents:
        return "below the smallest pledge"
    return "above the largest pledge" if cents > PLEDGE_MAX.cents else None
