"""What a campaign, a pledge and a charge can be, and what may follow what."""

from enum import StrEnum

from grantengine.money import Money
from grantengine.transitions import Moves

# Below one euro the provider's fixed fee of 25 cents eats a quarter of the pledge.
PLEDGE_MIN = Money(100)
# Above this a backer's identity has to be looked into more closely than a card allows; such
# support is agreed with the programme in person.
PLEDGE_MAX = Money(2_000_000)


class CampaignKind(StrEnum):
    """When backers are charged."""

    ALL_OR_NOTHING = "all_or_nothing"  # at the deadline, if the goal was reached


class LegalKind(StrEnum):
    """Which law the campaign stands on; its conditions are in `legality`."""

    REWARD = "reward"
    SMALL_SCALE_COLLECTION = "small_scale_collection"
    PERMIT = "permit"


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    OPEN = "open"
    SETTLING = "settling"
    FUNDED = "funded"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a campaign ended, decided once, at its deadline."""

    FUNDED = "funded"
    FAILED = "failed"


class PledgeStatus(StrEnum):
    """Where a pledge stands."""

    PREPARED = "prepared"
    AUTHENTICATING = "authenticating"
    STANDING = "standing"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COLLECTED = "collected"
    CHARGE_FAILED = "charge_failed"
    RELEASED = "released"


class ChargeStatus(StrEnum):
    """Where one try to charge a card stands."""

    PREPARED = "prepared"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"


CAMPAIGN_MOVES: Moves[CampaignStatus] = {
    CampaignStatus.DRAFT: {CampaignStatus.OPEN},
    CampaignStatus.OPEN: {CampaignStatus.SETTLING},
    CampaignStatus.SETTLING: {CampaignStatus.FUNDED, CampaignStatus.FAILED},
    CampaignStatus.FUNDED: set(),
    CampaignStatus.FAILED: set(),
}

PLEDGE_MOVES: Moves[PledgeStatus] = {
    PledgeStatus.PREPARED: {
        PledgeStatus.STANDING,
        PledgeStatus.AUTHENTICATING,
        PledgeStatus.DECLINED,
    },
    PledgeStatus.AUTHENTICATING: {PledgeStatus.STANDING, PledgeStatus.DECLINED},
    PledgeStatus.STANDING: {
        PledgeStatus.WITHDRAWN,
        PledgeStatus.COLLECTED,
        PledgeStatus.CHARGE_FAILED,
        PledgeStatus.RELEASED,
    },
    PledgeStatus.DECLINED: set(),
    PledgeStatus.WITHDRAWN: set(),
    PledgeStatus.COLLECTED: set(),
    PledgeStatus.CHARGE_FAILED: set(),
    PledgeStatus.RELEASED: set(),
}

CHARGE_MOVES: Moves[ChargeStatus] = {
    ChargeStatus.PREPARED: {ChargeStatus.SUCCEEDED, ChargeStatus.DECLINED},
    ChargeStatus.SUCCEEDED: set(),
    ChargeStatus.DECLINED: set(),
}

# What a backer's promise still counts for; the rest has been taken back.
COUNTED = frozenset({PledgeStatus.STANDING, PledgeStatus.COLLECTED})
# The card has not been accepted yet.
UNCONFIRMED = frozenset({PledgeStatus.PREPARED, PledgeStatus.AUTHENTICATING})
# Where a pledge may have come to that stood when its campaign was settled.
STOOD_AT_DEADLINE = frozenset(
    {PledgeStatus.COLLECTED, PledgeStatus.CHARGE_FAILED, PledgeStatus.RELEASED}
)
