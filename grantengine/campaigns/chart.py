"""The accounts of a campaign: pledges, money held for it, and its part of the match pot."""

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.programme.chart import Stage, envelope_code, subject_accounts

MATCH_ENVELOPE = "match"
POT = envelope_code(MATCH_ENVELOPE, Stage.AVAILABLE)

ESCROW = AccountSpec("cash:escrow", Kind.ASSET, Fund.PRIVATE)
UNASSIGNED = AccountSpec("cash:unassigned", Kind.LIABILITY, Fund.PRIVATE)

# How a pledge by bank transfer names its way of payment, where others name their provider.
TRANSFER = "transfer"

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


def lost(campaign_id: str) -> str:
    """Name the account of what went back to backers after it had been paid out."""
    return f"pledges:lost:{campaign_id}"


def held(campaign_id: str) -> str:
    """Name the account of collected money owed to the campaign."""
    return f"cash:held:{campaign_id}"


def payable(campaign_id: str) -> str:
    """Name the account of private payouts on their way."""
    return f"cash:payable:{campaign_id}"


def claims(campaign_id: str) -> str:
    """Name the account of what the payee owes: backers got it back after it was paid out."""
    return f"cash:claims:{campaign_id}"


def owed(gateway: str) -> AccountSpec:
    """Give the account of what a payment provider has advanced to backers."""
    return AccountSpec(f"cash:owed:{gateway}", Kind.LIABILITY, Fund.PRIVATE)


def provider(gateway: str) -> AccountSpec:
    """Give the account of money that is still with a payment provider."""
    return AccountSpec(f"cash:provider:{gateway}", Kind.ASSET, Fund.PRIVATE)


def holder(gateway: str) -> AccountSpec:
    """Give the account of money that came this way: at its provider, or at our bank."""
    return ESCROW if gateway == TRANSFER else provider(gateway)


def pot(code: str) -> str:
    """Name the account of what is left in a pot beside the programme's own."""
    return f"{POT}:{code}"


def funders(code: str) -> str:
    """Name the account of what funders have put into a pot."""
    return f"cash:funders:{code}"


def pot_accounts(code: str) -> list[AccountSpec]:
    """List the accounts of a pot beside the programme's own."""
    return [
        AccountSpec(pot(code), Kind.LIABILITY, Fund.PUBLIC),
        AccountSpec(funders(code), Kind.EQUITY, Fund.PUBLIC),
    ]


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


def return_accounts(campaign_id: str, gateway: str) -> list[AccountSpec]:
    """List what is opened only when a campaign's money first goes back to a backer."""
    return [
        AccountSpec(lost(campaign_id), Kind.LIABILITY, Fund.PRIVATE),
        AccountSpec(claims(campaign_id), Kind.ASSET, Fund.PRIVATE),
        owed(gateway),
    ]
