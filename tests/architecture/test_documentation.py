"""What the documentation promises to list, it lists."""

import inspect
from collections import Counter

import pytest

from grantengine.errors import GrantEngineError
from grantengine.settings import Settings
from tests.support.source import CHECKOUT, modules


def subclasses_of(root):
    return {root}.union(*(subclasses_of(child) for child in root.__subclasses__()))


def booking_recipes():
    return [
        f"{module.__name__.split('.')[1]}.{name}"
        for module in modules()
        if module.__name__.endswith(".bookings")
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


MODULES = modules()  # Imported first, so that every error class exists.
ERRORS = [
    error
    for error in sorted(subclasses_of(GrantEngineError), key=lambda error: error.__name__)
    if error.__module__.startswith("grantengine.")
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_has_a_code_of_its_own_and_is_documented(error):
    assert vars(error).get("code"), f"{error.__name__} sets no code"
    assert error.__name__.endswith("Error")
    assert f"`{error.code}`" in text_of("docs/errors.md")


def test_no_two_errors_share_a_code():
    shared = [code for code, count in Counter(error.code for error in ERRORS).items() if count > 1]

    assert shared == []


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_setting_is_documented(setting):
    assert f"`{setting}`" in text_of("docs/settings.md")


@pytest.mark.parametrize("recipe", booking_recipes())
def test_booking_recipe_is_documented(recipe):
    assert f"`{recipe}`" in text_of("docs/money-flows.md")


@pytest.mark.parametrize("recipe", booking_recipes())
def test_booking_recipe_has_a_worked_example(recipe):
    assert f"{recipe}(" in text_of("tests/integration/ledger/test_textbook.py")


def text_of(name):
    return (CHECKOUT / name).read_text(encoding="utf-8")
