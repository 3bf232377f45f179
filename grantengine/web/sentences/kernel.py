"""What the refusals of the kernel say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "grantengine_error": (500, lazy("Something went wrong here. Nothing was half-done.")),
    "not_found": (404, lazy("There is no such page.")),
    "invalid_amount": (422, lazy("This is no amount of money that can be kept: %(given)s.")),
    "invalid_input": (422, lazy("Check what you filled in: %(field)s.")),
    "not_allowed": (403, lazy("You may not do this with the roles you have.")),
    "illegal_move": (409, lazy("This cannot be done now: the matter has already moved on.")),
    "settings_error": (500, lazy("The setting %(setting)s is wrong: %(reason)s")),
    "database_newer": (
        500,
        lazy("The database was made by a later version (%(revision)s). Update the program."),
    ),
    "database_older": (
        500,
        lazy("The database waits for migrations. Run: grantengine db upgrade"),
    ),
    "database_busy": (
        503,
        lazy("Others were changing the same thing. Nothing was changed; try again in a moment."),
    ),
    "disk_full": (503, lazy("There is no room left to write to. Nothing was changed.")),
    "read_only": (503, lazy("At present things can be looked at and not changed.")),
}
