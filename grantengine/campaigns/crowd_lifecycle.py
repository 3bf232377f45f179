"""What visitors ask and offer besides money: its states, its kinds, how long it may be."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from grantengine.transitions import Moves

TITLE_LENGTH_MAX: Final = 120
UPDATE_LENGTH_MAX: Final = 10_000
QUESTION_LENGTH_MAX: Final = 1_000
ANSWER_LENGTH_MAX: Final = 4_000
NEED_LENGTH_MAX: Final = 300
OFFER_LENGTH_MAX: Final = 500
NAME_LENGTH_MAX: Final = 80
HOURS_MAX: Final = 2_000
# Who has not confirmed an address by then is forgotten with it.
CONFIRMED_WITHIN: Final = timedelta(days=7)


class QuestionStatus(StrEnum):
    """Where a question stands; only an answered one is shown."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"


class OfferStatus(StrEnum):
    """Where an offer of help stands; only one that was thanked for is shown."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    THANKED = "thanked"
    DECLINED = "declined"


class HelpKind(StrEnum):
    """What can be given besides money."""

    HOURS = "hours"
    PREMISES = "premises"
    SKILLS = "skills"


QUESTION_MOVES: Moves[QuestionStatus] = {
    QuestionStatus.UNCONFIRMED: {QuestionStatus.WAITING},
    QuestionStatus.WAITING: {QuestionStatus.ANSWERED, QuestionStatus.DECLINED},
    # What should not have been shown can be taken away again.
    QuestionStatus.ANSWERED: {QuestionStatus.DECLINED},
    QuestionStatus.DECLINED: set(),
}

OFFER_MOVES: Moves[OfferStatus] = {
    OfferStatus.UNCONFIRMED: {OfferStatus.WAITING},
    OfferStatus.WAITING: {OfferStatus.THANKED, OfferStatus.DECLINED},
    OfferStatus.THANKED: {OfferStatus.DECLINED},
    OfferStatus.DECLINED: set(),
}
