"""When an invoice is due: in two weeks, or two days before the campaign ends."""

from datetime import date, timedelta

import pytest

from grantengine.campaigns.errors import InvoiceTooLateError
from grantengine.campaigns.invoice_terms import due_day

TODAY = date(2026, 9, 16)


@pytest.mark.parametrize(("days_left", "term"), [(60, 14), (16, 14), (15, 13), (3, 1)])
def test_there_are_two_weeks_to_pay_or_until_two_days_before_the_end(days_left, term):
    due_on = due_day(issued_on=TODAY, deadline_on=TODAY + timedelta(days=days_left))

    assert due_on == TODAY + timedelta(days=term)


@pytest.mark.parametrize("days_left", [2, 1, 0])
def test_no_invoice_is_sent_that_nobody_could_pay(days_left):
    with pytest.raises(InvoiceTooLateError):
        due_day(issued_on=TODAY, deadline_on=TODAY + timedelta(days=days_left))
