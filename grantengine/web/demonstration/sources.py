"""The texts and figures of the demonstration, kept as facts beside the code that tells them."""

import tomllib
from importlib import resources
from typing import Any

Facts = dict[str, Any]


def read(name: str) -> Facts:
    """Read `facts/<name>.toml`; nothing where there is no such file."""
    facts = resources.files(__package__) / "facts" / f"{name}.toml"
    return tomllib.loads(facts.read_text("utf-8")) if facts.is_file() else {}
