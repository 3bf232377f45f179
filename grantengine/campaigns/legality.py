"""What the law asks of a campaign before it may open."""

from dataclasses import dataclass
from datetime import datetime

from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.clock import HELSINKI
from grantengine.money import Money

# Rahankeräyslaki 863/2019, chapter 3: a small-scale collection.
COLLECTION_CEILING = Money(1_000_000)
COLLECTION_MONTHS_MAX = 3
# Longer campaigns lose their crowd, and a card saved at the start may have expired.
CAMPAIGN_DAYS_MAX = 180
# The act does not apply in Åland.
_ALAND = "21"
_NUMBERED = frozenset({LegalKind.SMALL_SCALE_COLLECTION, LegalKind.PERMIT})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign is about to open with.

    Attributes:
        legal_kind: which law it stands on.
        legal_number: the number of the collection or of the permit.
        goal: what it asks for.
        opens_at: when pledging begins.
        deadline_at: when it ends.
        region_code: where the experiment is, as Statistics Finland numbers regions.
    """

    legal_kind: LegalKind
    legal_number: str | None
    goal: Money
    opens_at: datetime
    deadline_at: datetime
    region_code: str | None


def ensure_lawful(terms: Terms, *, now: datetime) -> None:
    """Let a campaign open that keeps the rules of its legal kind.

    Raises:
        CampaignTermsError: names the field and the reason.
    """
    if terms.goal.cents < 100:
        raise CampaignTermsError(field="goal", reason="too_small")
    if terms.deadline_at <= now:
        raise CampaignTermsError(field="deadline_at", reason="in_the_past")
    if terms.deadline_at <= terms.opens_at:
        raise CampaignTermsError(field="deadline_at", reason="before_opening")
    if (terms.deadline_at - max(terms.opens_at, now)).days > CAMPAIGN_DAYS_MAX:
        raise CampaignTermsError(field="deadline_at", reason="too_long")
    if terms.legal_kind in _NUMBERED:
        _ensure_numbered(terms)
    if terms.legal_kind is LegalKind.SMALL_SCALE_COLLECTION:
        _ensure_small_scale(terms, now=now)


def ceiling_of(legal_kind: LegalKind) -> Money | None:
    """Tell how much may be collected at most, None for no limit."""
    is_small = legal_kind is LegalKind.SMALL_SCALE_COLLECTION
    return COLLECTION_CEILING if is_small else None


def _ensure_numbered(terms: Terms) -> None:
    if not terms.legal_number:
        raise CampaignTermsError(field="legal_number", reason="missing")
    if terms.region_code == _ALAND:
        raise CampaignTermsError(field="legal_kind", reason="not_in_aland")


def _ensure_small_scale(terms: Terms, *, now: datetime) -> None:
    if terms.goal > COLLECTION_CEILING:
        raise CampaignTermsError(field="goal", reason="above_ceiling")
    begins_at = max(terms.opens_at, now)
    if terms.deadline_at > _months_later(begins_at, COLLECTION_MONTHS_MAX):
        raise CampaignTermsError(field="deadline_at", reason="over_three_months")


def _months_later(instant: datetime, months: int) -> datetime:
    """Find the end of the day with the same number, or the month's last day."""
    local = instant.astimezone(HELSINKI)
    years, month = divmod(local.month - 1 + months, 12)
    for day in range(local.day, 0, -1):
        try:
            return local.replace(
                year=local.year + years, month=month + 1, day=day, hour=23, minute=59, second=59
            )
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
