"""`grantengine import applications`: real applications through the rules of the form."""

import json
from collections import Counter

import pytest
import sqlalchemy as sa

from grantengine.ledger import audit
from grantengine.programme.lifecycle import Role
from grantengine.reviews.deciding import Proposal
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus, DecisionOutcome
from grantengine.reviews.models import Application, Call, Decision, Review
from grantengine.web.commands.import_applications import NOT_IN_SOURCE, import_applications
from grantengine.web.documents.sealing import seal
from tests.support import pdf, reviews
from tests.support.cases import case_path
from tests.support.visitor import page, sign_in, text_of

FILE = "gitcoin-applications/alpha-round-applications.json"
ROW = {
    "projectId": "0x1",
    "roundId": "0xr",
    "title": "Solar 🚐",
    "description": "We **drive** by sun.",
    "website": "https://example.org",
    "answers": [
        {"question": "Team Size", "answer": "2"},
        {"question": "Funding Sources", "answer": "grants"},
    ],
}


@pytest.fixture
def run(app, app_database, clock):
    """Run the command in a programme with four reviewers."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        reviews.some_reviewers(session, 4)
    clock.set_to(reviews.OPENS)
    return lambda *arguments: app.test_cli_runner().invoke(
        import_applications, [str(each) for each in arguments]
    )


@pytest.fixture
def written(tmp_path):
    """Write a file of applications."""

    def write(rows, name="few.json"):
        path = tmp_path / name
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows), "utf-8")
        return path

    return write


def applications(database):
    with database.reading() as session:
        return list(session.scalars(sa.select(Application).order_by(Application.case_number)))


@pytest.mark.slow
def test_all_real_applications_are_taken_whole_and_shared_among_the_reviewers(
    run, app, app_database, client
):
    rows = json.loads(case_path(FILE).read_text("utf-8"))

    result = run(case_path(FILE))

    assert result.exit_code == 0, result.output
    assert result.output == "took 205 applications; left 0\n"
    found = applications(app_database)
    expected = [row["description"].replace("\r\n", "\n") for row in rows]
    assert Counter(each.summary for each in found) == Counter(expected)
    assert {each.status for each in found} == {ApplicationStatus.IN_REVIEW}
    with app_database.reading() as session:
        loads = session.scalars(
            sa.select(sa.func.count()).select_from(Review).group_by(Review.reviewer_id)
        )
        assert sorted(loads) == [102, 102, 103, 103]
        assert audit.verify(session).is_clean
        presenter = reviews_presenter(app_database)
    sign_in(client, presenter)
    longest = max(found, key=lambda each: len(each.summary))
    words = text_of(page(client, f"/en/decisions/applications/{longest.id}"))
    assert len(words) > 15_000


def reviews_presenter(database):
    with database.transaction() as session:
        return reviews.an_official(session, Role.PRESENTER)


@pytest.mark.slow
def test_the_longest_real_text_becomes_a_decision_in_print(
    run, written, app_database, settings, clock
):
    rows = json.loads(case_path(FILE).read_text("utf-8"))
    run(written([max(rows, key=lambda row: len(row["description"]))]))
    with app_database.transaction() as session:
        application = session.scalars(sa.select(Application)).one()
        reviews.finish_reviews(session, application)
        session.flush()
        proposal = Proposal(outcome=DecisionOutcome.REJECTED, summary="No money is left.")
        decision = reviews.a_proposal(session, application, proposal)
        reviews.sign(session, decision)

    path = seal(app_database, settings, decision_id=decision.id)

    assert "No money is left." in pdf.text_of(path.read_bytes())


def test_a_field_that_the_source_lacks_says_so(run, written, app_database):
    run(written([ROW]))

    found = applications(app_database)[0]

    assert (found.title, found.summary) == ("Solar 🚐", "We **drive** by sun.")
    assert found.team == "Team Size: 2"
    assert found.resources == "https://example.org\n\nFunding Sources: grants"
    for name in ("problem", "solution", "testing", "learning_aim", "organisation_name"):
        assert getattr(found, name) == NOT_IN_SOURCE
    assert found.iban is None


def test_twice_takes_nothing_twice(run, written, app_database):
    path = written([ROW, ROW | {"projectId": "0x2"}])

    first, second = run(path), run(path)

    assert first.output == "took 2 applications; left 0\n"
    assert second.output == "took 0 applications; 2 were taken before; left 0\n"
    assert len(applications(app_database)) == 2
    with app_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Review)) == 4


def test_what_cannot_be_taken_is_counted_by_reason(run, written, app_database):
    rows = [
        ROW,
        ROW,
        ROW | {"projectId": "0x2", "title": ""},
        ROW | {"projectId": "0x3", "description": None},
        ROW | {"projectId": "0x4", "title": "a" * 201},
        ROW | {"projectId": "0x5", "description": "a" * 20_001},
    ]

    result = run(written(rows))

    assert result.output == (
        "took 1 applications; 1 were taken before; left 4 (1 summary too long,"
        " 1 title too long, 1 without description, 1 without title)\n"
    )
    assert len(applications(app_database)) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "is no list of applications"),
        ("[1]", "is no list of applications"),
        ("[{]", "is no JSON"),
        ("", "is no JSON"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_file_of_another_kind_is_named_in_one_line(run, written, content, sentence):
    result = run(written(content))

    assert result.exit_code != 0
    assert sentence in result.output
    assert result.output.count("\n") == 1


def test_an_empty_list_is_no_error(run, written):
    result = run(written([]))

    assert (result.exit_code, result.output) == (0, "took 0 applications; left 0\n")


def test_an_open_call_takes_them_and_stays_open(run, written, app_database):
    with app_database.transaction() as session:
        call = reviews.a_call(session, cost_share_max_percent=100)

    result = run(written([ROW]), "--call", call.slug)

    assert result.output == "took 1 applications; left 0\n"
    assert applications(app_database)[0].call_id == call.id
    assert reviews.status_of_call(app_database, call) == CallStatus.PUBLISHED
    with app_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1


@pytest.mark.parametrize("slug", ["no-such-call", "small"])
def test_a_call_that_is_not_open_is_refused_in_one_line(run, written, app_database, clock, slug):
    with app_database.transaction() as session:
        call = reviews.a_call(session)
    clock.set_to(reviews.CLOSES)

    result = run(written([ROW]), "--call", call.slug if slug == "small" else slug)

    assert result.exit_code != 0
    assert result.output.count("\n") == 1
    assert applications(app_database) == []


def test_an_account_is_checked_before_anything_is_taken(run, written, app_database):
    result = run(written([ROW]), "--account", "FI00 1234")

    assert result.exit_code != 0
    assert "is no IBAN" in result.output
    with app_database.reading() as session:
        assert session.scalars(sa.select(Decision)).all() == []
    assert applications(app_database) == []


def test_missing_reviewers_are_counted(app, app_database, written):
    with app_database.transaction() as session:
        reviews.a_programme(session)

    result = app.test_cli_runner().invoke(import_applications, [str(written([ROW]))])

    assert result.output == "took 1 applications; left 0; 1 lack reviewers\n"
