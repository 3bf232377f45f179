"""The project's own source, as the architecture tests look at it."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

import grantengine
from tests.support.cases import CHECKOUT

PACKAGE = CHECKOUT / "grantengine"
TEMPLATES = PACKAGE / "web" / "templates"


def python_files() -> list[Path]:
    """List the Python files of the package and the script at the root."""
    return [CHECKOUT / "run.py", *sorted(PACKAGE.rglob("*.py"))]


def templates() -> list[Path]:
    """List the templates of pages, letters and documents."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def name_of(path: Path) -> str:
    """Name a file as the reader of a failure knows it."""
    return str(path.relative_to(CHECKOUT))


@cache
def modules() -> list[ModuleType]:
    """Import every module of the package."""
    found = pkgutil.walk_packages(grantengine.__path__, prefix="grantengine.")
    return [importlib.import_module(info.name) for info in found if "__main__" not in info.name]
