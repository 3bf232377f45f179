"""What the refusals of `disbursements` say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "invalid_reference": (422, lazy("%(reference)s is not a payment reference.")),
    "invalid_iban": (422, lazy("%(iban)s is not an account number. Check each digit.")),
    "payment_file_refused": (422, lazy("The bank file cannot be written. Nothing was released.")),
    "payment_file_empty": (422, lazy("The batch holds no payment.")),
    "payment_file_message_id": (
        422,
        lazy(
            "Banks do not accept %(message_id)s as the id of a file. Change the programme’s letters."
        ),
    ),
    "payment_file_payer": (
        422,
        lazy("The paying account in the programme’s settings is wrong: %(field)s is %(value)s."),
    ),
    "payment_end_to_end_id": (
        422,
        lazy("Banks do not accept %(end_to_end_id)s as the id of a payment."),
    ),
    "payment_duplicate": (422, lazy("Two payments carry the id %(end_to_end_id)s.")),
    "payment_amount": (
        422,
        lazy(
            "The amount of payment %(end_to_end_id)s is more than one transfer can carry, or nothing."
        ),
    ),
    "payment_currency": (
        422,
        lazy("Payment %(end_to_end_id)s is in %(currency)s; only euros can be paid."),
    ),
    "payment_payee_account": (
        422,
        lazy("%(iban)s of payment %(end_to_end_id)s is not an account number."),
    ),
    "payment_outside_sepa": (
        422,
        lazy(
            "The payee’s account of %(end_to_end_id)s is in %(country)s, which SEPA does not reach."
        ),
    ),
    "payment_payee_name": (
        422,
        lazy("The payee’s name of %(end_to_end_id)s has no letter that banks accept."),
    ),
    "payment_payee_address": (
        422,
        lazy("The payee’s address of %(end_to_end_id)s lacks its town or its country."),
    ),
    "payment_reference": (
        422,
        lazy("%(reference)s of payment %(end_to_end_id)s is not a payment reference."),
    ),
    "payment_reference_and_message": (
        422,
        lazy("Payment %(end_to_end_id)s has both a reference and a message; banks take one."),
    ),
    "statement_refused": (422, lazy("The statement cannot be read. Nothing was booked.")),
    "statement_empty": (422, lazy("The file is empty.")),
    "statement_too_large": (422, lazy("The file is too large for a statement.")),
    "statement_not_xml": (
        422,
        lazy(
            "The file is no XML file, or it is broken at line %(line)s. Ask the bank for camt.053."
        ),
    ),
    "statement_doctype": (
        422,
        lazy("The file declares a document type, which no bank does. It was not read."),
    ),
    "statement_unknown_format": (
        422,
        lazy("The file is no statement that we read. Ask the bank for camt.053 version 02 or 08."),
    ),
    "statement_malformed": (
        422,
        lazy("The statement is broken at line %(line)s: %(element)s is missing or wrong."),
    ),
    "instalment_sum": (422, lazy("The instalments do not add up to the grant.")),
    "grant_exists": (409, lazy("Case %(case_number)s has its grant already.")),
    "instalment_not_open": (
        409,
        lazy("%(reference)s cannot be paid now: it waits, or somebody else has just collected it."),
    ),
    "batch_empty": (422, lazy("Choose at least one instalment to pay.")),
    "batch_same_person": (
        403,
        lazy("You prepared batch %(batch)s, so another finance officer has to release it."),
    ),
    "batch_not_released": (
        409,
        lazy("Batch %(batch)s has no bank file, since it has not been released."),
    ),
    "payer_missing": (
        409,
        lazy("The programme’s settings name no account to pay from. Nothing was collected."),
    ),
    "movement_handled": (409, lazy("Somebody has noted this movement already.")),
    "account_unchanged": (422, lazy("This is the account that the grant is paid to already.")),
    "account_change_waits": (
        409,
        lazy("Another correction of the account waits already. Confirm or drop that one first."),
    ),
    "account_same_person": (
        403,
        lazy("You proposed this account, so another finance officer has to confirm it."),
    ),
    "account_in_batch": (
        409,
        lazy("A draft batch holds a payment to the old account. Release or cancel it first."),
    ),
    "grant_paid": (
        409,
        lazy(
            "More of the grant %(case_number)s has been paid, or is on its way, than it would be."
            " Nothing was changed; what was paid too much is recovered by another decision."
        ),
    ),
}
