"""`grantengine recompute`: an outsider reckons again what decided money, and bad files are refused."""

import json

import click
import pytest
from click.testing import CliRunner

from grantengine.web.commands.recompute import group
from tests.support.cases import case_path
from tests.support.recompute import ASSIGNMENT, DRAW

RANKING = "application,reviewer,score\n" + "".join(
    f"{row},{column},{score}\n"
    for row, scores in {"A": "65", "B": "43", "C": "22"}.items()
    for column, score in zip("xy", scores, strict=True)
)


@pytest.fixture
def run(tmp_path):
    """Run a subcommand on a file of this content; a refusal is the line it would print."""

    def command(name, content, *arguments):
        file = tmp_path / "published"
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        result = CliRunner().invoke(group, [name, str(file), *arguments], standalone_mode=False)
        if isinstance(result.exception, click.ClickException):
            return result.exception.format_message()
        assert result.exception is None, result.exception
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    return command


def test_a_ranking_is_recomputed_in_the_published_form(run):
    found = run("ranking", RANKING, "--places", "1", "--json")

    assert found["places"] == 1
    assert [each["application"] for each in found["applications"]] == ["A", "B", "C"]
    best = found["applications"][0]
    assert set(best) == {"application", "mean", "expected_rank", "sucra", "interval", "group"}
    assert (best["mean"], best["interval"], best["group"]) == (5.5, [1, 1], "fund")


def test_the_published_panel_is_recomputed_to_a_tenth_of_a_rank(run):
    rows = case_path("erforresearch/panel1.csv").read_text().splitlines()[1:]
    expected = json.loads(case_path("erforresearch/expected.json").read_text())
    file = "\n".join(["application,reviewer,score", *rows, "#1,v_6,"])

    found = run("ranking", file, "--places", str(expected["fundable"]), "--json")["applications"]

    for each in found:
        assert abs(each["expected_rank"] - expected["er"][each["application"]]) <= 0.1
    drawn = {each["application"] for each in found if each["group"] == "draw"}
    assert drawn == set(expected["random_selection"])


def test_a_draw_is_recomputed_in_any_order_of_its_labels(run):
    found = run("draw", DRAW, "--json")

    assert found == run("draw", DRAW | {"labels": DRAW["labels"][::-1]}, "--json")
    tickets = [each["ticket"] for each in found["order"]]
    assert tickets == sorted(tickets)
    assert found["winners"] == [found["order"][0]["label"]]


@pytest.mark.parametrize(
    ("objective", "pairs", "total"),
    [
        ("total", [["a", "x"], ["b", "y"]], 13),
        ("pair_floor", [["a", "y"], ["b", "x"]], 11),
        ("application_floor", [["a", "y"], ["b", "x"]], 11),
    ],
)
def test_an_assignment_is_recomputed_under_each_objective(run, objective, pairs, total):
    found = run("assignment", ASSIGNMENT | {"objective": objective}, "--json")

    assert (found["pairs"], found["total"], found["shortages"]) == (pairs, total, [])
    assert found["pair_floor"] == found["application_floor"]


def test_a_shortage_is_named_and_nothing_is_relaxed(run):
    blocked = ASSIGNMENT | {"conflicts": [["b", "x", "declared"], ["b", "y", "applicant"]]}

    found = run("assignment", blocked, "--json")

    assert found["pairs"] == []
    assert found["shortages"] == [
        {"application": "b", "wanted": 1, "missing": 1, "together": ["b"]}
    ]
    assert "b" in run("assignment", blocked)


@pytest.mark.parametrize(
    ("name", "content", "arguments", "said"),
    [
        ("ranking", RANKING, ("--places", "1"), "A                   5.50"),
        ("draw", DRAW, (), "The commitment to this code: 66687aad"),
        ("assignment", ASSIGNMENT, (), "total 13, lowest pair 1"),
    ],
)
def test_without_json_a_table_is_printed(run, name, content, arguments, said):
    assert " ".join(said.split()) in " ".join(run(name, content, *arguments).split())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the first line is not: application,reviewer,score"),
        ("application;reviewer;score\n", "the first line is not"),
        (b"\xff\xfe", "not UTF-8"),
        ("application,reviewer,score\n", "holds no score"),
        (RANKING + "A,z\n", "line 8 has 2 columns"),
        (RANKING + "A,z,7\n", "line 8: score '7' is not from 1 to 6"),
        (RANKING + "A,z,0.99\n", "is not from 1 to 6"),
        (RANKING + "A,z,nan\n", "is not from 1 to 6"),
        (RANKING + 'A,z,"5,5"\n', "is not from 1 to 6"),
        (RANKING + "A,z,1_0\n", "is not from 1 to 6"),
        (RANKING + "A,z,٣\n", "is not from 1 to 6"),
        (RANKING + "A,x,3\n", "'A' has two scores by the same reviewer"),
        (RANKING + "D,x,\n", "'D' has no score"),
        (RANKING + ",x,3\n", "application is no text"),
        (RANKING + 'A,"z\n', "not CSV"),
    ],
)
def test_a_bad_file_of_scores_is_refused_in_one_line(run, content, said):
    refusal = run("ranking", content, "--places", "1")

    assert said in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "the file is no object"),
        ("{", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff", "not UTF-8"),
        (DRAW | {"labels": "abc"}, "labels is no list"),
        (DRAW | {"labels": ["a", "a"]}, "the label 'a' comes twice"),
        (DRAW | {"labels": ["a", 3]}, "labels[1] is no text"),
        (DRAW | {"labels": ["\ud800"]}, "labels[0] is no text"),
        (DRAW | {"one_time_code": "xyz"}, "no text of hexadecimal digits"),
        (DRAW | {"one_time_code": ""}, "one_time_code is empty"),
        (DRAW | {"public_randomness": ""}, "public_randomness is empty"),
        (DRAW | {"public_randomness": 7}, "public_randomness is no text"),
        (DRAW | {"winners": 4}, "winners is no whole number from 0 to 3"),
        (DRAW | {"winners": True}, "winners is no whole number"),
        (DRAW | {"seed": "x"}, "'seed', which is not part of the format"),
        ('{"winners": NaN}', "NaN is no number"),
        ('{"winners": 1, "winners": 2}', "the same name twice"),
    ],
)
def test_a_bad_file_of_a_draw_is_refused_in_one_line(run, content, said):
    refusal = run("draw", content)

    assert said in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"objective": "fairness"}, "objective is none of total, pair_floor, application_floor"),
        ({"seed": None}, "seed is no text"),
        ({"seed": "\ud800"}, "seed is no text"),
        ({"conflicts": None}, "conflicts is no list"),
        ({"scores": [["a", "x"]]}, "scores[0] has 2 parts, not three"),
        ({"scores": [["a", "x", 1.5]]}, "scores[0][2] is no whole number"),
        ({"scores": [["q", "x", 1]]}, "'q' is in a score or a conflict"),
        ({"scores": ASSIGNMENT["scores"] * 2}, "has two scores"),
        ({"scores": [["a", "x", 10**12], ["b", "x", 1], ["b", "y", 7]]}, "too far apart"),
        ({"conflicts": [["a", "q", "declared"]]}, "'q' is in a score or a conflict"),
        ({"conflicts": [["a", "x", None]]}, "conflicts[0][2] is no text"),
        ({"applications": [{"id": "a", "reviews": -1}]}, "applications[0].reviews is no whole"),
        ({"applications": [{"id": "", "reviews": 1}]}, "applications[0].id is no text"),
        ({"applications": ASSIGNMENT["applications"] * 2}, "application 'a' is there twice"),
        ({"reviewers": [{"id": "x", "min": 2, "max": 1}]}, "smallest load of 'x'"),
        ({"reviewers": [{"id": "x", "min": 0}]}, "reviewers[0].max is no whole number"),
    ],
)
def test_a_bad_file_of_an_assignment_is_refused_in_one_line(run, change, said):
    refusal = run("assignment", ASSIGNMENT | change)

    assert said in refusal
    assert "\n" not in refusal
