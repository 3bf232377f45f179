"""The certificate and key that documents are signed with; a self-made one for development."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from asn1crypto import pem, x509
from cryptography import x509 as making
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from grantengine.settings import Settings, SettingsError

DEVELOPMENT_FILE: Final = "development-signing.pem"
DEVELOPMENT_NAME: Final = "grantengine DEVELOPMENT certificate, not for real decisions"
# Fixed and long, so that a decision of any demonstration falls into it.
_VALID_FROM: Final = datetime(2016, 1, 1, tzinfo=UTC)
_VALID_UNTIL: Final = datetime(2096, 1, 1, tzinfo=UTC)
_KEY_BITS: Final = 3072


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs.

    Attributes:
        certificate: of whoever signs.
        key: its private key.
        chain: certificates between it and a root that others trust; may be empty.
        is_development: whether we made it ourselves, so that it vouches for nothing.
    """

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]
    is_development: bool


def credentials_of(settings: Settings) -> Credentials:
    """Load what the settings name; else the development certificate, made at its first use.

    Raises:
        SettingsError: a file cannot be read, or the key is not that of the certificate.
    """
    passphrase = settings.signing_key_passphrase
    return _load(
        settings.signing_certificate_path,
        settings.signing_key_path,
        passphrase.get_secret_value().encode() if passphrase else None,
        settings.var_path,
    )


@lru_cache(maxsize=4)
def _load(
    certificate_path: Path | None, key_path: Path | None, passphrase: bytes | None, var_path: Path
) -> Credentials:
    if certificate_path is None or key_path is None:
        path = development_file(var_path)
        return _read(path.read_bytes(), path.read_bytes(), None, is_development=True)
    try:
        certificates, key = certificate_path.read_bytes(), key_path.read_bytes()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise SettingsError(setting="signing_certificate_path", reason=reason) from None
    try:
        return _read(certificates, key, passphrase, is_development=False)
    except (ValueError, TypeError):
        # What the libraries say could repeat the key.
        reason = "is no PEM of an RSA key, of a certificate to it, or needs its passphrase"
        raise SettingsError(setting="signing_key_path", reason=reason) from None


def _read(
    certificates: bytes, key: bytes, passphrase: bytes | None, *, is_development: bool
) -> Credentials:
    private = serialization.load_pem_private_key(key, passphrase)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("another kind of key")
    found = [
        x509.Certificate.load(content)
        for kind, _headers, content in pem.unarmor(certificates, multiple=True)
        if kind == "CERTIFICATE"
    ]
    own = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if not found or found[0].public_key.dump() != own:
        raise ValueError("the key of another certificate")
    return Credentials(
        certificate=found[0],
        key=private,
        chain=tuple(found[1:]),
        is_development=is_development,
    )


def development_file(var_path: Path) -> Path:
    """Give the file of the development certificate and its key; make it if there is none.

    Two processes that make it at once end up with one of the two.
    """
    path = var_path / DEVELOPMENT_FILE
    if path.exists():
        return path
    var_path.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=var_path, delete=False) as unfinished:
        unfinished.write(_self_made())
    try:
        os.link(unfinished.name, path)
    except FileExistsError:
        pass  # Another process was first.
    finally:
        Path(unfinished.name).unlink()
    return path


def _self_made() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = making.Name(
        [
            making.NameAttribute(making.NameOID.COMMON_NAME, DEVELOPMENT_NAME),
            making.NameAttribute(making.NameOID.COUNTRY_NAME, "FI"),
        ]
    )
    usage = making.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        making.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(making.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .add_extension(making.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
