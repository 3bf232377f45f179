"""How screening is spoken of: answers, outcomes, reasons, and what a finding lacks."""

from grantengine.reviews.checklist import Answer, TurnedAwayFor
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.web.i18n import LazyText, lazy

ANSWERS: dict[Answer, LazyText] = {
    Answer.YES: lazy("Yes"),
    Answer.NO: lazy("No"),
    Answer.NOT_APPLICABLE: lazy("Does not apply"),
}

OUTCOMES: dict[ApplicationStatus, LazyText] = {
    ApplicationStatus.ELIGIBLE: lazy("It goes to review."),
    ApplicationStatus.SUPPLEMENT_ASKED: lazy("The applicant is asked for a supplement."),
    ApplicationStatus.INADMISSIBLE: lazy("It is inadmissible and not examined."),
}

# An outcome in a word or two, for tags.
SHORT: dict[ApplicationStatus, LazyText] = {
    ApplicationStatus.ELIGIBLE: lazy("Goes to review"),
    ApplicationStatus.SUPPLEMENT_ASKED: lazy("Supplement asked for"),
    ApplicationStatus.INADMISSIBLE: lazy("Inadmissible"),
}

REASONS: dict[TurnedAwayFor, LazyText] = {
    TurnedAwayFor.APPLICANT: lazy("The call is not for this kind of applicant."),
    TurnedAwayFor.NO_EXPERIMENT: lazy("The application proposes no experiment."),
    TurnedAwayFor.GOALS: lazy("The experiment serves no goal of the call."),
    TurnedAwayFor.COSTS: lazy("The grant is asked for costs that a grant may not cover."),
    TurnedAwayFor.FUNDED_TWICE: lazy("Other public support covers the same costs."),
    TurnedAwayFor.SANCTIONS: lazy("The applicant is on a sanctions list."),
    TurnedAwayFor.UNANSWERED: lazy("What was asked for was not given in time."),
    TurnedAwayFor.OTHER: lazy("Another reason, given in words."),
}

# What is wrong with a finding or a reply, by the reason of `ScreeningError`.
PROBLEMS: dict[str, LazyText] = {
    "unanswered": lazy("Check this point before the application goes to review."),
    "not_met": lazy("What goes to review meets this point; ask for a supplement or turn it away."),
    "missing": lazy("This is needed."),
    "words_needed": lazy("Give the reason in words."),
    "question_needed": lazy("Say what is missing."),
    "past": lazy("Choose a day to come."),
    "too_long": lazy("Keep it under 5,000 characters."),
    "unknown": lazy("Choose what follows."),
}
