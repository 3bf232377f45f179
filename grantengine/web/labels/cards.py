"""What the sandbox's test cards do, said to people."""

from grantengine.web.gateways.sandbox import TEST_CARDS, Behaviour
from grantengine.web.i18n import LazyText, lazy

_BEHAVIOURS: dict[Behaviour, LazyText] = {
    Behaviour.SUCCEEDS: lazy("is accepted and charged"),
    Behaviour.DECLINES_WHEN_SAVED: lazy("is not accepted"),
    Behaviour.DECLINES_WHEN_CHARGED: lazy("is accepted now, but cannot be charged at the deadline"),
    Behaviour.ASKS_FOR_AUTHENTICATION: lazy("asks you to prove to your bank who you are"),
    Behaviour.ASKS_WHEN_CHARGED: lazy("asks who you are only when it is charged"),
    Behaviour.TIMES_OUT_ONCE: lazy("gets no answer the first time it is charged"),
    Behaviour.ANSWERS_TWICE: lazy("is charged once, though the provider tells of it twice"),
    Behaviour.DISPUTES: lazy("is charged, and its holder tells the bank that it was not them"),
}


def card_labels() -> list[tuple[str, LazyText]]:
    """List the test cards, their numbers in groups of four, with what each one does."""
    return [
        (" ".join(number[at : at + 4] for at in range(0, len(number), 4)), _BEHAVIOURS[behaviour])
        for number, behaviour in TEST_CARDS.items()
    ]
