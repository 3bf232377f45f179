"""How the questions of a call are spoken of to those who write them."""

from grantengine.reviews.questions.asking import QuestionKind
from grantengine.web.i18n import LazyText, lazy

QUESTION_KINDS: dict[QuestionKind, LazyText] = {
    QuestionKind.SECTION: lazy("Heading"),
    QuestionKind.SHORT_TEXT: lazy("Short text"),
    QuestionKind.LONG_TEXT: lazy("Long text"),
    QuestionKind.NUMBER: lazy("Number"),
    QuestionKind.MONEY: lazy("Amount of money"),
    QuestionKind.ONE_CHOICE: lazy("One choice"),
    QuestionKind.SEVERAL_CHOICES: lazy("Several choices"),
    QuestionKind.DATE: lazy("Date"),
    QuestionKind.FILE: lazy("File"),
    QuestionKind.BUDGET: lazy("Budget by cost class"),
    QuestionKind.REGION: lazy("Region"),
    QuestionKind.MUNICIPALITY: lazy("Municipality"),
}

# What is wrong with a set of questions, by the reason of `QuestionsError`.
QUESTIONS_PROBLEMS: dict[str, LazyText] = {
    "too_many": lazy("A form has at most %(limit)s questions."),
    "twice": lazy("This question is asked twice."),
    "indispensable": lazy("A decision is written from this answer, so it is always asked for."),
    "unnamed": lazy("Write the question in Finnish and in Swedish."),
    "too_long": lazy("Shorten the question, the help or the choices."),
    "other_kind": lazy("The kind of a question stays. Remove this one and add another."),
    "second_budget": lazy("A form has one budget."),
    "needed_with_nothing": lazy("Choose another question that makes this one needed."),
    "limits_cross": lazy("The most is at least as much as the least, and more than nothing."),
    "beyond_ceiling": lazy("No answer of this kind can be as much as that."),
    "choices": lazy("Give at least one choice, and each in Finnish and in Swedish."),
}
