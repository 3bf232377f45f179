"""The accounts of a campaign: pledges, money held for it, and its part of the match pot."""

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.programme.chart import Stage, envelope_code, subject_accounts

MATCH_ENVELOPE = "match"
POT = envelope_code(MATCH_ENVELOPE, Stage.AVAILABLE)

ESCROW = AccountSpec("cash:escrow", Kind.ASSET, Fund.PRIVATE)

# The match counts from the promise until it is paid; what was recovered is gone again.
_MATCH_STAGES = (Stage.RESERVED, Stage.COMMITTED, Stage.IN_PAYMENT, Stage.PAID)


def made(campaign_id: str) -> str:
    """Name the account of every pledge that stands."""
    return f"pledges:made:{campaign_id}"


def open_(campaign_id: str) -> str:
    """Name the account of pledges not yet charged."""
    return f"pledges:open:{campaign_id}"


def kept(campaign_id: str) -> str:
    """Name the account of charged pledges still to be paid out."""
    return f"pledges:kept:{campaign_id}"


def fees(campaign_id: str) -> str:
    """Name the account of what the payment provider kept."""
    return f"pledges:fees:{campaign_id}"


def delivered(campaign_id: str) -> str:
    """Name the account of pledges paid out to the experiment."""
    return f"pledges:delivered:{campaign_id}"


def held(campaign_id: str) -> str:
    """Name the account of collected money owed to the campaign."""
    return f"cash:held:{campaign_id}"


def payable(campaign_id: str) -> str:
    """Name the account of private payouts on their way."""
    return f"cash:payable:{campaign_id}"


def provider(gateway: str) -> AccountSpec:
    """Give the account of money that is still with a payment provider."""
    return AccountSpec(f"cash:provider:{gateway}", Kind.ASSET, Fund.PRIVATE)


def match(campaign_id: str, stage: Stage) -> str:
    """Name the account of a stage of the campaign's match."""
    return envelope_code(MATCH_ENVELOPE, stage, campaign_id)


def match_stages(campaign_id: str) -> list[str]:
    """Name the accounts that together say how much is matched."""
    return [match(campaign_id, stage) for stage in _MATCH_STAGES]


def campaign_accounts(campaign_id: str) -> list[AccountSpec]:
    """List every account that a campaign needs to open."""
    private = [
        AccountSpec(made(campaign_id), Kind.INCOME, Fund.PRIVATE),
        AccountSpec(open_(campaign_id), Kind.ASSET, Fund.PRIVATE),
        AccountSpec(kept(campaign_id), Kind.ASSET, Fund.PRIVATE),
        AccountSpec(fees(campaign_id), Kind.ASSET, Fund.PRIVATE),
        AccountSpec(delivered(campaign_id), Kind.ASSET, Fund.PRIVATE),
        AccountSpec(held(campaign_id), Kind.LIABILITY, Fund.PRIVATE),
        AccountSpec(payable(campaign_id), Kind.LIABILITY, Fund.PRIVATE),
    ]
    return [ESCROW, *private, *subject_accounts(MATCH_ENVELOPE, campaign_id)]
