"""What the law asks before a campaign may open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grantengine.campaigns.errors import CampaignTermsError
from grantengine.campaigns.legality import Terms, ceiling_of, ensure_lawful
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.money import eur

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
REWARD = Terms(
    legal_kind=LegalKind.REWARD,
    legal_number=None,
    goal=eur("500"),
    opens_at=NOON,
    deadline_at=NOON + timedelta(days=30),
    region_code="06",
)
COLLECTION = replace(REWARD, legal_kind=LegalKind.SMALL_SCALE_COLLECTION, legal_number="RA/2026/1")


@pytest.mark.parametrize(
    "terms",
    [
        REWARD,
        COLLECTION,
        replace(COLLECTION, goal=eur("10000")),
        # Three months to the day: 16 September to 16 December, in winter time by then.
        replace(COLLECTION, deadline_at=datetime(2026, 12, 16, 21, 59, tzinfo=UTC)),
        replace(REWARD, region_code="21"),
        replace(REWARD, legal_kind=LegalKind.PERMIT, legal_number="RA/2025/7", region_code=None),
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
        (replace(COLLECTION, legal_number=None), "legal_number", "missing"),
        (replace(COLLECTION, legal_number=""), "legal_number", "missing"),
        (replace(COLLECTION, region_code="21"), "legal_kind", "not_in_aland"),
        (replace(COLLECTION, goal=eur("10000.01")), "goal", "above_ceiling"),
        (
            replace(COLLECTION, deadline_at=datetime(2026, 12, 17, 0, 0, tzinfo=UTC)),
            "deadline_at",
            "over_three_months",
        ),
        (replace(REWARD, legal_kind=LegalKind.PERMIT), "legal_number", "missing"),
    ],
)
def test_unlawful_campaign_is_refused_with_its_reason(terms, field, reason):
    with pytest.raises(CampaignTermsError) as refusal:
        ensure_lawful(terms, now=NOON)

    assert refusal.value.details == {"field": field, "reason": reason}


def test_three_months_from_the_end_of_november_end_with_february():
    opened = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    until = replace(COLLECTION, opens_at=opened, deadline_at=datetime(2027, 2, 28, 20, tzinfo=UTC))

    ensure_lawful(until, now=opened)
    with pytest.raises(CampaignTermsError):
        ensure_lawful(replace(until, deadline_at=datetime(2027, 3, 1, tzinfo=UTC)), now=opened)


def test_only_a_small_scale_collection_has_a_ceiling():
    assert {kind: ceiling_of(kind) for kind in LegalKind} == {
        LegalKind.REWARD: None,
        LegalKind.SMALL_SCALE_COLLECTION: eur("10000"),
        LegalKind.PERMIT: None,
    }
