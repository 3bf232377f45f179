"""The chart of accounts of the budget view, and the accounts of the state's own cash."""

from enum import StrEnum

from grantengine.ledger.accounts import AccountSpec, Fund, Kind


class Stage(StrEnum):
    """How far a public euro has come."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    IN_PAYMENT = "in_payment"
    PAID = "paid"
    RECOVERED = "recovered"


APPROPRIATION = AccountSpec("budget:appropriation", Kind.ASSET, Fund.PUBLIC)
UNALLOTTED = AccountSpec("budget:unallotted", Kind.LIABILITY, Fund.PUBLIC)
TREASURY = AccountSpec("cash:treasury", Kind.ASSET, Fund.PUBLIC)
STATE = AccountSpec("cash:state", Kind.EQUITY, Fund.PUBLIC)

PROGRAMME_ACCOUNTS = (APPROPRIATION, UNALLOTTED, TREASURY, STATE)


def entrusted(envelope: str) -> AccountSpec:
    """Give the account of the right to spend that a funder has given an envelope of its own."""
    return AccountSpec(f"{APPROPRIATION.code}:{envelope}", Kind.ASSET, Fund.PUBLIC)


def purse(envelope: str) -> AccountSpec:
    """Give the account of the money that an envelope's own funder has paid and we still hold."""
    return AccountSpec(f"{TREASURY.code}:{envelope}", Kind.ASSET, Fund.PUBLIC)


def funder(envelope: str) -> AccountSpec:
    """Give the account of where the money of a funded envelope came from."""
    return AccountSpec(f"cash:funder:{envelope}", Kind.EQUITY, Fund.PUBLIC)


def funded_accounts(envelope: str) -> list[AccountSpec]:
    """List the accounts that an envelope with a funder has beside those of every envelope."""
    return [entrusted(envelope), purse(envelope), funder(envelope)]


def envelope_code(envelope: str, stage: Stage, subject: str | None = None) -> str:
    """Name the account of an envelope's stage.

    Args:
        envelope: the envelope's code, such as `match`.
        stage: how far the money has come.
        subject: id of the grant or campaign that it is tied to; None for what is not tied,
            and, as a prefix, for the sum over every subject.
    """
    code = f"budget:{envelope}:{stage}"
    return code if subject is None else f"{code}:{subject}"


def envelope_accounts(envelope: str) -> list[AccountSpec]:
    """List the accounts that an envelope has from the beginning."""
    return [_budget_account(envelope, Stage.AVAILABLE, None)]


def subject_accounts(envelope: str, subject: str) -> list[AccountSpec]:
    """List the accounts that follow one grant or campaign from reserved to recovered."""
    tied = [stage for stage in Stage if stage is not Stage.AVAILABLE]
    return [_budget_account(envelope, stage, subject) for stage in tied]


def _budget_account(envelope: str, stage: Stage, subject: str | None) -> AccountSpec:
    # No account of the budget view goes below zero: the database refuses it.
    return AccountSpec(envelope_code(envelope, stage, subject), Kind.LIABILITY, Fund.PUBLIC)
