"""Entries as values: balanced by construction, because each transfer has both sides."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from json.encoder import encode_basestring as quoted

from grantengine.ledger.errors import InvalidTransferError
from grantengine.money import Money

# What the kind of a reversal ends in, and of nothing else.
REVERSED = "_reversed"
_PREFIX = "ent_"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that moves from the credited account to the debited one.

    Attributes:
        debit: code of the account that is debited.
        credit: code of the account that is credited.
        amount: positive.
    """

    debit: str
    credit: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """Transfers that happen together or not at all, as yet unposted.

    Attributes:
        key: idempotency key, made by the client before it posts.
        kind: what happened, such as `pledge_made`; one booking recipe each.
        about: id of the domain fact, such as `plg_…`; no personal data.
        effective_on: the date on which it counts.
        transfers: at least one.

    Raises:
        InvalidTransferError: no transfer, an amount not positive, or one account on both
            sides; names the line.
    """

    key: str
    kind: str
    about: str
    effective_on: date
    transfers: Sequence[Transfer]

    def __post_init__(self) -> None:
        """Refuse what no ledger may hold."""
        if not self.transfers:
            raise InvalidTransferError(line=0, reason="no_transfer")
        for line, transfer in enumerate(self.transfers, start=1):
            if transfer.amount.cents <= 0:
                raise InvalidTransferError(line=line, reason="amount_not_positive")
            if transfer.debit == transfer.credit:
                raise InvalidTransferError(line=line, reason="same_account")

    @property
    def request_hash(self) -> str:
        """Fingerprint what was asked, so that a key cannot stand for two things."""
        return fingerprint(self.kind, self.about, self.effective_on, self.transfers)

    @property
    def account_codes(self) -> list[str]:
        """List every account the entry touches, once, in code order."""
        sides = {code for each in self.transfers for code in (each.debit, each.credit)}
        return sorted(sides)


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry as the ledger holds it.

    Attributes:
        id: `ent_…`.
        booked_at: when it became known to the ledger.
        reverses: id of the entry that it takes back, if any.
        request_hash: fingerprint of what was asked when it was posted.
    """

    id: str
    key: str
    kind: str
    about: str
    effective_on: date
    booked_at: datetime
    reverses: str | None
    request_hash: str
    transfers: Sequence[Transfer]


def fingerprint(kind: str, about: str, effective_on: date, transfers: Sequence[Transfer]) -> str:
    """Hash the content of an entry: SHA-256 over canonical JSON, in hexadecimal."""
    lines = [
        (each.debit, each.credit, each.amount.cents, each.amount.currency) for each in transfers
    ]
    text = canonical(kind, about, effective_on.isoformat(), lines)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(
    kind: str, about: str, effective_on: str, lines: Sequence[tuple[str, str, int, str]]
) -> str:
    """Write the content of an entry as JSON that is the same every time and everywhere."""
    movements = ",".join(
        f'[{quoted(debit)},{quoted(credit)},{cents},"{currency}"]'
        for debit, credit, cents, currency in lines
    )
    return f'[{quoted(kind)},{quoted(about)},"{effective_on}",[{movements}]]'


def entry_id(number: int) -> str:
    """Name an entry by its number: `ent_000000000042`, which sorts as the numbers do."""
    return f"{_PREFIX}{number:0{_DIGITS}}"


def entry_number(entry_id: str) -> int | None:
    """Read the number in an entry's id; None when no entry can have this id."""
    digits = entry_id.removeprefix(_PREFIX)
    named = entry_id.startswith(_PREFIX) and len(digits) == _DIGITS
    return int(digits) if named and digits.isascii() and digits.isdecimal() else None


def reversal_of(entry: PostedEntry, *, key: str, effective_on: date) -> Entry:
    """Make the entry that takes another one back."""
    return Entry(
        key=key,
        kind=f"{entry.kind}{REVERSED}",
        about=entry.about,
        effective_on=effective_on,
        transfers=mirrored(entry.transfers),
    )


def mirrored(transfers: Sequence[Transfer]) -> list[Transfer]:
    """Turn every transfer round, the last one first.

    What passed through an account in two lines passes back through it without falling below
    its floor on the way.
    """
    return [Transfer(each.credit, each.debit, each.amount) for each in reversed(transfers)]
