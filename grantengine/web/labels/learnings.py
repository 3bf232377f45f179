"""How learnings are spoken of: the five questions of the story, and the three results."""

from grantengine.learnings.lifecycle import Result
from grantengine.web.i18n import LazyText, lazy

# The questions of the true stories that municipalities told of their experiments.
QUESTIONS: dict[str, LazyText] = {
    "doing": lazy("What are we doing?"),
    "daring": lazy("What made us dare?"),
    "succeeded": lazy("Where did we succeed?"),
    "went_wrong": lazy("What went wrong?"),
    "learned": lazy("What did we learn?"),
}

RESULTS: dict[Result, LazyText] = {
    Result.CONFIRMED: lazy("It held"),
    Result.REJECTED: lazy("It did not hold"),
    Result.UNCLEAR: lazy("It stayed open"),
}

RESULT_MEANINGS: dict[Result, LazyText] = {
    Result.CONFIRMED: lazy("What was supposed turned out to be so."),
    Result.REJECTED: lazy("What was supposed turned out not to be so. Now it is known."),
    Result.UNCLEAR: lazy("The experiment did not settle the matter; it says why."),
}
