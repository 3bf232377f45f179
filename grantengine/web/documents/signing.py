"""Signing a PDF so that any change of it shows: PAdES, by the certificate of the settings.

The signature's bytes depend on the document, the instant and the key alone: RSA signatures
with PKCS #1 padding have no chance in them, and the instant is given. A document that is signed
again by the same key for the same instant is therefore the same, byte for byte.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from grantengine.web.documents.certificates import Credentials
from grantengine.web.documents.conformance import SIGNATURE_FIELD

DIGEST: Final = "sha256"


@dataclass(frozen=True, slots=True)
class Signature:
    """What is written into a signature.

    Attributes:
        at: the instant that it names; the decision's own.
        by: name of the authority that gives the document.
        reason: why it is signed, in the language of the document.
    """

    at: datetime
    by: str
    reason: str


def sign_pdf(pdf: bytes, credentials: Credentials, signature: Signature) -> bytes:
    """Fill the empty signature field of a PDF; the bytes before it stay as they are.

    Args:
        pdf: made with a field named SIGNATURE_FIELD.
        credentials: whose signature it is.
        signature: what it says.
    """
    metadata = signers.PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=signature.by,
        reason=signature.reason,
    )
    signer = _DatedSigner(metadata, signer=_LoadedSigner(credentials))
    signer.instant = signature.at
    out: Any = signer.sign_pdf(_DatedWriter(BytesIO(pdf)), existing_fields_only=True)
    signed: bytes = out.getvalue()
    return signed


class _LoadedSigner(signers.Signer):
    """Signs with a key that is in memory; pyHanko's own reads and proves it for each document."""

    def __init__(self, credentials: Credentials) -> None:
        """Take what signs."""
        super().__init__(
            signing_cert=credentials.certificate,
            cert_registry=SimpleCertificateStore.from_certs(credentials.chain),  # type: ignore[no-untyped-call]
        )
        self._key = credentials.key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002  # pyHanko's own signature
    ) -> bytes:
        """Sign bytes."""
        assert digest_algorithm == DIGEST
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class _DatedSigner(signers.PdfSigner):
    """Takes the instant from whoever signs, where pyHanko would look at the clock."""

    instant: datetime

    def init_signing_session(self, *args: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **named)
        session.system_time = self.instant
        return session


class _DatedWriter(IncrementalPdfFileWriter):
    """Adds the signature and nothing else: no date of today, no identifier by chance."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        first, _second = prev.trailer["/ID"]
        prev.stream.seek(0)
        second = sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject(
            [generic.ByteStringObject(each) for each in (first.original_bytes, second)]
        )

    def _update_meta(self) -> None:
        """Leave the metadata: they are the document's, and the signature has its own date."""
