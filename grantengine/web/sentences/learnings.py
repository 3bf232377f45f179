"""What the refusals of `learnings` say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "learning_published": (
        409,
        lazy("The learning is public already and stands as it was told."),
    ),
    "learning_incomplete": (
        422,
        lazy("Answer all five questions, choose a result and say who tells the story."),
    ),
    "learning_stale": (
        409,
        lazy("The draft was saved in another window meanwhile. Nothing was overwritten."),
    ),
    "learning_locked": (
        409,
        lazy("The learning is written while the experiment is under way."),
    ),
}
