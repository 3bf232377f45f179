"""Real applications that were imported, on the pages and in print."""

import json

import pytest
import sqlalchemy as sa

from grantengine.programme.lifecycle import Role
from grantengine.reviews.lifecycle import DecisionOutcome
from grantengine.reviews.models import Application
from grantengine.reviews.proposals import Proposal
from grantengine.web.commands.import_applications import NOT_IN_SOURCE, import_applications
from tests.support import pdf, reviews
from tests.support.cases import case_path
from tests.support.visitor import page, send, sign_in, text_of

FILE = "gitcoin-applications/alpha-round-applications.json"


@pytest.fixture
def imported(app, app_database, clock, tmp_path):
    """Import these rows of the real file in a programme with two reviewers."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        reviews.some_reviewers(session)
    clock.set_to(reviews.OPENS)

    def take(chosen):
        path = tmp_path / "chosen.json"
        path.write_text(json.dumps(chosen), "utf-8")
        result = app.test_cli_runner().invoke(import_applications, [str(path)])
        assert result.exit_code == 0, result.output
        with app_database.reading() as session:
            return session.scalars(sa.select(Application)).all()

    return take


def real_rows():
    return json.loads(case_path(FILE).read_text("utf-8"))


def test_what_the_source_lacks_is_said_and_never_invented(imported):
    row = real_rows()[0]

    found = imported([row])[0]

    assert found.summary == row["description"].replace("\r\n", "\n")
    assert found.team == "Team Size: 2"
    assert found.resources == f"{row['website']}\n\nFunding Sources: grants"
    for name in ("problem", "solution", "testing", "learning_aim", "organisation_name"):
        assert getattr(found, name) == NOT_IN_SOURCE
    assert found.iban is None


@pytest.mark.slow
def test_the_longest_real_text_is_read_reviewed_and_decided_in_print(
    imported, client, app, app_database
):
    row = max(real_rows(), key=lambda each: len(each["description"]))
    application = imported([row])[0]
    with app_database.transaction() as session:
        reviews.finish_reviews(session, session.get_one(Application, application.id))
        session.flush()
        proposal = Proposal(outcome=DecisionOutcome.REJECTED, summary="No money is left.")
        decision = reviews.a_proposal(session, application, proposal)
        maker = reviews.an_official(session, Role.DECISION_MAKER)
    sign_in(client, maker)

    words = text_of(page(client, f"/en/decisions/applications/{application.id}"))
    send(client, "/decisions", to=f"/decisions/{decision.id}/signature")
    printed = client.get(f"/decisions/{decision.id}.pdf")

    assert len(words) > 15_000
    assert "No money is left." in pdf.text_of(printed.data)
    printed.close()
