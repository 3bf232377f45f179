"""How calls, applications, reviews and decisions are spoken of."""

from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.experiment_card import CostClass, EthicsQuestion
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.web.i18n import LazyText, lazy

CALL_STATUSES: dict[CallStatus, LazyText] = {
    CallStatus.DRAFT: lazy("Draft"),
    CallStatus.PUBLISHED: lazy("Opens soon"),
    CallStatus.OPEN: lazy("Open"),
    CallStatus.CLOSED: lazy("Closed"),
    CallStatus.IN_REVIEW: lazy("In review"),
    CallStatus.DECIDED: lazy("Decided"),
}

APPLICATION_STATUSES: dict[ApplicationStatus, LazyText] = {
    ApplicationStatus.DRAFT: lazy("Draft"),
    ApplicationStatus.SUBMITTED: lazy("Submitted"),
    ApplicationStatus.ELIGIBLE: lazy("Goes to review"),
    ApplicationStatus.INADMISSIBLE: lazy("Inadmissible"),
    ApplicationStatus.IN_REVIEW: lazy("In review"),
    ApplicationStatus.DECIDED: lazy("Decided"),
    ApplicationStatus.WITHDRAWN: lazy("Withdrawn"),
}

REVIEW_STATUSES: dict[ReviewStatus, LazyText] = {
    ReviewStatus.ASSIGNED: lazy("Declare first"),
    ReviewStatus.DECLARED: lazy("To be scored"),
    ReviewStatus.SUBMITTED: lazy("Scored"),
    ReviewStatus.CONFLICTED: lazy("Conflict of interest"),
    ReviewStatus.RELEASED: lazy("No longer needed"),
}

DECISION_STATUSES: dict[DecisionStatus, LazyText] = {
    DecisionStatus.PROPOSED: lazy("Waits for signature"),
    DecisionStatus.SIGNED: lazy("Signed"),
    DecisionStatus.DROPPED: lazy("Replaced"),
}

OUTCOMES: dict[DecisionOutcome, LazyText] = {
    DecisionOutcome.AWARDED: lazy("Grant awarded"),
    DecisionOutcome.REJECTED: lazy("No grant"),
    DecisionOutcome.INADMISSIBLE: lazy("Not examined"),
}

CONFLICT_SOURCES: dict[ConflictSource, LazyText] = {
    ConflictSource.DECLARED: lazy("declared by the reviewer"),
    ConflictSource.APPLICANT: lazy("is the applicant"),
    ConflictSource.SAME_ORGANISATION: lazy("same organisation"),
    ConflictSource.SAME_BUSINESS_ID: lazy("same business id"),
    ConflictSource.SAME_EMAIL_DOMAIN: lazy("same e-mail domain"),
}

COST_CLASSES: dict[CostClass, LazyText] = {
    CostClass.STAFF: lazy("Salaries and fees"),
    CostClass.SERVICES: lazy("Bought services"),
    CostClass.MATERIALS: lazy("Materials and equipment"),
    CostClass.PREMISES: lazy("Premises"),
    CostClass.TRAVEL: lazy("Travel"),
    CostClass.COMMUNICATION: lazy("Communication"),
    CostClass.OTHER: lazy("Other costs"),
}

APPLICANT_KINDS: dict[OrganisationKind, LazyText] = {
    OrganisationKind.MUNICIPALITY: lazy("Municipality or joint authority"),
    OrganisationKind.ASSOCIATION: lazy("Association or foundation"),
    OrganisationKind.COMPANY: lazy("Company or co-operative"),
    OrganisationKind.UNIVERSITY: lazy("University or school"),
    OrganisationKind.STATE: lazy("State agency"),
    OrganisationKind.WORKING_GROUP: lazy("Working group without a business id"),
}

ETHICS: dict[EthicsQuestion, LazyText] = {
    EthicsQuestion.PERSONAL_DATA: lazy("We collect personal data."),
    EthicsQuestion.VULNERABLE_PEOPLE: lazy(
        "Children or other people who need special protection take part."
    ),
    EthicsQuestion.HARM: lazy("Somebody could suffer harm or loss if the experiment goes wrong."),
}

FIELDS: dict[str, LazyText] = {
    "summary": lazy("In short"),
    "problem": lazy("The problem"),
    "solution": lazy("How the idea solves it"),
    "testing": lazy("How it is tested"),
    "learning_aim": lazy("What you want to learn"),
    "team": lazy("Who does it"),
    "resources": lazy("What you have already"),
}

SCORE_WORDS: dict[int, LazyText] = {
    1: lazy("very weak"),
    2: lazy("weak"),
    3: lazy("fair"),
    4: lazy("good"),
    5: lazy("very good"),
    6: lazy("excellent"),
}


def label_of(status: object, labels: dict[str, LazyText]) -> str:
    """Say a status as it comes from the database, as text."""
    return str(labels[str(status)])
