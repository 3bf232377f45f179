"""Books in which entries are written as an accountant writes them: debit first, credit indented."""

from datetime import UTC, datetime

from grantengine.campaigns import chart as campaigns
from grantengine.disbursements import chart as disbursements
from grantengine.ledger import closing, journal, queries, service
from grantengine.money import decimal_string
from grantengine.programme.chart import (
    PROGRAMME_ACCOUNTS,
    envelope_accounts,
    funded_accounts,
    subject_accounts,
)
from tests.support.ledger import NOON, TODAY, assert_in_balance, open_accounts

GRANTS = {
    envelope: disbursements.grants_account(ledger_account="82300", envelope=envelope)
    for envelope in ("small", "match", "oulu")
}
CHART = (
    *PROGRAMME_ACCOUNTS,
    *envelope_accounts("small"),
    *envelope_accounts("match"),
    *subject_accounts("small", "grt"),
    *envelope_accounts("oulu"),
    *funded_accounts("oulu"),
    *subject_accounts("oulu", "grt_oulu"),
    *campaigns.campaign_accounts("cmp"),
    *campaigns.return_accounts("cmp", "sandbox"),
    *campaigns.pot_accounts("rotary"),
    campaigns.provider("sandbox"),
    campaigns.UNASSIGNED,
    disbursements.IN_TRANSIT,
    *GRANTS.values(),
)


def lines(text):
    """Read `Dr account amount` and `Cr account amount`; where they stand on the line is nothing."""
    return [tuple(line.split()) for line in text.strip().splitlines()]


class Books:
    """A ledger that writes down what it is given and shows it as journal and as balances."""

    def __init__(self, database):
        """Open every account of one campaign, two grants, one funder's pot and envelope."""
        self._database = database
        open_accounts(database, *CHART)

    def book(self, entry):
        """Post an entry; give its lines as the ledger holds them."""
        with self._database.transaction() as session:
            entry_id = service.post(session, entry, now=NOON)
        return self._lines(entry_id)

    def take_back(self, key):
        """Reverse the entry of a key; give the lines of the reversal."""
        with self._database.transaction() as session:
            (entry_id,) = [each.id for each in journal.all_entries(session) if each.key == key]
            back = service.reverse(
                session, entry_id, key=f"{key}:back", effective_on=TODAY, now=NOON
            )
        return self._lines(back)

    def close_year(self, year):
        """Close a year once it is over; give the lines of the entry that carries its result."""
        with self._database.transaction() as session:
            closed = closing.close_year(session, year, now=datetime(year + 1, 1, 2, tzinfo=UTC))
        return self._lines(closed.entry_id)

    def balances(self, text):
        """Read the balances of the accounts that a table names, as the same table."""
        codes = [line[0] for line in lines(text)]
        with self._database.reading() as session:
            found = queries.balances(session, codes)
        return [(code, f"{found[code].cents / 100:,.2f}") for code in codes]

    def close(self):
        """Fail unless everything adds up."""
        assert_in_balance(self._database)

    def _lines(self, entry_id):
        with self._database.reading() as session:
            entry = journal.entry(session, entry_id)
        return [
            (side, account, with_commas(transfer.amount))
            for transfer in entry.transfers
            for side, account in (("Dr", transfer.debit), ("Cr", transfer.credit))
        ]


def with_commas(money):
    whole, _point, decimals = decimal_string(money).partition(".")
    return f"{int(whole):,}.{decimals}"
