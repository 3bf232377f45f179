"""A signed decision's PDF: made once, signed, kept, and known by its hash ever after."""

import hashlib

import pytest

from grantengine.errors import NotFoundError
from grantengine.reviews import issuing, queries
from grantengine.settings import load_settings
from grantengine.web.documents import sealing
from grantengine.web.documents.certificates import credentials_of
from grantengine.web.documents.checking import check_signature
from grantengine.web.documents.decision_view import decision_document
from grantengine.web.documents.sealing import seal, seal_all, seal_or_all, signed_document
from tests.support.reviews import (
    a_programme,
    a_proposal,
    a_rejection,
    a_reviewed_application,
    sign,
)


@pytest.fixture
def database_url(sqlite_databases):
    """A database of one kind: rendering is slow, and the hash is tested on both elsewhere."""
    with sqlite_databases.fresh_url() as url:
        yield url


@pytest.fixture
def decision(database):
    """A signed award in Swedish."""
    with database.transaction() as session:
        a_programme(session)
        return sign(session, a_proposal(session, a_reviewed_application(session, language="sv")))


@pytest.fixture
def settings(database_url, tmp_path):
    return load_settings("test", environ={}, database_url=database_url, var_path=tmp_path)


def hash_kept(database, decision):
    with database.reading() as session:
        return queries.decision(session, decision.id).pdf_sha256


def test_the_document_is_made_once_and_kept_with_its_hash(database, settings, decision):
    pdf = seal(database, settings, decision_id=decision.id)

    assert pdf.startswith(b"%PDF")
    assert hash_kept(database, decision) == hashlib.sha256(pdf).hexdigest()
    assert seal(database, settings, decision_id=decision.id) == pdf


def test_two_processes_at_once_would_make_the_same_bytes(database, settings, decision):
    pdf = seal(database, settings, decision_id=decision.id)
    with database.reading() as session:
        loaded = queries.decision(session, decision.id)
        document = decision_document(loaded, public_url=settings.public_url)

    assert signed_document(settings, document, loaded.signed_at) == pdf


def test_the_signature_names_the_instant_of_the_decision_and_a_development_certificate(
    database, settings, decision
):
    pdf = seal(database, settings, decision_id=decision.id)

    found = check_signature(pdf, credentials_of(settings))
    assert found.holds
    assert found.signed_at == decision.signed_at.replace(microsecond=0)
    assert "DEVELOPMENT" in found.signed_by


def two_others(database):
    with database.transaction() as session:
        return [
            sign(session, a_proposal(session, a_reviewed_application(session), a_rejection()))
            for _ in range(2)
        ]


def test_all_that_wait_are_made_at_the_turn_of_one_and_none_at_that_of_one_there_already(
    database, settings, decision, monkeypatch
):
    monkeypatch.setattr(sealing, "POOL_FROM", 2)
    others = two_others(database)
    seal(database, settings, decision_id=decision.id)

    seal_or_all(database, settings, decision_id=decision.id)
    assert [hash_kept(database, each) for each in others] == [None, None]

    seal_or_all(database, settings, decision_id=others[0].id)
    assert None not in [hash_kept(database, each) for each in others]
    assert seal_all(database, settings) == 0


def test_a_decision_that_nobody_has_signed_is_not_sealed(database, settings):
    with database.transaction() as session:
        a_programme(session)
        proposed = a_proposal(session, a_reviewed_application(session), a_rejection())

    for decision_id in (proposed.id, "dec_none"):
        with pytest.raises(NotFoundError):
            seal(database, settings, decision_id=decision_id)
    with database.reading() as session:
        assert issuing.document_of(session, proposed.id) is None
