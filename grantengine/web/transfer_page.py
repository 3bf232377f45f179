"""What a backer who pays by bank transfer needs: account, reference, and a code to scan."""

from dataclasses import dataclass
from decimal import Decimal

from segno import helpers
from sqlalchemy.orm import Session

from grantengine.campaigns.lifecycle import CampaignKind, PledgeStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.disbursements import payers
from grantengine.disbursements.accounts import format_iban
from grantengine.ledger.accounts import Fund
from grantengine.programme import queries as programme
from grantengine.references import format_reference, make_creditor_reference


@dataclass(frozen=True, slots=True)
class Slip:
    """How to pay one pledge.

    Attributes:
        name, business_id, bic, iban: of the account for backers' money.
        reference: viitenumero in groups of five.
        creditor_reference: the same as RF reference, for banks abroad.
        code: the EPC code that apps of banks read, as an address of an SVG picture.
    """

    name: str
    business_id: str | None
    bic: str | None
    iban: str
    reference: str
    creditor_reference: str
    code: str


def ways_besides_cards(session: Session, campaign: Campaign) -> dict[str, bool]:
    """Tell whether a campaign is paid by transfer or invoice: `by_transfer`, `by_invoice`.

    Both need an account for backers' money alone. A campaign that may give everything back asks
    companies alone for money before its end.
    """
    profile = programme.current_programme(session).profile
    has_account = payers.backers_account(profile) is not None
    keeps_it_all = campaign.kind == CampaignKind.KEEP_IT_ALL
    return {"by_transfer": has_account and keeps_it_all, "by_invoice": has_account}


def slip_of(session: Session, pledge: Pledge) -> Slip | None:
    """Say how to pay a pledge; None for one that is not paid by transfer, or has been."""
    if pledge.status != PledgeStatus.AWAITING_TRANSFER:
        return None
    return slip_as_sent(session, pledge)


def slip_as_sent(session: Session, pledge: Pledge) -> Slip:
    """Say how a pledge by bank transfer was to be paid, whatever has become of it."""
    assert pledge.transfer_reference is not None
    payee = payers.payer_of(programme.current_programme(session).profile, Fund.PRIVATE)
    creditor_reference = make_creditor_reference(pledge.transfer_reference)
    # European Payments Council, guidelines for QR codes of SEPA credit transfers, EPC069-12.
    code = helpers.make_epc_qr(
        name=payee.name[:70],
        iban="".join(payee.iban.split()),
        amount=Decimal(pledge.amount_cents) / 100,
        reference=creditor_reference,
    )
    return Slip(
        name=payee.name,
        business_id=payee.business_id,
        bic=payee.bic,
        iban=format_iban(payee.iban),
        reference=format_reference(pledge.transfer_reference),
        creditor_reference=format_reference(creditor_reference),
        code=code.svg_data_uri(border=4, light="#fff", omitsize=True),
    )
