"""What a backer who pays by bank transfer needs: account, reference, and a code to scan."""

from dataclasses import dataclass
from decimal import Decimal

from segno import helpers
from sqlalchemy.orm import Session

from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.disbursements import payers
from grantengine.disbursements.accounts import format_iban
from grantengine.ledger.accounts import Fund
from grantengine.programme import queries as programme
from grantengine.references import format_reference, make_creditor_reference


@dataclass(frozen=True, slots=True)
class Slip:
    """How to pay one pledge.

    Attributes:
        reference: viitenumero in groups of five.
        creditor_reference: the same as RF reference, for banks abroad.
        code: the EPC code that apps of banks read, as an address of an SVG picture.
    """

    name: str
    iban: str
    reference: str
    creditor_reference: str
    code: str


def takes_transfers(session: Session) -> bool:
    """Tell whether the programme has an account for backers' money alone."""
    return payers.backers_account(programme.current_programme(session).profile) is not None


def slip_of(session: Session, pledge: Pledge) -> Slip | None:
    """Say how to pay a pledge; None for one that is not paid by transfer, or has been."""
    if pledge.status != PledgeStatus.AWAITING_TRANSFER or pledge.transfer_reference is None:
        return None
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
        iban=format_iban(payee.iban),
        reference=format_reference(pledge.transfer_reference),
        creditor_reference=format_reference(creditor_reference),
        code=code.svg_data_uri(border=4, light="#fff", omitsize=True),
    )
