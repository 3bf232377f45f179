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
    KEEP_IT_ALL = "keep_it_all"  # at once; what came in is kept, whether the goal is reached or not


class LegalKind(StrEnum):
    """Which law the campaign stands on; its conditions are in `legality`."""

    REWARD = "reward"
    SMALL_SCALE_COLLECTION = "small_scale_collection"
    PERMIT = "permit"


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    CHECKED = "checked"  # a steward has seen its legal kind, number and dates
    OPEN = "open"
    FUNDED = "funded"  # decided at the deadline; cards are being charged
    FAILED = "failed"  # decided; pledges are being released
    SETTLED = "settled"  # every card charged or given up, every match bound or released
    CLOSED = "closed"  # nothing of its money can change any more


class Outcome(StrEnum):
    """How a campaign ended, decided once, at its deadline."""

    FUNDED = "funded"
    FAILED = "failed"


class PledgeStatus(StrEnum):
    """Where a pledge stands."""

    PREPARED = "prepared"
    AUTHENTICATING = "authenticating"
    AWAITING_TRANSFER = "awaiting"
    STANDING = "standing"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the money did not come in time
    COLLECTED = "collected"
    CHARGE_FAILED = "charge_failed"
    RELEASED = "released"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"


class ChargeStatus(StrEnum):
    """Where one try to charge a card stands."""

    PREPARED = "prepared"
    ACTION_NEEDED = "action_needed"  # the backer's bank wants to see the backer
    SUCCEEDED = "succeeded"
    DECLINED = "declined"


class RefundStatus(StrEnum):
    """Where giving back a collected pledge, or a part of it, stands."""

    PREPARED = "prepared"
    DONE = "done"
    REFUSED = "refused"
    RETURNED = "returned"  # the backer's bank did not take it


class RefundRequestStatus(StrEnum):
    """Where a backer's asking for money back stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class NewCardStatus(StrEnum):
    """Where another card for a pledge that stands, stands."""

    PREPARED = "prepared"
    AUTHENTICATING = "authenticating"
    SAVED = "saved"
    DECLINED = "declined"


class DisputeStatus(StrEnum):
    """Where a backer's dispute of a charge at the bank stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class PayoutStatus(StrEnum):
    """Where a payout of the payment provider to the bank stands."""

    PREPARED = "prepared"
    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    FAILED = "failed"


class TransferStatus(StrEnum):
    """What became of money that arrived on the bank account for backers' money."""

    UNCLEAR = "unclear"  # for a person
    PLEDGED = "pledged"
    SENT_BACK = "sent_back"
    SPLIT = "split"  # its parts stand for it


class TransferDoubt(StrEnum):
    """Why a person has to look at money that arrived."""

    UNKNOWN_REFERENCE = "unknown_reference"
    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    NOT_AWAITED = "not_awaited"  # the pledge was withdrawn or has lapsed
    TOO_LATE = "too_late"
    SOLD_OUT = "sold_out"  # the pledge's reward
    CAMPAIGN_FAILED = "campaign_failed"
    SPLIT_OFF = "split_off"


class ProviderEventStatus(StrEnum):
    """What became of an event that the payment provider told."""

    RECEIVED = "received"
    DONE = "done"
    KEPT = "kept"  # nothing of ours follows from it


CAMPAIGN_MOVES: Moves[CampaignStatus] = {
    CampaignStatus.DRAFT: {CampaignStatus.CHECKED},
    # Changed after the check, it has to be checked again.
    CampaignStatus.CHECKED: {CampaignStatus.OPEN, CampaignStatus.DRAFT},
    CampaignStatus.OPEN: {CampaignStatus.FUNDED, CampaignStatus.FAILED},
    # Not one card could be charged: there is nothing to pay out.
    CampaignStatus.FUNDED: {CampaignStatus.SETTLED, CampaignStatus.FAILED},
    CampaignStatus.FAILED: {CampaignStatus.SETTLED},
    CampaignStatus.SETTLED: {CampaignStatus.CLOSED},
    CampaignStatus.CLOSED: set(),
}
# Nobody but those who make and check it sees it.
HIDDEN = frozenset({CampaignStatus.DRAFT, CampaignStatus.CHECKED})
# The deadline has passed, and there may be something left to do.
ENDED = frozenset({CampaignStatus.FUNDED, CampaignStatus.FAILED})

PLEDGE_MOVES: Moves[PledgeStatus] = {
    PledgeStatus.PREPARED: {
        PledgeStatus.STANDING,
        PledgeStatus.AUTHENTICATING,
        PledgeStatus.AWAITING_TRANSFER,
        PledgeStatus.DECLINED,
    },
    # Nothing is promised before the money is there.
    PledgeStatus.AWAITING_TRANSFER: {
        PledgeStatus.STANDING,
        PledgeStatus.WITHDRAWN,
        PledgeStatus.LAPSED,
    },
    PledgeStatus.AUTHENTICATING: {PledgeStatus.STANDING, PledgeStatus.DECLINED},
    PledgeStatus.STANDING: {
        PledgeStatus.WITHDRAWN,
        PledgeStatus.COLLECTED,
        PledgeStatus.CHARGE_FAILED,
        PledgeStatus.RELEASED,
        # A card that is charged at once is declined after its pledge has been booked.
        PledgeStatus.DECLINED,
    },
    PledgeStatus.DECLINED: set(),
    PledgeStatus.WITHDRAWN: set(),
    PledgeStatus.LAPSED: set(),
    PledgeStatus.COLLECTED: {
        PledgeStatus.REFUNDED,
        PledgeStatus.DISPUTED,
        # Paid by an invoice before the deadline of a campaign that then failed.
        PledgeStatus.RELEASED,
    },
    PledgeStatus.CHARGE_FAILED: set(),
    PledgeStatus.RELEASED: set(),
    # The backer's bank may not take a refund: the money is there again.
    PledgeStatus.REFUNDED: {PledgeStatus.COLLECTED},
    PledgeStatus.DISPUTED: {PledgeStatus.COLLECTED, PledgeStatus.CHARGED_BACK},
    PledgeStatus.CHARGED_BACK: set(),
}

CHARGE_MOVES: Moves[ChargeStatus] = {
    ChargeStatus.PREPARED: {
        ChargeStatus.ACTION_NEEDED,
        ChargeStatus.SUCCEEDED,
        ChargeStatus.DECLINED,
    },
    ChargeStatus.ACTION_NEEDED: {ChargeStatus.SUCCEEDED, ChargeStatus.DECLINED},
    ChargeStatus.SUCCEEDED: set(),
    ChargeStatus.DECLINED: set(),
}

REFUND_MOVES: Moves[RefundStatus] = {
    RefundStatus.PREPARED: {RefundStatus.DONE, RefundStatus.REFUSED},
    RefundStatus.DONE: {RefundStatus.RETURNED},
    RefundStatus.REFUSED: set(),
    RefundStatus.RETURNED: set(),
}

REFUND_REQUEST_MOVES: Moves[RefundRequestStatus] = {
    RefundRequestStatus.OPEN: {RefundRequestStatus.GRANTED, RefundRequestStatus.REFUSED},
    RefundRequestStatus.GRANTED: set(),
    RefundRequestStatus.REFUSED: set(),
}

NEW_CARD_MOVES: Moves[NewCardStatus] = {
    NewCardStatus.PREPARED: {
        NewCardStatus.AUTHENTICATING,
        NewCardStatus.SAVED,
        NewCardStatus.DECLINED,
    },
    NewCardStatus.AUTHENTICATING: {NewCardStatus.SAVED, NewCardStatus.DECLINED},
    NewCardStatus.SAVED: set(),
    NewCardStatus.DECLINED: set(),
}

DISPUTE_MOVES: Moves[DisputeStatus] = {
    DisputeStatus.OPEN: {DisputeStatus.WON, DisputeStatus.LOST},
    DisputeStatus.WON: set(),
    DisputeStatus.LOST: set(),
}

PAYOUT_MOVES: Moves[PayoutStatus] = {
    PayoutStatus.PREPARED: {PayoutStatus.ON_ITS_WAY, PayoutStatus.PAID, PayoutStatus.FAILED},
    PayoutStatus.ON_ITS_WAY: {PayoutStatus.PAID, PayoutStatus.FAILED},
    # A bank can send a payout back days after it was told to be paid.
    PayoutStatus.PAID: {PayoutStatus.FAILED},
    PayoutStatus.FAILED: set(),
}

TRANSFER_MOVES: Moves[TransferStatus] = {
    TransferStatus.UNCLEAR: {
        TransferStatus.PLEDGED,
        TransferStatus.SENT_BACK,
        TransferStatus.SPLIT,
    },
    # Its campaign failed, so that it is to go back.
    TransferStatus.PLEDGED: {TransferStatus.UNCLEAR},
    TransferStatus.SENT_BACK: set(),
    TransferStatus.SPLIT: set(),
}

PROVIDER_EVENT_MOVES: Moves[ProviderEventStatus] = {
    ProviderEventStatus.RECEIVED: {ProviderEventStatus.DONE, ProviderEventStatus.KEPT},
    ProviderEventStatus.DONE: set(),
    ProviderEventStatus.KEPT: set(),
}

# What a backer's promise still counts for; the rest has been taken back.
COUNTED = frozenset({PledgeStatus.STANDING, PledgeStatus.COLLECTED})
# The money came in, whatever became of it then.
ONCE_PAID = frozenset(
    {
        PledgeStatus.COLLECTED,
        PledgeStatus.REFUNDED,
        PledgeStatus.DISPUTED,
        PledgeStatus.CHARGED_BACK,
    }
)
# The card has not been accepted yet.
UNCONFIRMED = frozenset({PledgeStatus.PREPARED, PledgeStatus.AUTHENTICATING})
# Where a pledge may have come to that stood when its campaign was settled.
STOOD_AT_DEADLINE = frozenset(
    {
        PledgeStatus.COLLECTED,
        PledgeStatus.CHARGE_FAILED,
        PledgeStatus.RELEASED,
        PledgeStatus.REFUNDED,
        PledgeStatus.DISPUTED,
        PledgeStatus.CHARGED_BACK,
    }
)
