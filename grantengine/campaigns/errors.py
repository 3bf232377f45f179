"""What campaigns can refuse."""

from grantengine.errors import GrantEngineError


class CampaignsError(GrantEngineError):
    """The root of what campaigns refuse."""

    code = "campaigns_error"


class CampaignNotOpenError(CampaignsError):
    """The campaign takes no pledges now (campaign, reason: draft, not_yet or ended)."""

    code = "campaign_not_open"


class CampaignNotEndedError(CampaignsError):
    """The deadline has not passed yet (campaign, deadline_at)."""

    code = "campaign_not_ended"


class CampaignTermsError(CampaignsError):
    """The campaign may not be opened like this (field, reason, and the limit it breaks)."""

    code = "campaign_terms"


class CollectionCeilingError(CampaignsError):
    """The pledge would take a small-scale collection past its ceiling (left_cents, left)."""

    code = "collection_ceiling"


class PledgeAmountError(CampaignsError):
    """The amount is below the smallest or above the largest pledge (smallest, largest)."""

    code = "pledge_amount"


class RewardNotOfferedError(CampaignsError):
    """The campaign has no such reward (reward)."""

    code = "reward_not_offered"


class RewardPriceError(CampaignsError):
    """The pledge is less than its reward costs (reward, price in euros)."""

    code = "reward_price"


class RewardSoldOutError(CampaignsError):
    """The last piece of the reward is taken (reward)."""

    code = "reward_sold_out"


class PledgeKeyReusedError(CampaignsError):
    """The idempotency key stands for a pledge of other content (key)."""

    code = "pledge_key_reused"


class PledgeNotWithdrawableError(CampaignsError):
    """The pledge can no longer be withdrawn (pledge, status)."""

    code = "pledge_not_withdrawable"


class PledgeNotChangeableError(CampaignsError):
    """The pledge, or its amount, can no longer be changed (pledge, status)."""

    code = "pledge_not_changeable"


class CardDeclinedError(CampaignsError):
    """The payment provider did not accept the card (reason)."""

    code = "card_declined"


class GatewayUnavailableError(CampaignsError):
    """The payment provider did not answer; the same key may be tried again (gateway)."""

    code = "gateway_unavailable"


class GatewayRefusedError(CampaignsError):
    """The payment provider did not understand us or does not know us (gateway, reason)."""

    code = "gateway_refused"


class RefundNotPossibleError(CampaignsError):
    """The pledge cannot be given back, or not so much of it (reason, left in euros)."""

    code = "refund_not_possible"


class RefundRefusedError(CampaignsError):
    """The payment provider does not give the money back (reason)."""

    code = "refund_refused"


class InvoiceTooLateError(CampaignsError):
    """The campaign ends before anybody could pay an invoice (deadline_on)."""

    code = "invoice_too_late"


class RefundRequestAnsweredError(CampaignsError):
    """Somebody has answered the backer's request before (request, status)."""

    code = "refund_request_answered"


class TransferHandledError(CampaignsError):
    """Somebody has dealt with the money that arrived before (transfer, status)."""

    code = "transfer_handled"


class TransferNotPledgedError(CampaignsError):
    """The money that arrived cannot become the pledge (transfer, reason)."""

    code = "transfer_not_pledged"


class TransferNotSplitError(CampaignsError):
    """The parts are not positive or leave nothing of what arrived (transfer, amount in euros)."""

    code = "transfer_not_split"


class ForgedEventError(CampaignsError):
    """An event of the payment provider is not signed by it (reason)."""

    code = "forged_event"


class MatchTermsError(CampaignsError):
    """A match rule that could not be followed (field)."""

    code = "match_terms"


class CampaignHiddenError(CampaignsError):
    """Nobody but its makers sees the campaign yet, so there is nobody to tell or ask (campaign)."""

    code = "campaign_hidden"
