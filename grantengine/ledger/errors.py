"""Everything the ledger can refuse, each with the facts of the refusal."""

from grantengine.errors import GrantEngineError


class LedgerError(GrantEngineError):
    """The root of the ledger's refusals."""

    code = "ledger_error"


class AccountCodeError(LedgerError):
    """The code is no path of names beginning with a book (account)."""

    code = "account_code"


class UnknownAccountError(LedgerError):
    """No account has this code (account)."""

    code = "unknown_account"


class AccountExistsError(LedgerError):
    """The account is open already, but as something else (account)."""

    code = "account_exists"


class AccountClosedError(LedgerError):
    """The account is closed (account)."""

    code = "account_closed"


class AccountNotEmptyError(LedgerError):
    """The account cannot be closed while it holds something (account, net_cents, held_cents)."""

    code = "account_not_empty"


class EntryTextError(LedgerError):
    """A text of an entry is empty, too long or none that a database keeps (field, longest)."""

    code = "entry_text"


class BalanceTooLargeError(LedgerError):
    """An account would hold more than can be told (account, largest_cents)."""

    code = "balance_too_large"


class InvalidTransferError(LedgerError):
    """The transfer breaks a rule by itself (line, reason)."""

    code = "invalid_transfer"


class CrossingError(LedgerError):
    """A transfer would leave its book, fund or currency (debit, credit, dimension)."""

    code = "ledger_crossing"


class OverdraftError(LedgerError):
    """An account would fall below its floor (account, available_cents, wanted_cents)."""

    code = "overdraft"


class KeyReusedError(LedgerError):
    """The idempotency key stands for another entry already (key)."""

    code = "key_reused"


class UnknownEntryError(LedgerError):
    """No entry has this id (entry)."""

    code = "unknown_entry"


class AlreadyReversedError(LedgerError):
    """The entry was reversed before (entry, reversal)."""

    code = "already_reversed"


class ReversalOfReversalError(LedgerError):
    """A reversal is not reversed; the fact is booked anew (entry)."""

    code = "reversal_of_reversal"


class UnknownHoldError(LedgerError):
    """No hold has this id (hold)."""

    code = "unknown_hold"


class HoldEndedError(LedgerError):
    """The hold was captured, released or has expired (hold, outcome)."""

    code = "hold_ended"


class HoldExceededError(LedgerError):
    """More would be captured than is held (hold, held_cents, wanted_cents)."""

    code = "hold_exceeded"


class ReasonHeldError(LedgerError):
    """Something was set aside for this reason before (reason, hold)."""

    code = "reason_held"


class PeriodClosedError(LedgerError):
    """The date lies in a period that is not open (effective_on, last_on, status)."""

    code = "period_closed"


class PeriodOverlapError(LedgerError):
    """Another period has some of these days already (first_on, last_on)."""

    code = "period_overlap"


class YearNotOverError(LedgerError):
    """The books of a year are closed after its last day (year)."""

    code = "year_not_over"


class LedgerNotEmptyError(LedgerError):
    """A backup is restored into an empty ledger only."""

    code = "ledger_not_empty"


class BrokenLineError(LedgerError):
    """A line of a backup cannot be taken (line, counted from 1; reason)."""

    code = "broken_line"


class UnprovenRestoreError(LedgerError):
    """What was restored is not what was backed up (check, where, expected, found)."""

    code = "unproven_restore"


class UnknownPeriodError(LedgerError):
    """No period ends on this day (last_on)."""

    code = "unknown_period"
