"""Read back from a bank file what it says it holds."""

from dataclasses import dataclass

from lxml import etree

from grantengine.disbursements import safe_xml
from grantengine.disbursements.camt_elements import required_text
from grantengine.money import Money, eur


@dataclass(frozen=True, slots=True)
class FileTotals:
    """Number and sum of the payments that a file's header announces to the bank."""

    payments: int
    control_sum: Money


def payment_file_totals(content: bytes) -> FileTotals:
    """Read the header of a pain.001 file of ours."""
    root: etree._Element = safe_xml.parse(content, max_bytes=len(content))
    header = "CstmrCdtTrfInitn/GrpHdr"
    return FileTotals(
        payments=int(required_text(root, f"{header}/NbOfTxs")),
        control_sum=eur(required_text(root, f"{header}/CtrlSum")),
    )
