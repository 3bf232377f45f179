"""Refusals of the disbursements package."""

from grantengine.errors import GrantEngineError


class InvalidIBANError(GrantEngineError):
    """An account number is no IBAN of the registry (iban)."""

    code = "invalid_iban"


class PaymentFileError(GrantEngineError):
    """A batch cannot be written as a bank file; every subclass names what is at fault."""

    code = "payment_file_refused"


class EmptyPaymentFileError(PaymentFileError):
    """A batch holds no instruction (message_id)."""

    code = "payment_file_empty"


class InvalidMessageIdError(PaymentFileError):
    """A file's id is empty, past 35 characters or not of the bank's alphabet (message_id)."""

    code = "payment_file_message_id"


class InvalidPayerError(PaymentFileError):
    """The paying party cannot be written (field, value)."""

    code = "payment_file_payer"


class InvalidEndToEndIdError(PaymentFileError):
    """An instruction's id is empty, too long or not of the alphabet (end_to_end_id, position)."""

    code = "payment_end_to_end_id"


class DuplicateEndToEndIdError(PaymentFileError):
    """Two instructions of one file carry the same id (end_to_end_id, position)."""

    code = "payment_duplicate"


class PaymentAmountError(PaymentFileError):
    """An amount is zero, negative or past what SEPA carries (end_to_end_id, cents)."""

    code = "payment_amount"


class PaymentCurrencyError(PaymentFileError):
    """An amount is not in euros (end_to_end_id, currency)."""

    code = "payment_currency"


class PayeeAccountError(PaymentFileError):
    """A payee's account is no IBAN (end_to_end_id, iban)."""

    code = "payment_payee_account"


class AccountOutsideSEPAError(PaymentFileError):
    """A payee's account is in a country that SEPA does not reach (end_to_end_id, country)."""

    code = "payment_outside_sepa"


class PayeeNameError(PaymentFileError):
    """A payee's name has no character that banks accept (end_to_end_id, name)."""

    code = "payment_payee_name"


class PayeeAddressError(PaymentFileError):
    """A payee's address lacks its town or its country code (end_to_end_id, town, country)."""

    code = "payment_payee_address"


class PaymentReferenceError(PaymentFileError):
    """An instruction's reference breaks its standard (end_to_end_id, reference)."""

    code = "payment_reference"


class ReferenceAndMessageError(PaymentFileError):
    """An instruction carries both a reference and a message (end_to_end_id)."""

    code = "payment_reference_and_message"


class StatementFileError(GrantEngineError):
    """A bank statement cannot be read."""

    code = "statement_refused"


class EmptyStatementFileError(StatementFileError):
    """A statement file holds nothing."""

    code = "statement_empty"


class StatementFileTooLargeError(StatementFileError):
    """A statement file is past the limit (size_bytes, limit_bytes)."""

    code = "statement_too_large"


class StatementNotXMLError(StatementFileError):
    """A statement file is not well-formed XML (line)."""

    code = "statement_not_xml"


class StatementDoctypeError(StatementFileError):
    """A statement file declares a document type, which no bank does and attacks need."""

    code = "statement_doctype"


class UnknownStatementFormatError(StatementFileError):
    """A file is XML but no camt.053 version that we read (namespace, root)."""

    code = "statement_unknown_format"


class MalformedStatementError(StatementFileError):
    """A statement lacks an element or holds a value that we need (line, element, value)."""

    code = "statement_malformed"


class InstalmentSumError(GrantEngineError):
    """Instalments do not add up to their grant (amount_cents, instalments_cents)."""

    code = "instalment_sum"


class GrantExistsError(GrantEngineError):
    """The case or the campaign has its grant already (case_number)."""

    code = "grant_exists"


class InstalmentNotOpenError(GrantEngineError):
    """An instalment cannot be put in a batch from where it stands (reference, status)."""

    code = "instalment_not_open"


class EmptyBatchError(GrantEngineError):
    """A batch was to be made of no instalment."""

    code = "batch_empty"


class SamePersonError(GrantEngineError):
    """Whoever prepared a batch would also release it: two pairs of eyes are needed (batch)."""

    code = "batch_same_person"


class BatchNotReleasedError(GrantEngineError):
    """A batch has no bank file, since nobody has released it (batch, status)."""

    code = "batch_not_released"


class PayerMissingError(GrantEngineError):
    """The programme's profile names no account to pay such money from (fund)."""

    code = "payer_missing"


class MovementHandledError(GrantEngineError):
    """A movement for a person to look at has been looked at (movement)."""

    code = "movement_handled"


class AccountUnchangedError(GrantEngineError):
    """The account to change to is the one that the grant has (case_number)."""

    code = "account_unchanged"


class AccountChangeWaitsError(GrantEngineError):
    """Another correction of the account waits for the second pair of eyes (case_number)."""

    code = "account_change_waits"


class SameOfficerError(GrantEngineError):
    """Whoever proposed an account would also confirm it (case_number)."""

    code = "account_same_person"


class AccountInBatchError(GrantEngineError):
    """A draft batch holds a payment to the account that is corrected (case_number)."""

    code = "account_in_batch"


class GrantPaidError(GrantEngineError):
    """More of the grant is paid, or on its way, than it would be (case_number, paid)."""

    code = "grant_paid"
