"""How the programme's own affairs are spoken of."""

from grantengine.programme.funding import FundingStep
from grantengine.web.i18n import LazyText, lazy

FUNDING_STEPS: dict[FundingStep, LazyText] = {
    FundingStep.RECEIVED: lazy("Came from the funder"),
    FundingStep.RETURNED: lazy("Went back to the funder"),
}
