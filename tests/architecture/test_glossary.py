"""The glossary names things that are there, and each of them once."""

import inspect
import re
from collections import Counter

import pytest

from tests.support.source import CHECKOUT, modules

ROWS = re.findall(
    r"^\| `([\w.]+)` \| ", (CHECKOUT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE
)
CLASSES = {
    name: member
    for module in modules()
    for name, member in inspect.getmembers(module, inspect.isclass)
    if member.__module__.startswith("grantengine.")
}
MODULES = {}
for _module in modules():
    MODULES.setdefault(_module.__name__.rpartition(".")[2], []).append(_module)


def is_there(path):
    first, _dot, name = path.partition(".")
    if first in CLASSES:
        fields = getattr(CLASSES[first], "__dataclass_fields__", {})
        return not name or name in fields or hasattr(CLASSES[first], name)
    return any(hasattr(module, name) for module in MODULES.get(first, []))


@pytest.mark.parametrize("path", ROWS)
def test_a_word_of_the_code_is_in_the_code(path):
    assert is_there(path)


def test_each_word_of_the_code_stands_once():
    assert [path for path, count in Counter(ROWS).items() if count > 1] == []
