"""What the refusals of the programme say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "duplicate_person": (409, lazy("Somebody with this e-mail address is known already.")),
    "unknown_envelope": (404, lazy("The programme has no envelope called %(envelope)s.")),
    "funding_spent": (
        409,
        lazy("The envelope has less free than that. Nothing was sent back."),
    ),
    "goal_missing": (422, lazy("Choose at least one goal that the experiment serves.")),
}
