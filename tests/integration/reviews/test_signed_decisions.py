"""A signed decision stays as it is: the database refuses to change it."""

import pytest
import sqlalchemy as sa

from grantengine.reviews import issuing
from grantengine.reviews.issued_models import IssuedDocument
from grantengine.reviews.models import Decision
from tests.support import reviews


@pytest.fixture
def decision(database):
    """A rejection that has been signed and whose document has its hash."""
    with database.transaction() as session:
        reviews.a_programme(session)
        application = reviews.a_reviewed_application(session)
        proposed = reviews.a_proposal(session, application, reviews.a_rejection())
        signed = reviews.sign(session, proposed)
        session.flush()
        issuing.keep_document(session, signed.id, b"%PDF")
        return signed


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "awarded", "amount_cents": 1},
        {"grounds": {"summary": "Toinen syy.", "criteria": {}}},
        {"content": {}},
        {"status": "dropped", "signed_at": None},
        {"pdf_sha256": "1" * 64},
        {"pdf_sha256": None},
    ],
)
def test_nothing_of_a_signed_decision_can_be_changed(database, decision, change):
    statement = sa.update(Decision).where(Decision.id == decision.id).values(**change)

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(statement)


def test_a_signed_decision_cannot_be_deleted(database, decision):
    statement = sa.delete(Decision).where(Decision.id == decision.id)

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(statement)


@pytest.mark.parametrize(
    "statement", [sa.update(IssuedDocument).values(pdf=b""), sa.delete(IssuedDocument)]
)
def test_an_issued_document_is_neither_changed_nor_deleted(database, decision, statement):
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(statement)


def test_what_was_issued_first_stays(database, decision):
    with database.transaction() as session:
        issuing.keep_document(session, decision.id, b"%PDF of another process")

    with database.reading() as session:
        assert issuing.document_of(session, decision.id) == b"%PDF"
