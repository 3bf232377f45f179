"""`grantengine recompute match`: what it takes, what it gives, and what it refuses in one line."""

import json
from copy import deepcopy

import pytest
from click.testing import CliRunner

from grantengine.web.commands import recompute

ROUND = {
    "rule": {"kind": "round", "factor": "0.5", "cap_share_of_goal": "0.1"},
    "pot_cents": 100_000,
    "campaigns": [{"id": "bakery", "goal_cents": 50_000}, {"id": "choir", "goal_cents": 90_001}],
    "pledges": [
        {
            "id": "p1",
            "backer": "Aino",
            "campaign": "bakery",
            "amount_cents": 20_000,
            "at": "2026-09-16T12:00:00Z",
        },
        {
            "id": "p2",
            "backer": "Elli",
            "campaign": "choir",
            "amount_cents": 9_999,
            "at": "2026-09-16T11:00:00+02:00",
        },
    ],
}


@pytest.fixture
def run(tmp_path):
    """Run the command on a file of this content."""

    def command(content, *options):
        path = tmp_path / "match.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(recompute.group, ["match", str(path), *options])

    return command


def changed(*path, to):
    content = deepcopy(ROUND)
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return content


def test_round_is_told_as_json_in_the_order_of_the_file(run):
    result = run(ROUND, "--json")

    assert json.loads(result.stdout) == {
        "matches": [
            {"campaign": "bakery", "match_cents": 5_000},
            {"campaign": "choir", "match_cents": 4_999},
        ],
        "left_cents": 90_001,
    }


def test_promise_is_told_pledge_by_pledge_in_the_order_of_time(run):
    content = ROUND | {
        "rule": {"kind": "promise", "factor": "1.0", "cap_per_campaign_cents": None},
        "pot_cents": 15_000,
    }

    told = json.loads(run(content, "--json").stdout)

    # Elli pledged an hour and a half before Aino, whatever the clocks on their walls said.
    assert told["pledges"] == [
        {"id": "p1", "match_cents": 5_001},
        {"id": "p2", "match_cents": 9_999},
    ]
    assert told["left_cents"] == 0


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "topup", "threshold": "0.4", "cap_share_of_goal": "0.5"}, [25_000, 0]),
        ({"kind": "topup", "threshold": "0.4", "min_backers": 2}, [0, 0]),
        ({"kind": "quadratic"}, [0, 0]),
    ],
)
def test_other_kinds_are_reckoned_too(run, rule, expected):
    told = json.loads(run(ROUND | {"rule": rule}, "--json").stdout)

    assert [match["match_cents"] for match in told["matches"]] == expected
    assert sum(expected) + told["left_cents"] == 100_000


def test_decimals_are_read_exactly(run):
    content = changed("rule", "factor", to="0.29")
    content["pledges"][0]["amount_cents"] = 100

    told = json.loads(run(content, "--json").stdout)

    # 0.29 as a floating number is a trifle less, and would give 28.
    assert told["matches"][0]["match_cents"] == 29


def test_table_says_which_cap_held_back(run):
    lines = run(ROUND).stdout.splitlines()

    assert lines == [
        "campaign           goal  pledged   match       held back by",
        "-----------------------------------------------------------",
        "bakery           500.00   200.00   50.00  cap_share_of_goal",
        "choir            900.01    99.99   49.99",
        "-----------------------------------------------------------",
        "left in the pot                   900.01",
    ]


def test_what_a_kind_does_not_follow_is_said_and_ignored(run):
    result = run(ROUND | {"rule": {"kind": "promise", "min_backers": 20}}, "--json")

    assert result.exit_code == 0
    assert "a promise rule has no min_backers" in result.stderr
    assert json.loads(result.stdout)["left_cents"] == 70_001


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"rule": {"kind": "round"}, "rule": {"kind": "quadratic"}}',
        json.dumps(ROUND).replace("100000", "NaN"),
        json.dumps(ROUND).replace("100000", "9" * 5_000),
        changed("rule", to=None),
        changed("rule", "kind", to="lottery"),
        changed("rule", "cap_per_campain_cents", to=1),
        changed("rule", "factor", to="1,5"),
        changed("rule", "factor", to="NaN"),
        changed("rule", "factor", to="-1"),
        changed("rule", "factor", to="0"),
        changed("rule", "factor", to="1e999999999"),
        changed("rule", "factor", to=[]),
        changed("rule", "min_backers", to=1.5),
        changed("rule", "cap_per_campaign_cents", to=-1),
        changed("pot_cents", to=-1),
        changed("pot_cents", to=True),
        changed("pot_cents", to="100"),
        changed("pot_cents", to=10**18),
        changed("campaigns", to={}),
        changed("campaigns", 0, "goal_cents", to=None),
        changed("campaigns", 1, "id", to="bakery"),
        changed("campaigns", 1, "id", to="\x1b[2J"),
        changed("pledges", 0, "amount_cents", to=0),
        changed("pledges", 0, "amount_cents", to=0.5),
        changed("pledges", 0, "campaign", to="ferry"),
        changed("pledges", 1, "id", to="p1"),
        changed("pledges", 1, "backer", to=""),
        changed("pledges", 1, to=[]),
        changed("pledges", 1, "amount_cents", to=10**15),
        changed("rule", to={"kind": "promise"}) | {"pledges": [{"id": "p1", "backer": "Aino"}]},
    ],
)
def test_bad_file_is_refused_in_one_line(run, content):
    result = run(content, "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_promise_without_times_is_refused(run):
    content = changed("rule", "kind", to="promise")
    content["pledges"][0]["at"] = "yesterday"

    assert "pledges[0].at is no time" in run(content).stderr
