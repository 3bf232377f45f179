"""`grantengine import applications`: real applications through the rules, once and only once."""

import json

import pytest

from grantengine.reviews import queries
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus
from grantengine.web.commands import imports
from tests.support.cases import case_path
from tests.support.reviews import PAYEE_IBAN, a_call, a_programme, some_reviewers

NAME = "gitcoin-applications/alpha-round-applications.json"


@pytest.fixture
def run(app, app_database):
    """Run the command on a file, in a programme with three reviewers."""
    with app_database.transaction() as session:
        a_programme(session)
        some_reviewers(session, 3)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(imports.group, ["applications", *map(str, words)])


@pytest.fixture
def written(tmp_path):
    """Write a file of applications."""

    def write(content):
        path = tmp_path / "some.json"
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(text)
        return path

    return write


def taken(app_database, slug):
    with app_database.reading() as session:
        call = queries.call_by_slug(session, slug)
        return call, queries.applications_of_call(session, call.id)


def a_row(**wishes):
    return {"projectId": "0x1", "roundId": "7", "title": "Solar", "description": "Sun."} | wishes


def test_all_real_applications_are_taken_once_as_they_were_written(run, app_database):
    path = case_path(NAME)
    rows = json.loads(path.read_text("utf-8"))

    first = run(path)

    assert (first.exit_code, first.output) == (0, "took 205 applications; left 0\n")
    call, found = taken(app_database, "imported-applications-alpha-round-applications")
    assert call.status == CallStatus.IN_REVIEW
    assert sorted(each.title for each in found) == sorted(row["title"].strip() for row in rows)
    longest = max(rows, key=lambda row: len(row["description"]))["description"]
    assert longest.replace("\r\n", "\n") in {each.summary for each in found}
    assert len({each.case_number for each in found}) == 205
    assert {len(each.reviews) for each in found} == {2}
    with app_database.reading() as session:
        loads = queries.loads_of(
            session, list({each.reviewer_id for one in found for each in one.reviews})
        )
    assert max(loads.values()) - min(loads.values()) <= 1

    again = run(path)

    assert (again.exit_code, again.output) == (
        0,
        "took 0 applications; 205 were taken before; left 0\n",
    )
    assert len(taken(app_database, call.slug)[1]) == 205


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"projectId": ', "is no JSON"),
        (b"", "is no JSON"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"projectId": "1"}', "is no list of applications"),
        (b"[1, 2]", "is no list of applications"),
    ],
)
def test_a_broken_file_is_named_in_one_line_and_nothing_is_taken(
    run, written, app_database, content, words
):
    result = run(written(content))

    assert result.exit_code == 1
    assert result.output.startswith("Error: some.json: ")
    assert words in result.output
    assert result.output.count("\n") == 1
    with app_database.reading() as session:
        assert list(queries.public_calls(session)) == []


def test_a_missing_file_is_said_and_nothing_is_taken(run, tmp_path):
    result = run(tmp_path / "none.json")

    assert result.exit_code == 2
    assert "does not exist" in result.output


def test_what_cannot_be_taken_is_counted_by_its_reason(run, written, app_database):
    rows = [
        a_row(),
        a_row(projectId="0x2", title="  "),
        a_row(projectId="0x3", description=None),
        a_row(projectId=None),
        a_row(projectId="0x5", title="a" * 201),
        a_row(projectId="0x6", description="\x00\x01"),
        a_row(),
    ]

    result = run(written(rows))

    assert result.output == (
        "took 1 applications; 1 were taken before; left 5 (1 summary missing, "
        "1 title too long, 1 without description, 1 without projectId, 1 without title)\n"
    )
    assert len(taken(app_database, "imported-applications-some")[1]) == 1


def test_an_empty_file_takes_nothing(run, written):
    assert run(written([])).output == "took 0 applications; left 0\n"


def test_an_open_call_may_take_them(run, written, app_database, clock):
    with app_database.transaction() as session:
        call = a_call(session)
    early = run(written([a_row()]), "--call", call.slug)
    assert (early.exit_code, early.output) == (
        1,
        f"Error: the call {call.slug} is not open now\n",
    )

    clock.set_to(call.opens_at)
    result = run(written([a_row()]), "--call", call.slug, "--account", PAYEE_IBAN)

    assert result.output == "took 0 applications; left 1 (1 applied share too large)\n"
    assert taken(app_database, call.slug)[1] == []


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--call", "none"], "Error: there is no call none\n"),
        (["--account", "FI00"], "Error: FI00 is no IBAN\n"),
    ],
)
def test_wrong_options_are_said_in_one_line(run, written, options, line):
    result = run(written([a_row()]), *options)

    assert (result.exit_code, result.output) == (1, line)


def test_taken_applications_wait_for_reviewers(run, written, app_database):
    run(written([a_row()]))

    _call, (application,) = taken(app_database, "imported-applications-some")
    assert application.status == ApplicationStatus.IN_REVIEW
    assert application.source_key == "0x1:7"
    assert application.language == "en"
