"""`grantengine recompute draw`: the order of lots, from what was published."""

import json
from pathlib import Path

import click

from grantengine.reviews.draw import commitment_to, drawn_order
from grantengine.reviews.errors import DrawInputError
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

_NAMES = {"labels", "one_time_code", "public_randomness", "winners"}
_CODE_HEX_MAX = 1_024
_RANDOMNESS_LENGTH_MAX = 100_000

_SENTENCES = {
    "label": "the label {item} comes twice or is blank",
    "not_text": "{item} is no text that could be written down",
    "code_empty": "one_time_code is empty",
    "randomness_empty": "public_randomness is empty",
}


@click.command("draw")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def command(file: Path, as_json: bool) -> None:
    """Draw again from the labels, the one-time code and the public randomness in FILE (JSON)."""
    content = as_object(read_json(file), "the file", names=_NAMES)
    labels = [
        as_text(each, f"labels[{index}]")
        for index, each in enumerate(as_list(content.get("labels"), "labels"))
    ]
    winners = as_whole(content.get("winners"), "winners", smallest=0, largest=len(labels))
    code = _code(content.get("one_time_code"))
    try:
        order = drawn_order(labels, one_time_code=code, public_randomness=_randomness(content))
    except DrawInputError as error:
        reason, item = error.details["reason"], error.details["item"]
        raise wrong(_SENTENCES[reason].format(item=shown(item))) from None
    if as_json:
        told = {
            "order": [{"label": each.label, "ticket": each.ticket} for each in order],
            "winners": [each.label for each in order[:winners]],
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    body = [
        (each.label, str(place), "yes" if place <= winners else "", each.ticket)
        for place, each in enumerate(order, start=1)
    ]
    click.echo(table(("label", "place", "drawn", "ticket"), body))
    click.echo(f"\nThe commitment to this code: {commitment_to(code)}")


def _code(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > _CODE_HEX_MAX:
        raise wrong("one_time_code is no text of hexadecimal digits")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise wrong("one_time_code is no text of hexadecimal digits") from None


def _randomness(content: dict[str, object]) -> str:
    value = content.get("public_randomness")
    if not isinstance(value, str) or len(value) > _RANDOMNESS_LENGTH_MAX:
        raise wrong(f"public_randomness is no text of at most {_RANDOMNESS_LENGTH_MAX} characters")
    return value
