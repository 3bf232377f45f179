"""Whether the signature of a PDF holds: what anyone may ask of a file that they were given."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import structlog
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from grantengine.web.documents.certificates import Credentials

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """What was found in a file that is signed.

    Attributes:
        is_unchanged: no byte differs from what was signed, and nothing was added since.
        is_ours: made with the certificate that this site signs with.
        signed_at: the instant that the signature names.
        signed_by: the name in the certificate.
    """

    is_unchanged: bool
    is_ours: bool
    signed_at: datetime | None
    signed_by: str

    @property
    def holds(self) -> bool:
        """Tell whether the file is as we signed it."""
        return self.is_unchanged and self.is_ours


def check_signature(pdf: bytes, credentials: Credentials) -> CheckedSignature | None:
    """Check the last signature of a file from anybody; asks nobody outside.

    Returns:
        What was found; None if the file is no PDF or has no signature that can be read.
    """
    try:
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[-1]
        roots = [credentials.chain[-1] if credentials.chain else credentials.certificate]
        trusted = ValidationContext(
            trust_roots=roots, other_certs=[credentials.certificate, *credentials.chain]
        )
        status: Any = validate_pdf_signature(signature, signer_validation_context=trusted)
    except Exception as error:  # noqa: BLE001  # a stranger's file may break any part of a reader
        log.info("no signature found in a file", reason=type(error).__name__)
        return None
    is_whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    certificate = status.signing_cert
    return CheckedSignature(
        is_unchanged=bool(status.intact and status.valid and is_whole),
        is_ours=certificate.sha256 == credentials.certificate.sha256,
        signed_at=status.signer_reported_dt,
        signed_by=certificate.subject.native.get("common_name", ""),
    )
