"""A signed document: any change of it shows, whoever looks, and nothing else was touched."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from pdfua import validate

from grantengine.settings import SettingsError, load_settings
from grantengine.web.documents.certificates import credentials_of, development_file
from grantengine.web.documents.checking import check_signature
from grantengine.web.documents.signing import Signature, sign_pdf
from tests.support.documents import CROWD_GOAL, TERMS, a_rejection, an_award, an_unexamined

SIGNED_AT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
SIGNATURE = Signature(at=SIGNED_AT, by="Kokeilevan Suomen rahoitusyksikkö", reason="Päätös")
KINDS = {
    "award": an_award("fi"),
    "conditional": an_award("sv", award=replace(TERMS, condition=CROWD_GOAL)),
    "correction": an_award("en", version=2, corrects="K7M4-0000"),
    "rejection": a_rejection("sv"),
    "unexamined": an_unexamined("en"),
}


def settings_in(folder, **given):
    return load_settings(
        "test", environ={}, database_url="sqlite:///:memory:", var_path=folder, **given
    )


@pytest.fixture(scope="module")
def credentials(tmp_path_factory):
    """A development certificate of its own."""
    return credentials_of(settings_in(tmp_path_factory.mktemp("var")))


@pytest.fixture(scope="module")
def unsigned(printed):
    """One PDF of each kind of decision."""
    return {kind: printed(document) for kind, document in KINDS.items()}


@pytest.fixture(scope="module")
def signed(unsigned, credentials):
    """The same, signed."""
    return {kind: sign_pdf(pdf, credentials, SIGNATURE) for kind, pdf in unsigned.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_signature_holds_and_names_the_instant(signed, credentials, kind):
    found = check_signature(signed[kind], credentials)

    assert found.holds
    assert found.signed_at == SIGNED_AT
    assert "DEVELOPMENT" in found.signed_by


def test_signing_adds_and_changes_nothing_that_was_there(signed, unsigned):
    assert signed["award"].startswith(unsigned["award"])


@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_changed_byte_shows(signed, unsigned, credentials, part):
    pdf = bytearray(signed["rejection"])
    pdf[int(len(unsigned["rejection"]) * part)] ^= 1

    found = check_signature(bytes(pdf), credentials)

    assert found is None or not found.holds


def test_what_is_added_after_signing_shows(signed, credentials, tmp_path):
    path = tmp_path / "changed.pdf"
    path.write_bytes(signed["award"])
    with pikepdf.open(path, allow_overwriting_input=True) as changed:
        changed.docinfo["/Title"] = "Another title"
        changed.save(path)

    assert not check_signature(signed["award"] + b"\n% more", credentials).holds
    assert not check_signature(path.read_bytes(), credentials).holds


def test_the_same_document_instant_and_key_give_the_same_bytes(unsigned, signed, credentials):
    again = sign_pdf(unsigned["award"], credentials, SIGNATURE)
    later = replace(SIGNATURE, at=SIGNED_AT + timedelta(seconds=1))

    assert again == signed["award"]
    assert sign_pdf(unsigned["award"], credentials, later) != again


def test_somebody_elses_signature_is_told_apart(unsigned, credentials, tmp_path):
    other = credentials_of(settings_in(tmp_path))

    found = check_signature(sign_pdf(unsigned["award"], other, SIGNATURE), credentials)

    assert found.is_unchanged
    assert not found.is_ours
    assert not found.holds


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 100, b"%PDF-1.7\n%%EOF"])
def test_what_is_no_signed_pdf_is_told_and_breaks_nothing(credentials, content):
    assert check_signature(content, credentials) is None


@pytest.mark.parametrize("kind", KINDS)
def test_pdfua_finds_nothing(signed, tmp_path, kind):
    path = tmp_path / "decision.pdf"
    path.write_bytes(signed[kind])

    assert [(each.rule_id, each.message) for each in validate(path).findings] == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_structure_is_sound_to_another_program(signed, tmp_path, kind):
    path = tmp_path / "decision.pdf"
    path.write_bytes(signed[kind])

    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, b"")


def test_development_certificate_is_made_once_and_named_as_such(tmp_path):
    path = development_file(tmp_path)
    made = path.read_bytes()

    assert development_file(tmp_path).read_bytes() == made
    assert [each.name for each in tmp_path.iterdir()] == ["development-signing.pem"]
    assert path.stat().st_mode & 0o077 == 0
    assert credentials_of(settings_in(tmp_path)).is_development


def test_certificate_and_key_come_from_the_settings(tmp_path, unsigned):
    certificate, key = some_files(tmp_path, password=b"salasana")
    given = {"signing_certificate_path": certificate, "signing_key_path": key}
    settings = settings_in(tmp_path / "var", signing_key_passphrase="salasana", **given)

    found = credentials_of(settings)

    assert not found.is_development
    assert check_signature(sign_pdf(unsigned["award"], found, SIGNATURE), found).holds
    assert not (tmp_path / "var").exists()


def test_a_wrong_passphrase_or_key_is_refused_without_repeating_it(tmp_path):
    certificate, key = some_files(tmp_path, password=b"salasana")
    other = development_file(tmp_path / "other")
    for given in (
        {"signing_key_path": key, "signing_key_passphrase": "arvaus"},
        {"signing_key_path": key},
        {"signing_key_path": other},
        {"signing_key_path": tmp_path / "none.pem"},
    ):
        settings = settings_in(tmp_path, signing_certificate_path=certificate, **given)

        with pytest.raises(SettingsError) as refused:
            credentials_of(settings)

        assert "arvaus" not in str(refused.value.details)


@pytest.mark.parametrize("name", ["signing_certificate_path", "signing_key_path"])
def test_a_certificate_without_its_key_is_refused(tmp_path, name):
    with pytest.raises(SettingsError):
        settings_in(tmp_path, **{name: tmp_path / "one.pem"})


def some_files(folder, *, password):
    """Write a certificate and its key, locked, as an authority would have them."""
    made = development_file(folder / "authority").read_bytes()
    key = serialization.load_pem_private_key(made, None)
    certificate_path, key_path = folder / "certificate.pem", folder / "key.pem"
    certificate_path.write_bytes(made[: made.index(b"-----BEGIN PRIVATE")])
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
    )
    return certificate_path, key_path
