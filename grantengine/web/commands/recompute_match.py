"""`grantengine recompute match`: the matches of a rule, from a file, by the engine's functions."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from grantengine.campaigns.matching.closing import close
from grantengine.campaigns.matching.crowd import Entrant, gather
from grantengine.campaigns.matching.sequence import promise_all
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.web.commands.match_files import MatchFile, MatchFileError, read_match_file
from grantengine.web.commands.tables import euros, table


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gives; pledges only under a promise, which is made to each of them.

    Attributes:
        matches: cents of each campaign, in the order of the file.
        pledges: cents of each pledge, in the order of the file; None at the close.
        left_cents: what is left in the pot.
        capped: of each campaign or pledge the last cap that held something back.
    """

    matches: dict[str, int]
    pledges: dict[str, int] | None
    left_cents: int
    capped: dict[str, str]

    def as_json(self) -> dict[str, object]:
        """Write it as the command's JSON."""
        told: dict[str, object] = {
            "matches": [
                {"campaign": name, "match_cents": cents} for name, cents in self.matches.items()
            ]
        }
        if self.pledges is not None:
            told["pledges"] = [
                {"id": name, "match_cents": cents} for name, cents in self.pledges.items()
            ]
        return told | {"left_cents": self.left_cents}


@click.command("match")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def command(file: Path, as_json: bool) -> None:
    """Reckon the matches of the rule, pot, campaigns and pledges in FILE (JSON)."""
    try:
        content = read_match_file(file)
    except MatchFileError as error:
        raise click.ClickException(f"{file}: {error}") from None
    for name in content.ignored:
        click.echo(f"grantengine: a {content.terms.kind} rule has no {name}; ignored", err=True)
    found = outcome(content)
    click.echo(json.dumps(found.as_json(), indent=2) if as_json else _table(content, found))


def outcome(content: MatchFile) -> Outcome:
    """Reckon a file."""
    if content.terms.kind is MatchKind.PROMISE:
        return _promised(content)
    return _closed(content)


def _promised(content: MatchFile) -> Outcome:
    promises = promise_all(
        content.terms, pot=content.pot, goals=content.goals, pledges=content.pledges
    )
    matches = dict.fromkeys(content.goals, 0)
    pledges, capped = {}, {}
    for pledge in content.pledges:
        promised = promises[pledge.id]
        pledges[pledge.id] = promised.amount.cents
        matches[pledge.campaign] += promised.amount.cents
        for step in promised.trace:
            if step.bit:
                capped[pledge.campaign] = step.name
    return Outcome(matches, pledges, content.pot.cents - sum(matches.values()), capped)


def _closed(content: MatchFile) -> Outcome:
    crowd = gather(
        [Entrant(name, goal) for name, goal in content.goals.items()],
        backers=[each.backer for each in content.pledges],
        campaigns=[each.campaign for each in content.pledges],
        cents=[each.amount.cents for each in content.pledges],
    )
    closing = close(content.terms, pot_cents=content.pot.cents, crowd=crowd)
    found = {match.campaign: match for match in closing.matches}
    capped = {
        match.campaign: step.name for match in closing.matches for step in match.trace if step.bit
    }
    matches = {name: found[name].cents for name in content.goals}
    return Outcome(matches, None, closing.left_cents, capped)


def _table(content: MatchFile, found: Outcome) -> str:
    pledged = dict.fromkeys(content.goals, 0)
    for pledge in content.pledges:
        pledged[pledge.campaign] += pledge.amount.cents
    rows = [
        [name, euros(goal.cents), euros(pledged[name]), euros(cents), found.capped.get(name, "")]
        for (name, goal), cents in zip(content.goals.items(), found.matches.values(), strict=True)
    ]
    return table(
        ["campaign", "goal", "pledged", "match", "held back by"],
        rows,
        foot=["left in the pot", "", "", euros(found.left_cents), ""],
    )
