"""The fixed formats of `grantengine recompute … --json`: every key, its type and its place.

An outsider's program reads these; what is compared here is the text itself, so that another
key, another order, or 5 in place of 5.0 shows.
"""

import json

import pytest
from click.testing import CliRunner

from grantengine.web.commands.recompute import group
from tests.support.recompute import ASSIGNMENT, DRAW

SCORES = "application,reviewer,score\nA,x,6\nA,y,5\nB,x,4\nB,y,\nC,x,2\nC,y,2\n"
TWO_WINNERS = DRAW | {"winners": 2}
CONFLICTED = ASSIGNMENT | {"conflicts": [["b", "y", "declared"]], "objective": "pair_floor"}
# Nobody may read for b, and y wants more than there is.
BLOCKED = CONFLICTED | {"conflicts": [["b", "x", "declared"], ["b", "y", "applicant"]]}
IDLE = CONFLICTED | {
    "reviewers": [{"id": "x", "min": 0, "max": 1}, {"id": "y", "min": 3, "max": 3}]
}

RANKED = """{"applications": [
 {"application": "A", "mean": 5.5, "expected_rank": 1.2715, "sucra": 0.8642,
  "interval": [1, 1], "group": "fund"},
 {"application": "B", "mean": 4.0, "expected_rank": 1.972, "sucra": 0.514,
  "interval": [2, 2], "group": "reject"},
 {"application": "C", "mean": 2.0, "expected_rank": 2.7565, "sucra": 0.1218,
  "interval": [3, 3], "group": "reject"}
 ], "places": 1}"""
TWO_WINNERSN = """{"order": [
 {"label": "Åbo stad",
  "ticket": "49f0dba31899dbd2361c67f9edcf7a091c77b2bf2223029cb2e4d11aaf4ee50e"},
 {"label": "Kylä ry",
  "ticket": "56a2c5321579045f8f98a793ddf0d6d5fdede02b545426d4dfc1535d5c97da63"},
 {"label": "👩‍🌾 farm",
  "ticket": "7027f0d341ae16d5e9b544b248c3c8d8aa6993affd8549a5774f3cd1b7a33b0d"}
 ], "winners": ["Åbo stad", "Kylä ry"]}"""
ASSIGNED = """{"pairs": [["a", "y"], ["b", "x"]], "total": 11, "pair_floor": 5,
 "application_floor": 5, "shortages": []}"""
SHORT = """{"pairs": [], "total": 0, "pair_floor": null, "application_floor": null,
 "shortages": [{"application": "b", "wanted": 1, "missing": 1, "together": ["b"]}]}"""
IDLING = """{"pairs": [], "total": 0, "pair_floor": null, "application_floor": null,
 "shortages": [{"reviewer": "y", "wanted": 3, "missing": 2}]}"""


@pytest.fixture
def told(tmp_path):
    """Run a subcommand on a file of this content; give what it wrote as one line of JSON."""

    def command(name, content, *arguments):
        file = tmp_path / "published"
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        result = CliRunner().invoke(
            group, [name, str(file), *arguments, "--json"], catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return in_one_line(result.stdout)

    return command


def in_one_line(text):
    """Write JSON anew: white space goes, while order, types and digits stay."""
    return json.dumps(json.loads(text), ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "content", "arguments", "expected"),
    [
        ("ranking", SCORES, ("--places", "1"), RANKED),
        ("draw", TWO_WINNERS, (), TWO_WINNERSN),
        ("assignment", CONFLICTED, (), ASSIGNED),
        ("assignment", BLOCKED, (), SHORT),
        ("assignment", IDLE, (), IDLING),
    ],
    ids=["ranking", "draw", "assignment", "nobody-may-read", "too-little-to-read"],
)
def test_what_is_written_is_of_the_fixed_format(told, name, content, arguments, expected):
    assert told(name, content, *arguments) == in_one_line(expected)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [("draw", TWO_WINNERS, key) for key in TWO_WINNERS]
    + [("assignment", CONFLICTED, key) for key in CONFLICTED if key != "objective"],
)
def test_no_key_of_the_fixed_format_may_be_left_out(tmp_path, name, content, key):
    file = tmp_path / "published"
    file.write_text(json.dumps({one: it for one, it in content.items() if one != key}), "utf-8")

    result = CliRunner().invoke(group, [name, str(file), "--json"])

    assert result.exit_code != 0
    assert key in result.output
    assert result.stdout == ""


@pytest.mark.parametrize("objective", ["total", "pair_floor", "application_floor"])
def test_the_three_objectives_are_called_as_the_format_says(told, objective):
    assert told("assignment", CONFLICTED | {"objective": objective}).startswith('{"pairs": [[')


def test_the_order_of_what_comes_in_changes_nothing_of_what_goes_out(told):
    head, *rows = SCORES.splitlines()
    turned = {key: it[::-1] if isinstance(it, list) else it for key, it in CONFLICTED.items()}

    assert told("ranking", "\n".join([head, *rows[::-1]]), "--places", "1") == in_one_line(RANKED)
    assert told("draw", TWO_WINNERS | {"labels": TWO_WINNERS["labels"][::-1]}) == in_one_line(
        TWO_WINNERSN
    )
    assert told("assignment", turned) == in_one_line(ASSIGNED)
