"""The real and hostile input that lies beside the checkout and is read in place."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = CHECKOUT.parent / "shared" / "cases"


def case_path(name: str) -> Path:
    """Return the path of a case, like `iban-vectors/schwifty.json`.

    Where it is missing, the test fails on the build machine (CI=true) and is skipped elsewhere.
    """
    path = CASES / name
    if not path.exists():
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(f"no ../shared/cases/{name} beside the checkout")
    return path
