"""What a learning card can be, and what came of an experiment's hypothesis."""

from enum import StrEnum
from typing import Final

from grantengine.transitions import Moves


class LearningStatus(StrEnum):
    """Where a learning card stands."""

    DRAFT = "draft"
    PUBLISHED = "published"


LEARNING_MOVES: Moves[LearningStatus] = {
    LearningStatus.DRAFT: {LearningStatus.PUBLISHED},
    LearningStatus.PUBLISHED: set(),
}


class Result(StrEnum):
    """What became of the hypothesis; none of the three is a failure."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNCLEAR = "unclear"


# The five questions of the true story, in the order in which it is told.
STORY: Final = ("doing", "daring", "succeeded", "went_wrong", "learned")

NARRATOR_LENGTH_MAX: Final = 200
ANSWER_LENGTH_MAX: Final = 5000
