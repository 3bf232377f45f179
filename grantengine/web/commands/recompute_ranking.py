"""`grantengine recompute ranking`: expected ranks and groups, from the published scores."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import click

from grantengine.reviews.errors import RankingInputError
from grantengine.reviews.ranking.groups import Estimate
from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN
from grantengine.web.commands.json_file import as_text, shown, wrong
from grantengine.web.commands.tables import table

COLUMNS = ["application", "reviewer", "score"]
_ROWS_MAX = 1_000_000
# Longest score that is read; one written longer says nothing more.
_SCORE_LENGTH_MAX = 20

_SENTENCES = {
    "no_scores": "the file holds no score",
    "off_scale": f"a score of {{item}} is not from {SCORE_MIN} to {SCORE_MAX}",
    "score_twice": "{item} has two scores by the same reviewer",
}


@click.command("ranking")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--places", required=True, type=click.IntRange(min=0), help="How many can be funded.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def command(file: Path, places: int, as_json: bool) -> None:
    """Rank again by the scores in FILE (CSV of application, reviewer and score, 1 to 6)."""
    from grantengine.reviews.ranking.estimating import estimate

    scores = read_scores(file)
    try:
        estimates = estimate(scores, places)
    except RankingInputError as error:
        reason, item = error.details["reason"], error.details["item"]
        raise wrong(_SENTENCES[reason].format(item=shown(item))) from None
    if as_json:
        told = {"applications": [_as_json(each) for each in estimates], "places": places}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(
        table(
            ("application", "mean", "expected rank", "SUCRA", "middle half", "group"),
            [_row(each) for each in estimates],
        )
    )


def read_scores(path: Path) -> list[tuple[str, str, float]]:
    """Read the scores of a file; a reviewer's empty score is none.

    Raises:
        click.ClickException: it is no such table, or an application has no score at all.
        OSError: it cannot be read.
    """
    seen: set[str] = set()
    scores: list[tuple[str, str, float]] = []
    for line, row in _rows(path):
        application = as_text(row[0].strip(), f"line {line}: application")
        reviewer = as_text(row[1].strip(), f"line {line}: reviewer")
        seen.add(application)
        if row[2].strip():
            scores.append((application, reviewer, _score(row[2].strip(), line)))
    silent = sorted(seen - {application for application, _, _ in scores})
    if silent:
        raise wrong(f"{shown(silent[0])} has no score, so it cannot be ranked")
    return scores


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [each.strip().lower() for each in next(reader, [])]
            if header != COLUMNS:
                raise wrong(f"the first line is not: {','.join(COLUMNS)}")
            for row in reader:
                if reader.line_num > _ROWS_MAX:
                    raise wrong(f"the file has more than {_ROWS_MAX} lines")
                if len(row) not in (0, len(COLUMNS)):
                    raise wrong(f"line {reader.line_num} has {len(row)} columns, not three")
                if row:
                    yield reader.line_num, row
    except UnicodeDecodeError:
        raise wrong("the file is not UTF-8") from None
    except csv.Error as error:
        raise wrong(f"the file is not CSV: {error}") from None


def _score(text: str, line: int) -> float:
    try:
        value = float(text) if len(text) <= _SCORE_LENGTH_MAX and text.isascii() else None
    except ValueError:
        value = None
    if value is None or "_" in text or not SCORE_MIN <= value <= SCORE_MAX:
        raise wrong(f"line {line}: score {shown(text)} is not from {SCORE_MIN} to {SCORE_MAX}")
    return value


def _as_json(each: Estimate) -> dict[str, object]:
    return {
        "application": each.application,
        "mean": each.mean,
        "expected_rank": each.expected_rank,
        "sucra": each.sucra,
        "interval": list(each.interval),
        "group": each.group,
    }


def _row(each: Estimate) -> tuple[str, ...]:
    low, high = each.interval
    return (
        each.application,
        f"{each.mean:.2f}",
        f"{each.expected_rank:.2f}",
        f"{each.sucra:.3f}",
        f"{low}-{high}",
        each.group,
    )
