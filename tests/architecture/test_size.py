"""Files and functions stay small enough to be read at one sitting."""

import ast

from tests.support.source import name_of, python_files

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70


def test_files_are_short():
    lines = {name_of(path): path.read_text("utf-8").count("\n") for path in python_files()}

    assert {name: count for name, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_functions_are_short():
    too_long = {
        f"{name_of(path)}: {node.name}": length_of(node)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_of(node) > FUNCTION_LINES_MAX
    }

    assert too_long == {}


def length_of(node):
    return node.end_lineno - node.lineno + 1
