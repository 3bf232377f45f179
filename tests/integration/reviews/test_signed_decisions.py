"""A signed decision stays as it is: the database refuses to change it."""

import pytest
import sqlalchemy as sa

from grantengine.reviews import deciding
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
        deciding.keep_seal(session, signed.id, pdf_sha256="0" * 64)
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
