"""The questions that a call asks unless it brings its own: the experiment card of eight fields."""

import json
from functools import cache
from importlib import resources

from grantengine.reviews.questions.asking import Question, read_questions


@cache
def usual_questions() -> tuple[Question, ...]:
    """Give the experiment card with its place, budget, ethics self-assessment and attachments."""
    text = resources.files("grantengine.reviews").joinpath("facts", "questions.json")
    return read_questions(json.loads(text.read_text("utf-8")))
