"""What a call, an application, a review and a decision can be, and what may follow what."""

from enum import StrEnum

from grantengine.transitions import Moves


class CallStatus(StrEnum):
    """Where a call for applications stands; its instants decide whether it takes any."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    IN_REVIEW = "in_review"
    DECIDED = "decided"


CALL_MOVES: Moves[CallStatus] = {
    CallStatus.DRAFT: {CallStatus.PUBLISHED},
    CallStatus.PUBLISHED: {CallStatus.OPEN},
    CallStatus.OPEN: {CallStatus.CLOSED},
    CallStatus.CLOSED: {CallStatus.IN_REVIEW},
    CallStatus.IN_REVIEW: {CallStatus.DECIDED},
    CallStatus.DECIDED: set(),
}


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPLEMENT_ASKED = "supplement_asked"
    ELIGIBLE = "eligible"
    INADMISSIBLE = "inadmissible"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


APPLICATION_MOVES: Moves[ApplicationStatus] = {
    ApplicationStatus.DRAFT: {ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN},
    ApplicationStatus.SUBMITTED: {
        # Sent again with changes, until the call closes.
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.SUPPLEMENT_ASKED,
        ApplicationStatus.ELIGIBLE,
        ApplicationStatus.INADMISSIBLE,
        ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.SUPPLEMENT_ASKED: {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.ELIGIBLE,
        ApplicationStatus.INADMISSIBLE,
        ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.ELIGIBLE: {ApplicationStatus.IN_REVIEW, ApplicationStatus.WITHDRAWN},
    # An applicant who is turned away gets a decision too, with a right to have it reviewed.
    ApplicationStatus.INADMISSIBLE: {ApplicationStatus.DECIDED},
    ApplicationStatus.IN_REVIEW: {ApplicationStatus.DECIDED, ApplicationStatus.WITHDRAWN},
    ApplicationStatus.DECIDED: set(),
    ApplicationStatus.WITHDRAWN: set(),
}


SCREENING_OUTCOMES = frozenset(
    {
        ApplicationStatus.ELIGIBLE,
        ApplicationStatus.SUPPLEMENT_ASKED,
        ApplicationStatus.INADMISSIBLE,
    }
)


class ReviewStatus(StrEnum):
    """Where one reviewer's work on one application stands."""

    ASSIGNED = "assigned"  # sees the title and the organisation
    DECLARED = "declared"  # has declared no conflict and may read
    SUBMITTED = "submitted"
    CONFLICTED = "conflicted"
    RELEASED = "released"  # no longer needed: withdrawn, or taken over


REVIEW_MOVES: Moves[ReviewStatus] = {
    ReviewStatus.ASSIGNED: {
        ReviewStatus.DECLARED,
        ReviewStatus.CONFLICTED,
        ReviewStatus.RELEASED,
    },
    ReviewStatus.DECLARED: {
        ReviewStatus.SUBMITTED,
        ReviewStatus.CONFLICTED,
        ReviewStatus.RELEASED,
    },
    ReviewStatus.SUBMITTED: set(),
    ReviewStatus.CONFLICTED: set(),
    ReviewStatus.RELEASED: set(),
}


class DecisionStatus(StrEnum):
    """Where a decision stands; a signed one is never changed."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    DROPPED = "dropped"  # a proposal that another one replaced


DECISION_MOVES: Moves[DecisionStatus] = {
    DecisionStatus.PROPOSED: {DecisionStatus.SIGNED, DecisionStatus.DROPPED},
    DecisionStatus.SIGNED: set(),
    DecisionStatus.DROPPED: set(),
}


class SigningStatus(StrEnum):
    """Where one decision of a batch stands."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"  # it stays proposed, and the reason is kept


SIGNING_MOVES: Moves[SigningStatus] = {
    SigningStatus.WAITING: {SigningStatus.SIGNED, SigningStatus.REFUSED},
    SigningStatus.SIGNED: set(),
    SigningStatus.REFUSED: set(),
}


class DecisionOutcome(StrEnum):
    """What is decided."""

    AWARDED = "awarded"
    REJECTED = "rejected"
    INADMISSIBLE = "inadmissible"


class ConditionStatus(StrEnum):
    """Where the condition of an award stands."""

    WAITING = "waiting"  # for the crowd; the money is reserved
    MET = "met"  # the money is committed
    LAPSED = "lapsed"  # the money went back to its envelope
    REPLACED = "replaced"  # a corrected decision says otherwise


CONDITION_MOVES: Moves[ConditionStatus] = {
    ConditionStatus.WAITING: {
        ConditionStatus.MET,
        ConditionStatus.LAPSED,
        ConditionStatus.REPLACED,
    },
    ConditionStatus.MET: set(),
    ConditionStatus.LAPSED: set(),
    ConditionStatus.REPLACED: set(),
}


class ReviewRequestStatus(StrEnum):
    """Where a request to review a decision stands, and how it was answered."""

    RECEIVED = "received"
    HANDLED = "handled"  # somebody who did not decide has taken it
    KEPT = "kept"  # the decision stays as it is
    CHANGED = "changed"  # a corrected decision follows
    RETURNED = "returned"  # the matter is prepared and decided anew
    DISMISSED = "dismissed"  # came too late to be examined


REVIEW_REQUEST_MOVES: Moves[ReviewRequestStatus] = {
    ReviewRequestStatus.RECEIVED: {ReviewRequestStatus.HANDLED},
    ReviewRequestStatus.HANDLED: {
        ReviewRequestStatus.RECEIVED,  # A conflict of its handler's was found.
        ReviewRequestStatus.KEPT,
        ReviewRequestStatus.CHANGED,
        ReviewRequestStatus.RETURNED,
        ReviewRequestStatus.DISMISSED,
    },
    ReviewRequestStatus.KEPT: set(),
    ReviewRequestStatus.CHANGED: set(),
    ReviewRequestStatus.RETURNED: set(),
    ReviewRequestStatus.DISMISSED: set(),
}


class AidBasis(StrEnum):
    """Whether a call's grants are aid under the European Union's rules."""

    NONE = "none"
    DE_MINIMIS = "de_minimis"


class ConflictSource(StrEnum):
    """How a conflict of interest became known."""

    DECLARED = "declared"
    APPLICANT = "applicant"
    SAME_ORGANISATION = "same_organisation"
    SAME_BUSINESS_ID = "same_business_id"
    SAME_EMAIL_DOMAIN = "same_email_domain"
    CO_APPLICANT = "co_applicant"
    SAME_CALL = "same_call"  # applies in the same call
    BACKER = "backer"  # has pledged to an experiment of the applicant
    MENTOR = "mentor"
    RELATION = "relation"  # declared


class TieKind(StrEnum):
    """What binds a reviewer to a body."""

    WORKS = "works"
    LEADS = "leads"
    OWNS = "owns"
    FAMILY = "family"
    MENTOR = "mentor"
    OTHER = "other"


class DrawStatus(StrEnum):
    """Where a draw of lots stands."""

    ANNOUNCED = "announced"  # labels, commitment and source are public
    DRAWN = "drawn"


DRAW_MOVES: Moves[DrawStatus] = {
    DrawStatus.ANNOUNCED: {DrawStatus.DRAWN},
    DrawStatus.DRAWN: set(),
}
