"""What every page of the finance desk is given."""

from grantengine.disbursements.models import Grant
from grantengine.disbursements.reports import Source
from grantengine.ledger.accounts import Fund
from grantengine.programme import queries as programme
from grantengine.web.database import reader
from grantengine.web.documents.disbursement_report import setting_of
from grantengine.web.forms.finance import today
from grantengine.web.identity import signed_in
from grantengine.web.labels import disbursements as labels


def words() -> dict[str, object]:
    """Give the templates the words of this package, and keep the pages out of search engines."""
    running = programme.current_programme(reader())
    setting = setting_of(running, made_on=today())

    def source_name(grant: Grant) -> str:
        return setting.source_name(Source(Fund(grant.fund), grant.envelope or ""))

    return {"labels": labels, "noindex": True, "officer": signed_in(), "source_name": source_name}
