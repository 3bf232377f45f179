"""What the law asks of a campaign before it may open.

Source: Rahankeräyslaki 863/2019 and the police's pages on collections and crowdfunding. A reward
is a sale at a fixed price; whoever gets nothing in return gives to a collection.
"""

from dataclasses import dataclass
from datetime import date, datetime

from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.clock import HELSINKI
from grantengine.money import Money
from grantengine.workdays import working_days_between

# Chapter 3 of the act: a small-scale collection.
COLLECTION_CEILING = Money(1_000_000)
COLLECTION_MONTHS_MAX = 3
COLLECTIONS_A_YEAR_MAX = 2
# So many whole working days lie between the notice to the police and the first pledge.
NOTICE_WORKING_DAYS = 5
# Longer campaigns lose their crowd, and a card saved at the start may have expired.
CAMPAIGN_DAYS_MAX = 180
# The act does not apply in Åland.
_ALAND = "21"
_NUMBERED = frozenset({LegalKind.SMALL_SCALE_COLLECTION, LegalKind.PERMIT})


@dataclass(frozen=True, slots=True)
class LegalFacts:
    """What the authorities know of a collection; a sale of rewards has none of it.

    Attributes:
        number: of the small-scale collection or of the permit, as the police gave it.
        notified_on: when the police were told of a small-scale collection.
        starts_on, ends_on: first and last day of a permit.
        area: where a permit holds.
        purpose, secondary_purpose: what the money is for, and what else if not for that.
    """

    number: str | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    area: str | None = None
    purpose: str | None = None
    secondary_purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign is about to open with.

    Attributes:
        legal_kind: which law it stands on.
        facts: what the authorities know of it.
        goal: the least it asks for.
        optimum: what it would do best with, None when the goal says it all.
        opens_at: when pledging begins.
        deadline_at: when it ends.
        region_code: where the experiment is, as Statistics Finland numbers regions.
    """

    legal_kind: LegalKind
    goal: Money
    opens_at: datetime
    deadline_at: datetime
    region_code: str | None
    facts: LegalFacts = LegalFacts()
    optimum: Money | None = None


def ensure_lawful(terms: Terms, *, now: datetime) -> None:
    """Let a campaign open that keeps the rules of its legal kind.

    Raises:
        CampaignTermsError: names the field and the reason.
    """
    _ensure_sums(terms)
    _ensure_dates(terms, now=now)
    if terms.legal_kind in _NUMBERED:
        _ensure_numbered(terms)
    if terms.legal_kind is LegalKind.SMALL_SCALE_COLLECTION:
        _ensure_small_scale(terms, now=now)
    if terms.legal_kind is LegalKind.PERMIT:
        _ensure_permitted(terms, now=now)


def ensure_sells(legal_kind: LegalKind, *, rewards: int) -> None:
    """Let a sale have something to sell, and a collection nothing.

    Raises:
        CampaignTermsError: a reward campaign without rewards, or a collection with some.
    """
    if legal_kind is LegalKind.REWARD and not rewards:
        raise CampaignTermsError(field="legal_kind", reason="no_reward")
    if legal_kind is not LegalKind.REWARD and rewards:
        raise CampaignTermsError(field="legal_kind", reason="reward_in_collection")


def ensure_within_year(legal_kind: LegalKind, *, others_this_year: int) -> None:
    """Let an organiser begin at most two small-scale collections in a calendar year.

    Raises:
        CampaignTermsError: it would be the third.
    """
    is_small = legal_kind is LegalKind.SMALL_SCALE_COLLECTION
    if is_small and others_this_year >= COLLECTIONS_A_YEAR_MAX:
        raise CampaignTermsError(field="legal_kind", reason="third_this_year")


def ceiling_of(legal_kind: LegalKind) -> Money | None:
    """Tell how much may be collected at most, None for no limit."""
    is_small = legal_kind is LegalKind.SMALL_SCALE_COLLECTION
    return COLLECTION_CEILING if is_small else None


def _ensure_sums(terms: Terms) -> None:
    if terms.goal.cents < 100:
        raise CampaignTermsError(field="goal", reason="too_small")
    if terms.optimum is not None and terms.optimum < terms.goal:
        raise CampaignTermsError(field="optimum", reason="below_goal")
    ceiling = ceiling_of(terms.legal_kind)
    if ceiling is None:
        return
    for name, asked in (("goal", terms.goal), ("optimum", terms.optimum)):
        if asked is not None and asked > ceiling:
            raise CampaignTermsError(field=name, reason="above_ceiling")


def _ensure_dates(terms: Terms, *, now: datetime) -> None:
    if terms.deadline_at <= now:
        raise CampaignTermsError(field="deadline_at", reason="in_the_past")
    if terms.deadline_at <= terms.opens_at:
        raise CampaignTermsError(field="deadline_at", reason="before_opening")
    if (terms.deadline_at - max(terms.opens_at, now)).days > CAMPAIGN_DAYS_MAX:
        raise CampaignTermsError(field="deadline_at", reason="too_long")


def _ensure_numbered(terms: Terms) -> None:
    if not terms.facts.number:
        raise CampaignTermsError(field="legal_number", reason="missing")
    if terms.region_code == _ALAND:
        raise CampaignTermsError(field="legal_kind", reason="not_in_aland")
    for name in ("purpose", "secondary_purpose"):
        if not getattr(terms.facts, name):
            raise CampaignTermsError(field=name, reason="missing_purpose")


def _ensure_small_scale(terms: Terms, *, now: datetime) -> None:
    begins_at = max(terms.opens_at, now)
    if terms.deadline_at > _months_later(begins_at, COLLECTION_MONTHS_MAX):
        raise CampaignTermsError(field="deadline_at", reason="over_three_months")
    if terms.facts.notified_on is None:
        raise CampaignTermsError(field="legal_notified_on", reason="missing_notice")
    passed = working_days_between(terms.facts.notified_on, _day(begins_at))
    if passed < NOTICE_WORKING_DAYS:
        raise CampaignTermsError(field="opens_at", reason="notice_too_short")


def _ensure_permitted(terms: Terms, *, now: datetime) -> None:
    facts = terms.facts
    for name, value in (("starts_on", facts.starts_on), ("ends_on", facts.ends_on)):
        if value is None:
            raise CampaignTermsError(field=f"legal_{name}", reason="missing_day")
    if not facts.area:
        raise CampaignTermsError(field="legal_area", reason="missing_area")
    assert facts.starts_on is not None
    assert facts.ends_on is not None
    if _day(max(terms.opens_at, now)) < facts.starts_on:
        raise CampaignTermsError(field="opens_at", reason="before_permit")
    if _day(terms.deadline_at) > facts.ends_on:
        raise CampaignTermsError(field="deadline_at", reason="after_permit")


def _day(instant: datetime) -> date:
    return instant.astimezone(HELSINKI).date()


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
