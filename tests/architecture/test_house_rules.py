"""Rules of the house that no linter knows."""

import re
from enum import StrEnum

import pytest

from tests.support.source import CHECKOUT, PACKAGE, modules, name_of, python_files

# What reads the machine's clock; measuring a duration (perf_counter) does not.
CLOCK = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(|\bfunc\.now\(")
DRAWERS = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py"}
MOVE_TABLES = [
    pytest.param(table, id=f"{module.__name__}.{name}")
    for module in modules()
    for name, table in vars(module).items()
    if name.endswith("_MOVES")
]


def test_only_the_database_and_its_session_commit():
    committing = [name_of(path) for path in files_matching(r"\.commit\(")]

    below = ["grantengine/driver_transactions.py", "grantengine/sessions.py"]
    assert sorted(committing) == ["grantengine/db.py", *below]


def test_only_the_clock_module_reads_the_clock():
    reading = [name_of(path) for path in files_matching(CLOCK)]

    assert reading == ["grantengine/clock.py"]


def test_init_files_are_empty():
    filled = [name_of(path) for path in PACKAGE.rglob("__init__.py") if path.stat().st_size]

    assert filled == []


def test_no_file_is_a_drawer_for_anything():
    drawers = [name_of(path) for path in PACKAGE.rglob("*.py") if path.name in DRAWERS]

    assert drawers == []


@pytest.mark.parametrize("table", MOVE_TABLES)
def test_move_table_has_a_row_for_each_status(table):
    statuses = type(next(iter(table)))

    assert issubclass(statuses, StrEnum)
    assert set(table) == set(statuses)
    assert set().union(*table.values()) <= set(statuses)


def test_the_lock_for_tests_holds_the_lock_for_running():
    runtime, test = (pins_of(f"requirements/{kind}.txt") for kind in ("runtime", "test"))

    assert runtime <= test


def files_matching(pattern):
    sources = [path for path in python_files() if path.is_relative_to(PACKAGE)]
    return [path for path in sources if re.search(pattern, path.read_text(encoding="utf-8"))]


def pins_of(lock):
    return set(re.findall(r"^\S+==[^\s;]+", (CHECKOUT / lock).read_text("utf-8"), re.MULTILINE))
