"""When an invoice for a pledge is due."""

from datetime import date, timedelta

from grantengine.campaigns.errors import InvoiceTooLateError

TERM = timedelta(days=14)
# A payment of the last day is on our account, and read from its statement, before the deadline.
BEFORE_DEADLINE = timedelta(days=2)


def due_day(*, issued_on: date, deadline_on: date) -> date:
    """Give 14 days to pay, or less where the campaign ends before: two days before its end.

    Raises:
        InvoiceTooLateError: the campaign ends so soon that no day would be left to pay.
    """
    due_on = min(issued_on + TERM, deadline_on - BEFORE_DEADLINE)
    if due_on <= issued_on:
        raise InvoiceTooLateError(deadline_on=deadline_on)
    return due_on
