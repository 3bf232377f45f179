"""Colours can be told apart by day and by night, as the stylesheet has them."""

import pytest

from grantengine.web.palette import colours, contrast

TEXTS = ["ink", "ink-soft", "link", "accent", "bad", "pledged-text", "collected-text"]
MARKS = ["pledged", "collected", "matched", "paid", "thread", "line-strong"]
TINTED = ["pledged", "collected", "matched", "paid"]


def test_contrast_of_black_and_white_is_the_largest():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("name", [*TEXTS, "matched-text", "paid-text"])
@pytest.mark.parametrize("ground", ["paper", "raised"])
def test_text_can_be_read(name, ground):
    text, behind = colours()[name], colours()[ground]

    assert contrast(text.light, behind.light) >= 4.5
    assert contrast(text.dark, behind.dark) >= 4.5


@pytest.mark.parametrize("name", MARKS)
def test_marks_can_be_seen(name):
    assert colours()[name].contrast_light >= 3
    assert colours()[name].contrast_dark >= 3


@pytest.mark.parametrize("name", [*TINTED, "bad"])
def test_tag_can_be_read_on_its_own_tint(name):
    text = colours()["bad" if name == "bad" else f"{name}-text"]
    tint = colours()[f"{name}-tint"]

    assert contrast(text.light, tint.light) >= 4.5
    assert contrast(text.dark, tint.dark) >= 4.5


def test_label_of_the_primary_button_can_be_read():
    label, ground = colours()["on-accent"], colours()["accent"]

    assert contrast(label.light, ground.light) >= 4.5
    assert contrast(label.dark, ground.dark) >= 4.5
