"""What the whole programme comes to, added up from the ledger's trial balance."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from grantengine.errors import NotFoundError
from grantengine.ledger.queries import TrialLine
from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.programme.models import Programme
from grantengine.web import formatting

_MATCH = "match"
_MATCHED_STAGES = (Stage.RESERVED, Stage.COMMITTED, Stage.IN_PAYMENT, Stage.PAID)


@dataclass(frozen=True, slots=True)
class CrowdTotals:
    """The four honest totals over every campaign, and what the provider kept."""

    pledged: Money
    collected: Money
    matched: Money
    paid_out: Money
    fees: Money

    @property
    def leverage(self) -> Decimal | None:
        """Private euros for each public euro of match, rounded down; None before the first."""
        if not self.matched:
            return None
        return Decimal(self.pledged.cents * 100 // self.matched.cents).scaleb(-2)


@dataclass(frozen=True, slots=True)
class TrialTotals:
    """Both sides of the ledger; they are equal, or something is badly wrong."""

    accounts: int
    debit: Money
    credit: Money

    @property
    def difference(self) -> Money:
        """Debits less credits: zero."""
        return self.debit - self.credit


def ratio(value: Decimal) -> str:
    """Write a ratio with two decimals as the reader's language does: `1,25`."""
    return str(format_decimal(value, format="0.00", locale=formatting.locale()))


def programme_or_none(session: Session) -> Programme | None:
    """Find the programme that runs here, None before any has been started."""
    try:
        return programme.current_programme(session)
    except NotFoundError:
        return None


def crowd_totals(lines: Sequence[TrialLine]) -> CrowdTotals:
    """Add up the pledges book and the match envelope over every campaign."""
    sums = _sums(lines)
    # What went back after it had been paid out is in `lost`, as on the page of a campaign.
    pledges = {
        name: sums[f"pledges:{name}"] for name in ("made", "kept", "fees", "delivered", "lost")
    }
    match = {stage: sums[f"budget:{_MATCH}:{stage}"] for stage in Stage}
    return CrowdTotals(
        pledged=Money(pledges["made"]),
        collected=Money(
            sum(pledges[name] for name in ("kept", "fees", "delivered")) - pledges["lost"]
        ),
        matched=Money(sum(match[stage] for stage in _MATCHED_STAGES)),
        paid_out=Money(pledges["delivered"] + match[Stage.PAID]),
        fees=Money(pledges["fees"]),
    )


def trial_totals(lines: Sequence[TrialLine]) -> TrialTotals:
    """Add up both columns of the trial balance."""
    return TrialTotals(
        accounts=len(lines),
        debit=Money(sum(line.debit_cents for line in lines)),
        credit=Money(sum(line.credit_cents for line in lines)),
    )


def _sums(lines: Sequence[TrialLine]) -> dict[str, int]:
    """Map the first names of an account code to its balance, in the account's own direction."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        names = line.account.split(":")
        if names[0] == "pledges":
            # What was made and what was lost grow by credit; the rest are assets.
            sign = -1 if names[1] in ("made", "lost") else 1
            sums[":".join(names[:2])] += sign * line.balance_cents
        elif names[0] == "budget":
            sums[":".join(names[:3])] -= line.balance_cents
    return sums
