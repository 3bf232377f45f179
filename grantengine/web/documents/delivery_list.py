"""The list of what is to be delivered to backers, as CSV that a spreadsheet opens as it is."""

import csv
from collections.abc import Sequence
from io import StringIO

from grantengine.campaigns.models import Pledge
from grantengine.disbursements.posting_sheet import neutralise
from grantengine.money import decimal_string
from grantengine.web.i18n import _


def delivery_list(pledges: Sequence[Pledge], *, language: str) -> bytes:
    """Write the list in the present language; texts that could begin a formula are made safe.

    UTF-8 with its mark, semicolons and a decimal comma, as a spreadsheet in Finland reads it.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Reward"),
            _("With you by"),
            _("Number of the pledge"),
            _("Name"),
            _("E-mail"),
            _("The pledge"),
            _("Message"),
        ]
    )
    for pledge in pledges:
        assert pledge.reward is not None  # Only pledges with a reward are listed.
        texts = [
            pledge.reward.text("title", language),
            pledge.reward.delivered_on.isoformat(),
            pledge.id,
            pledge.name or "",
            pledge.email,
            decimal_string(pledge.amount).replace(".", ","),
            pledge.message or "",
        ]
        writer.writerow([neutralise(each) for each in texts])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()
