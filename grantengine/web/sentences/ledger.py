"""What the refusals of the ledger say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "ledger_error": (500, lazy("The ledger refused this. Nothing was booked.")),
    "account_code": (422, lazy("%(account)s is not the name of an account.")),
    "unknown_account": (404, lazy("There is no account called %(account)s.")),
    "account_exists": (409, lazy("The account %(account)s is open already as something else.")),
    "entry_text": (
        422,
        lazy("The %(field)s of an entry is no text of 1 to %(longest)s characters."),
    ),
    "invalid_transfer": (422, lazy("Line %(line)s of the entry cannot be booked.")),
    "ledger_crossing": (
        422,
        lazy("Money cannot move between %(debit)s and %(credit)s: they differ in %(dimension)s."),
    ),
    "overdraft": (409, lazy("There is not enough money for this. Nothing was booked.")),
    "key_reused": (409, lazy("This was sent before with other content. Nothing was booked.")),
    "unknown_entry": (404, lazy("There is no entry %(entry)s in the ledger.")),
    "already_reversed": (409, lazy("The entry %(entry)s has been taken back before.")),
    "reversal_of_reversal": (409, lazy("A reversal is not taken back; book the fact anew.")),
    "unknown_hold": (404, lazy("There is no hold %(hold)s in the ledger.")),
    "hold_ended": (409, lazy("The hold %(hold)s has ended. Nothing was booked.")),
    "hold_exceeded": (
        409,
        lazy("More was asked for than the hold %(hold)s has. Nothing was booked."),
    ),
    "reason_held": (409, lazy("Money has been set aside for this before. Nothing was booked.")),
    "period_closed": (409, lazy("The books of %(effective_on)s are closed. Nothing was booked.")),
    "period_overlap": (409, lazy("Another period has some of these days already.")),
    "unknown_period": (404, lazy("No period ends on %(last_on)s.")),
    "account_closed": (409, lazy("The account %(account)s is closed. Nothing was booked.")),
    "account_not_empty": (
        409,
        lazy("The account %(account)s still holds money and cannot be closed."),
    ),
    "ledger_not_empty": (
        409,
        lazy("There is something in this ledger already. A backup is restored into an empty one."),
    ),
    "broken_line": (
        422,
        lazy("Line %(line)s cannot be restored (%(reason)s). Nothing was restored."),
    ),
    "unproven_restore": (
        422,
        lazy(
            "What was restored is not what was backed up: %(check)s of %(where)s is off. Nothing was restored."
        ),
    ),
    "year_not_over": (409, lazy("The year %(year)s is not over. Its books stay open.")),
    "balance_too_large": (
        409,
        lazy("The account %(account)s cannot hold that much. Nothing was booked."),
    ),
}
