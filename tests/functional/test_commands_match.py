"""`grantengine match`: pots opened and filled, rules adopted and listed."""

import json

import pytest

from grantengine.money import eur
from grantengine.web.commands import match
from tests.support.campaigns import a_programme


@pytest.fixture
def run(app, app_database, clock):
    """Run a command of the group on a programme with EUR 1,000 in its own pot."""
    with app_database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("1000"))

    def command(*arguments):
        return app.test_cli_runner().invoke(match.group, arguments)

    return command


def a_pot(run):
    run("open-pot", "oulu", "--fi", "Oulun potti", "--sv", "Uleåborgs pott", "--en", "Oulu’s pot")


def test_pots_are_opened_filled_and_listed(run):
    a_pot(run)
    for _ in range(2):  # The same key books once.
        run("set-aside", "oulu", "300", "--key", "decision-1")
    run("contribute", "oulu", "50.50", "--key", "payment-1")

    lines = [line.split() for line in run("pots").stdout.splitlines()]

    assert ["oulu", "Oulu’s", "pot", "350.50"] in lines
    assert lines[2][-1] == "700.00"


def test_preset_is_adopted_and_listed(run):
    a_pot(run)

    adopted = run("adopt", "tampere-2020", "--code", "city", "--pot", "oulu", "--tier", "small")

    assert "topup from 2026-" in adopted.stdout
    assert run("rules").stdout.splitlines()[2].split()[:3] == ["city", "topup", "oulu"]


def test_rule_of_a_file_is_adopted(run, tmp_path):
    path = tmp_path / "rule.json"
    path.write_text(json.dumps({"rule": {"kind": "round", "factor": "0.5"}}))

    adopted = run("adopt", str(path), "--until", "2027-01-31T23:59")

    assert adopted.exit_code == 0
    assert run("rules").stdout.splitlines()[2].split()[-1] == "2027-01-31"


@pytest.mark.parametrize(
    "arguments",
    [
        ("adopt", "no-such-preset"),
        ("adopt", "goteo", "--pot", "nowhere"),
        ("adopt", "goteo", "--tier", "giant"),
        ("adopt", "goteo", "--from", "2020-01-01"),
        ("set-aside", "nowhere", "1", "--key", "x"),
        ("contribute", "oulu", "-1", "--key", "x"),
        ("open-pot", "a:b", "--fi", "a", "--sv", "a", "--en", "a"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(run, arguments):
    before = run("rules").stdout, run("pots").stdout

    result = run(*arguments)

    assert result.exit_code != 0
    assert (run("rules").stdout, run("pots").stdout) == before
