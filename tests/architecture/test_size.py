"""Files and functions stay small enough to be read at one sitting."""

import ast

import pytest

from tests.support.source import name_of, python_files

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_file_is_short(path):
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= FILE_LINES_MAX


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_functions_are_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    too_long = {
        node.name: length_of(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_of(node) > FUNCTION_LINES_MAX
    }

    assert too_long == {}


def length_of(node):
    return node.end_lineno - node.lineno + 1
