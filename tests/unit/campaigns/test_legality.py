"""What the law asks before a campaign may open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.legality import (
    LegalFacts,
    Terms,
    ceiling_of,
    ensure_lawful,
    ensure_sells,
    ensure_within_year,
)
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.money import eur

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
REWARD = Terms(
    legal_kind=LegalKind.REWARD,
    goal=eur("500"),
    opens_at=NOON,
    deadline_at=NOON + timedelta(days=30),
    region_code="06",
)
# The Tuesday eight days before: five whole working days lie between.
TOLD = LegalFacts(
    "RA/2026/1",
    notified_on=date(2026, 9, 8),
    purpose="A bakery",
    secondary_purpose="The village hall",
)
COLLECTION = replace(REWARD, legal_kind=LegalKind.SMALL_SCALE_COLLECTION, facts=TOLD)
PERMITTED = LegalFacts(
    "RA/2025/7",
    starts_on=date(2026, 9, 16),
    ends_on=date(2026, 10, 16),
    area="All of Finland but Åland",
    purpose="A bakery",
    secondary_purpose="The village hall",
)
PERMIT = replace(REWARD, legal_kind=LegalKind.PERMIT, facts=PERMITTED)


def knowing(terms, **facts):
    """Change what the authorities know of a collection."""
    return replace(terms, facts=replace(terms.facts, **facts))


@pytest.mark.parametrize(
    "terms",
    [
        REWARD,
        COLLECTION,
        replace(COLLECTION, goal=eur("10000")),
        # Three months to the day: 16 September to 16 December, in winter time by then.
        replace(COLLECTION, deadline_at=datetime(2026, 12, 16, 21, 59, tzinfo=UTC)),
        replace(REWARD, region_code="21"),
        replace(PERMIT, region_code=None),
        replace(REWARD, optimum=eur("500")),
        replace(COLLECTION, optimum=eur("10000")),
    ],
)
def test_lawful_campaign_may_open(terms):
    ensure_lawful(terms, now=NOON)


@pytest.mark.parametrize(
    ("terms", "field", "reason"),
    [
        (replace(REWARD, goal=eur("0.99")), "goal", "too_small"),
        (replace(REWARD, deadline_at=NOON), "deadline_at", "in_the_past"),
        (
            replace(REWARD, opens_at=NOON + timedelta(days=31)),
            "deadline_at",
            "before_opening",
        ),
        (replace(REWARD, deadline_at=NOON + timedelta(days=181)), "deadline_at", "too_long"),
        (knowing(COLLECTION, number=None), "legal_number", "missing"),
        (knowing(COLLECTION, number=""), "legal_number", "missing"),
        (knowing(COLLECTION, purpose=None), "purpose", "missing_purpose"),
        (knowing(PERMIT, secondary_purpose=""), "secondary_purpose", "missing_purpose"),
        (knowing(COLLECTION, notified_on=None), "legal_notified_on", "missing_notice"),
        (knowing(COLLECTION, notified_on=date(2026, 9, 9)), "opens_at", "notice_too_short"),
        (knowing(COLLECTION, notified_on=date(2026, 9, 17)), "opens_at", "notice_too_short"),
        (replace(REWARD, optimum=eur("499.99")), "optimum", "below_goal"),
        (replace(COLLECTION, optimum=eur("10000.01")), "optimum", "above_ceiling"),
        (knowing(PERMIT, starts_on=None), "legal_starts_on", "missing_day"),
        (knowing(PERMIT, ends_on=None), "legal_ends_on", "missing_day"),
        (knowing(PERMIT, area=None), "legal_area", "missing_area"),
        (knowing(PERMIT, starts_on=date(2026, 9, 17)), "opens_at", "before_permit"),
        (knowing(PERMIT, ends_on=date(2026, 10, 15)), "deadline_at", "after_permit"),
        (replace(PERMIT, region_code="21"), "legal_kind", "not_in_aland"),
        (replace(COLLECTION, region_code="21"), "legal_kind", "not_in_aland"),
        (replace(COLLECTION, goal=eur("10000.01")), "goal", "above_ceiling"),
        (
            replace(COLLECTION, deadline_at=datetime(2026, 12, 17, 0, 0, tzinfo=UTC)),
            "deadline_at",
            "over_three_months",
        ),
        (knowing(PERMIT, number=None), "legal_number", "missing"),
    ],
)
def test_unlawful_campaign_is_refused_with_its_reason(terms, field, reason):
    with pytest.raises(CampaignTermsError) as refusal:
        ensure_lawful(terms, now=NOON)

    assert refusal.value.details == {"field": field, "reason": reason}


def test_three_months_from_the_end_of_november_end_with_february():
    opened = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    until = replace(
        knowing(COLLECTION, notified_on=date(2026, 11, 2)),
        opens_at=opened,
        deadline_at=datetime(2027, 2, 28, 20, tzinfo=UTC),
    )

    ensure_lawful(until, now=opened)
    with pytest.raises(CampaignTermsError):
        ensure_lawful(replace(until, deadline_at=datetime(2027, 3, 1, tzinfo=UTC)), now=opened)


def test_only_a_small_scale_collection_has_a_ceiling():
    assert {kind: ceiling_of(kind) for kind in LegalKind} == {
        LegalKind.REWARD: None,
        LegalKind.SMALL_SCALE_COLLECTION: eur("10000"),
        LegalKind.PERMIT: None,
    }


def test_notice_counts_no_holiday():
    # Epiphany, 6 January 2027, is a Wednesday: the notice of the Monday is a day short.
    opened = datetime(2027, 1, 12, 9, tzinfo=UTC)
    terms = replace(COLLECTION, opens_at=opened, deadline_at=opened + timedelta(days=30))

    ensure_lawful(knowing(terms, notified_on=date(2026, 12, 31)), now=opened)
    with pytest.raises(CampaignTermsError, match="notice_too_short"):
        ensure_lawful(knowing(terms, notified_on=date(2027, 1, 4)), now=opened)


@pytest.mark.parametrize(
    ("kind", "rewards", "reason"),
    [
        (LegalKind.REWARD, 0, "no_reward"),
        (LegalKind.SMALL_SCALE_COLLECTION, 1, "reward_in_collection"),
        (LegalKind.PERMIT, 1, "reward_in_collection"),
    ],
)
def test_sale_sells_and_collection_does_not(kind, rewards, reason):
    with pytest.raises(CampaignTermsError, match=reason):
        ensure_sells(kind, rewards=rewards)

    ensure_sells(kind, rewards=1 - rewards)


def test_third_small_scale_collection_of_a_year_is_refused():
    ensure_within_year(LegalKind.SMALL_SCALE_COLLECTION, others_this_year=1)
    ensure_within_year(LegalKind.PERMIT, others_this_year=2)
    with pytest.raises(CampaignTermsError, match="third_this_year"):
        ensure_within_year(LegalKind.SMALL_SCALE_COLLECTION, others_this_year=2)
