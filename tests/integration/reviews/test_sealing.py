"""A signed decision's PDF: rendered once, kept, and known by its hash ever after."""

import hashlib

import pytest

from grantengine.errors import NotFoundError
from grantengine.reviews import queries
from grantengine.settings import load_settings
from grantengine.web.documents.sealing import seal
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


def test_the_document_is_rendered_once_and_keeps_its_hash(database, settings, decision):
    path = seal(database, settings, decision_id=decision.id)

    content = path.read_bytes()
    kept = hash_kept(database, decision)
    assert content.startswith(b"%PDF")
    assert kept == hashlib.sha256(content).hexdigest()
    assert [each.name for each in path.parent.iterdir()] == [f"{decision.id}.pdf"]

    written_at = path.stat().st_mtime_ns
    assert seal(database, settings, decision_id=decision.id) == path
    assert path.stat().st_mtime_ns == written_at
    assert hash_kept(database, decision) == kept


def test_a_lost_document_is_rendered_again_byte_for_byte(database, settings, decision):
    path = seal(database, settings, decision_id=decision.id)
    content = path.read_bytes()
    path.unlink()

    assert seal(database, settings, decision_id=decision.id).read_bytes() == content
    assert hash_kept(database, decision) == hashlib.sha256(content).hexdigest()


def test_who_died_between_keeping_the_file_and_its_hash_is_made_good(database, settings, decision):
    folder = settings.var_path / "decisions"
    folder.mkdir()
    (folder / f"{decision.id}.pdf").write_bytes(b"%PDF-1.7 kept")

    seal(database, settings, decision_id=decision.id)

    assert hash_kept(database, decision) == hashlib.sha256(b"%PDF-1.7 kept").hexdigest()


def test_a_decision_that_nobody_has_signed_is_not_sealed(database, settings):
    with database.transaction() as session:
        a_programme(session)
        proposed = a_proposal(session, a_reviewed_application(session), a_rejection())

    for decision_id in (proposed.id, "dec_none"):
        with pytest.raises(NotFoundError):
            seal(database, settings, decision_id=decision_id)
    assert not (settings.var_path / "decisions").exists()
