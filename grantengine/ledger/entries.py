"""Entries as values: balanced by construction, because each transfer has both sides."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from json.encoder import encode_basestring as quoted

from grantengine.ledger.errors import EntryTextError, InvalidTransferError
from grantengine.money import Money

# What the kind of a reversal ends in, and of nothing else.
REVERSED = "_reversed"
# What the key of an entry that captures a hold ends in, after the hold's own.
CAPTURED = ":captured"
# How many characters the texts of an entry may have; the database's columns have room for more, so
# that whatever was posted can be taken back and whatever is on hold can be captured.
LONGEST = {"key": 151, "kind": 55, "about": 80}
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
        EntryTextError: key, kind or about is empty, too long or no text; names the field.
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
        for field, longest in LONGEST.items():
            text = getattr(self, field)
            named = text.removesuffix(REVERSED).removesuffix(CAPTURED)
            if not 0 < len(named) <= longest or not _is_kept(text):
                raise EntryTextError(field=field, longest=longest)
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
        return self.fingerprint().hex()

    def fingerprint(self, reverses: str | None = None) -> bytes:
        """Hash what is asked, and which entry it takes back: SHA-256 over canonical JSON."""
        on = self.effective_on.isoformat()
        movements = [
            movement(
                quoted(each.debit), quoted(each.credit), each.amount.cents, each.amount.currency
            )
            for each in self.transfers
        ]
        return digest_of(self.kind, self.about, on, movements, reverses)

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


def _is_kept(text: str) -> bool:
    """Tell whether a database keeps a text as it is: PostgreSQL knows no NUL, UTF-8 no half pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def movement(debit: str, credit: str, cents: int, currency: str) -> str:
    """Write a transfer as JSON; the codes are written as JSON already."""
    return f'[{debit},{credit},{cents},"{currency}"]'


def digest_of(
    kind: str, about: str, effective_on: str, movements: Iterable[str], reverses: str | None
) -> bytes:
    """Hash the content of an entry as JSON that is the same every time and everywhere."""
    back = "" if reverses is None else f',"{reverses}"'
    text = f'[{quoted(kind)},{quoted(about)},"{effective_on}",[{",".join(movements)}]{back}]'
    return hashlib.sha256(text.encode()).digest()


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
