"""The lines of a backup, one JSON object each: what the export writes and the import reads.

They come in the order of this file: every account, hold, entry, period and seal, then the end.
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
)

from grantengine.ledger.accounts import Fund, Kind
from grantengine.money import CURRENCIES, LARGEST_CENTS


def _known(currency: str) -> str:
    if currency not in CURRENCIES:
        raise ValueError("currency")
    return currency


# No NUL, which PostgreSQL does not keep; as long as the columns are.
_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=80)]
_Code = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=160)]
_Kind = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=64)]
_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Cents = Annotated[int, Field(gt=0, le=LARGEST_CENTS)]
_Floor = Annotated[int, Field(ge=-LARGEST_CENTS, le=LARGEST_CENTS)]
_Count = Annotated[int, Field(ge=0, lt=2**62)]
_Currency = Annotated[str, AfterValidator(_known)]


class _Object(BaseModel):
    # A number is no text and no truth value, and a field that nobody knows is no field.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class AmountField(_Object):
    """An amount, written as everywhere: whole cents and their currency."""

    amount_cents: _Cents
    currency: _Currency


class TransferField(_Object):
    """One transfer of an entry."""

    debit: _Code
    credit: _Code
    amount: AmountField


class AccountLine(_Object):
    """An account as it was opened, when it was closed, and whether it is spread."""

    type: Literal["account"] = "account"
    account: _Code
    kind: Kind
    fund: Fund
    floor_cents: _Floor | None
    currency: _Currency
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    spread: bool


class HoldLine(_Object):
    """An amount that was set aside, and what became of it."""

    type: Literal["hold"] = "hold"
    number: _Count
    key: _Code
    reason: _Code
    kind: _Kind
    about: _Text
    effective_on: date
    expires_on: date | None
    held_at: AwareDatetime
    outcome: Annotated[str, StringConstraints(pattern="^(captured|released|expired)$")] | None
    ended_at: AwareDatetime | None
    hash: _Digest
    transfer: TransferField


class EntryLine(_Object):
    """An entry with its transfers."""

    type: Literal["entry"] = "entry"
    id: str
    key: _Code
    kind: _Kind
    about: _Text
    effective_on: date
    booked_at: AwareDatetime
    reverses: str | None
    hash: _Digest
    transfers: Annotated[list[TransferField], Field(min_length=1, max_length=2**15 - 1)]


class PeriodLine(_Object):
    """A period and how far its books are."""

    type: Literal["period"] = "period"
    first_on: date
    last_on: date
    status: Literal["open", "closed", "locked"]
    changed_at: AwareDatetime
    last_entry: _Count | None


class SealLine(_Object):
    """A seal over a block of entries."""

    type: Literal["seal"] = "seal"
    number: _Count
    first_entry: _Count
    last_entry: _Count
    rows: _Count
    root: _Digest
    sealed_at: AwareDatetime


class EndLine(_Object):
    """The last line: how many came before it, and the root over every transfer, sealed or not."""

    type: Literal["end"] = "end"
    lines: _Count
    root: _Digest


Line = AccountLine | HoldLine | EntryLine | PeriodLine | SealLine | EndLine
ORDER: Final = (AccountLine, HoldLine, EntryLine, PeriodLine, SealLine, EndLine)
_READER: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def read_line(text: bytes) -> Line:
    """Read one line.

    Raises:
        pydantic.ValidationError: it is no JSON, or no line of a backup.
    """
    return _READER.validate_json(text)


def write_line(line: Line) -> str:
    """Write one line, as compact as can be."""
    return line.model_dump_json() + "\n"
