"""How conditions of awards and requests for review are spoken of."""

from grantengine.reviews.lifecycle import ConditionStatus, ReviewRequestStatus
from grantengine.web.i18n import LazyText, lazy

CONDITION_STATUSES: dict[ConditionStatus, LazyText] = {
    ConditionStatus.WAITING: lazy("Waits for the crowd"),
    ConditionStatus.MET: lazy("Condition met"),
    ConditionStatus.LAPSED: lazy("Lapsed: the goal was not met"),
    ConditionStatus.REPLACED: lazy("Replaced by a corrected decision"),
}

REQUEST_STATUSES: dict[ReviewRequestStatus, LazyText] = {
    ReviewRequestStatus.RECEIVED: lazy("Received"),
    ReviewRequestStatus.HANDLED: lazy("Being handled"),
    ReviewRequestStatus.KEPT: lazy("Decision kept"),
    ReviewRequestStatus.CHANGED: lazy("Decision changed"),
    ReviewRequestStatus.RETURNED: lazy("Returned to be decided anew"),
    ReviewRequestStatus.DISMISSED: lazy("Not examined: came too late"),
}

# What can be answered, in the words of the form.
ANSWERS: dict[ReviewRequestStatus, LazyText] = {
    ReviewRequestStatus.KEPT: lazy("Keep the decision as it is"),
    ReviewRequestStatus.CHANGED: lazy("Change the decision: a corrected version follows"),
    ReviewRequestStatus.RETURNED: lazy("Return the matter to be prepared and decided anew"),
    ReviewRequestStatus.DISMISSED: lazy("Do not examine it: it came after the last day"),
}
