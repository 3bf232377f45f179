"""`grantengine recompute assignment`: who reviews what, from what was published."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from grantengine.reviews.assignment.problem import (
    Assignment,
    Capacity,
    Need,
    Objective,
    Pair,
    Problem,
    ReviewShortage,
    Shortage,
)
from grantengine.reviews.assignment.published import shortage_as_published
from grantengine.reviews.errors import AssignmentInputError
from grantengine.web.commands.json_file import (
    as_list,
    as_object,
    as_text,
    as_whole,
    read_json,
    shown,
    wrong,
)
from grantengine.web.commands.tables import table

_NAMES = {"applications", "reviewers", "scores", "conflicts", "seed", "objective"}
_REVIEWS_MAX = 1_000
_LOAD_MAX = 1_000_000
_SCORE_MAX = 10**12

_SENTENCES = {
    "application_twice": "the application {item} is there twice",
    "reviewer_twice": "the reviewer {item} is there twice",
    "reviews_negative": "the application {item} wants less than no review",
    "load": "the smallest load of {item} is above the largest",
    "score_twice": "{item} has two scores for the same reviewer",
    "unknown_id": "{item} is in a score or a conflict, and neither application nor reviewer",
    "scores_too_far_apart": "the scores are too far apart to be reckoned exactly",
}


@click.command("assignment")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def command(file: Path, as_json: bool) -> None:
    """Assign again from the applications, reviewers, scores and conflicts in FILE (JSON)."""
    from grantengine.reviews.assignment.solving import assign

    problem = read_problem(file)
    try:
        found = assign(problem)
    except AssignmentInputError as error:
        reason, item = error.details["reason"], error.details["item"]
        raise wrong(_SENTENCES[reason].format(item=shown(str(item)))) from None
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _show(problem, found)


def read_problem(path: Path) -> Problem:
    """Read a file.

    Raises:
        click.ClickException: it is not of the format; says where and why.
        OSError: it cannot be read.
    """
    content = as_object(read_json(path), "the file", names=_NAMES)
    try:
        objective = Objective(content.get("objective", Objective.PAIR_FLOOR))
    except ValueError:
        raise wrong(f"objective is none of {', '.join(Objective)}") from None
    seed = content.get("seed")
    if not isinstance(seed, str) or not _can_be_written(seed):
        raise wrong("seed is no text")
    return Problem(
        needs=[_need(*each) for each in _items(content, "applications")],
        capacities=[_capacity(*each) for each in _items(content, "reviewers")],
        scores=[_score(*each) for each in _items(content, "scores")],
        conflicts=dict(_conflict(*each) for each in _items(content, "conflicts")),
        seed=seed,
        objective=objective,
    )


def _items(content: dict[str, Any], name: str) -> list[tuple[str, object]]:
    return [
        (f"{name}[{index}]", each) for index, each in enumerate(as_list(content.get(name), name))
    ]


def _need(where: str, value: object) -> Need:
    fields = as_object(value, where, names={"id", "reviews"})
    reviews = fields.get("reviews")
    return Need(
        as_text(fields.get("id"), f"{where}.id"),
        as_whole(reviews, f"{where}.reviews", smallest=0, largest=_REVIEWS_MAX),
    )


def _capacity(where: str, value: object) -> Capacity:
    fields = as_object(value, where, names={"id", "min", "max"})
    return Capacity(
        as_text(fields.get("id"), f"{where}.id"),
        as_whole(fields.get("min", 0), f"{where}.min", smallest=0, largest=_LOAD_MAX),
        as_whole(fields.get("max"), f"{where}.max", smallest=0, largest=_LOAD_MAX),
    )


def _score(where: str, value: object) -> tuple[str, str, int]:
    application, reviewer, score = _three(where, value)
    number = as_whole(score, f"{where}[2]", smallest=-_SCORE_MAX, largest=_SCORE_MAX)
    return as_text(application, f"{where}[0]"), as_text(reviewer, f"{where}[1]"), number


def _conflict(where: str, value: object) -> tuple[Pair, str]:
    application, reviewer, reason = _three(where, value)
    if not isinstance(reason, str):
        raise wrong(f"{where}[2] is no text")
    return (as_text(application, f"{where}[0]"), as_text(reviewer, f"{where}[1]")), reason


def _three(where: str, value: object) -> list[Any]:
    values = as_list(value, where)
    if len(values) != 3:
        raise wrong(f"{where} has {len(values)} parts, not three")
    return values


def _can_be_written(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _as_json(found: Assignment) -> dict[str, object]:
    return {
        "pairs": [list(pair) for pair in found.pairs],
        "total": found.total,
        "pair_floor": found.pair_floor,
        "application_floor": found.application_floor,
        "shortages": [shortage_as_published(each) for each in found.shortages],
    }


def _show(problem: Problem, found: Assignment) -> None:
    if found.shortages:
        click.echo("No full assignment exists; nothing was relaxed.\n")
        click.echo(
            table(("lacking", "wanted", "missing"), [_shortage_row(e) for e in found.shortages])
        )
        return
    scores = {(row, column): score for row, column, score in problem.scores}
    body = [(row, column, str(scores[row, column])) for row, column in found.pairs]
    click.echo(table(("application", "reviewer", "score"), body))
    click.echo(
        f"\ntotal {found.total}, lowest pair {found.pair_floor},"
        f" lowest sum of an application {found.application_floor}"
    )


def _shortage_row(shortage: Shortage) -> Sequence[str]:
    if isinstance(shortage, ReviewShortage):
        others = [each for each in shortage.together if each != shortage.application_id]
        name = shortage.application_id + (f" (with {', '.join(others)})" if others else "")
    else:
        name = f"reviewer {shortage.reviewer_id}"
    return name, str(shortage.wanted), str(shortage.missing)
