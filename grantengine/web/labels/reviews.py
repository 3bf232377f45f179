"""How calls, applications, reviews and decisions are spoken of."""

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.experiment_card import CostClass
from grantengine.reviews.lifecycle import (
    AidBasis,
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
    SigningStatus,
)
from grantengine.reviews.questions.answering import Problem
from grantengine.reviews.ranking.groups import Group
from grantengine.web.formatting import money_short, number
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
    ApplicationStatus.SUPPLEMENT_ASKED: lazy("Supplement asked for"),
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

SIGNING_STATUSES: dict[SigningStatus, LazyText] = {
    SigningStatus.WAITING: lazy("Waits its turn"),
    SigningStatus.SIGNED: lazy("Signed"),
    SigningStatus.REFUSED: lazy("Refused"),
}

SIGNING_TONES: dict[SigningStatus, str] = {
    SigningStatus.WAITING: "waiting",
    SigningStatus.SIGNED: "good",
    SigningStatus.REFUSED: "bad",
}

OUTCOMES: dict[DecisionOutcome, LazyText] = {
    DecisionOutcome.AWARDED: lazy("Grant awarded"),
    DecisionOutcome.REJECTED: lazy("No grant"),
    DecisionOutcome.INADMISSIBLE: lazy("Not examined"),
}

GROUPS: dict[Group, LazyText] = {
    Group.FUND: lazy("Above the line"),
    Group.DRAW: lazy("At the line"),
    Group.REJECT: lazy("Below the line"),
}

# How the tags of the groups are coloured.
GROUP_TONES: dict[Group, str] = {
    Group.FUND: "good",
    Group.DRAW: "waiting",
    Group.REJECT: "neutral",
}

CONFLICT_SOURCES: dict[ConflictSource, LazyText] = {
    ConflictSource.DECLARED: lazy("declared by the reviewer"),
    ConflictSource.APPLICANT: lazy("is the applicant"),
    ConflictSource.SAME_ORGANISATION: lazy("same organisation"),
    ConflictSource.SAME_BUSINESS_ID: lazy("same business id"),
    ConflictSource.SAME_EMAIL_DOMAIN: lazy("same e-mail domain"),
    ConflictSource.CO_APPLICANT: lazy("applies together with the applicant"),
    ConflictSource.SAME_CALL: lazy("applies in the same call"),
    ConflictSource.BACKER: lazy("has backed an experiment of the applicant"),
    ConflictSource.MENTOR: lazy("mentors the applicant"),
    ConflictSource.RELATION: lazy("declared relation to the organisation"),
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
    OrganisationKind.PRIVATE_PERSON: lazy("Private person"),
}

AID_BASES: dict[AidBasis, LazyText] = {
    AidBasis.NONE: lazy("The grants are no state aid"),
    AidBasis.DE_MINIMIS: lazy("The grants are de minimis aid, (EU) 2023/2831"),
}

# What is wrong with the plan of a call, by the field of `CallPlanError`.
CALL_PLAN_PROBLEMS: dict[str, LazyText] = {
    "closes_at": lazy("A call closes after it has opened."),
    "use_ends_on": lazy("The last day of use comes after the first."),
    "grant_max": lazy("The largest grant is at least as large as the smallest."),
    "instalments": lazy("Each instalment has its share and its days; the shares make 100 %."),
    "texts": lazy("Give the call a title in each language that it speaks."),
    "checklist": lazy("The checklist has a point, and each says itself in Finnish and in Swedish."),
    "criteria": lazy("Each criterion has its weight and its name in Finnish and in Swedish."),
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

# What is wrong with a score, by the reason of `ScoreError`.
SCORE_PROBLEMS: dict[str, LazyText] = {
    "missing": lazy("Score this criterion, or say that it is not applicable."),
    "reason_needed": lazy("The lowest and the highest score need a reason in words."),
    "off_scale": lazy("Choose a score from 1 to 6."),
    "too_long": lazy("Keep it under %(limit)s characters."),
    "nothing_applicable": lazy("At least one criterion has to be scored."),
    "unknown": lazy("This criterion is not part of the call."),
}

# What keeps an application from being submitted, by field and reason, else by reason alone.
_PROBLEMS: dict[str, LazyText] = {
    "title missing": lazy("Give the experiment a name."),
    "organisation_name missing": lazy("Say who applies."),
    "organisation_kind kind_excluded": lazy("This call is not for this kind of applicant."),
    "business_id missing": lazy(
        "Give the business ID; only a working group or a private person does without."
    ),
    "goals missing": lazy("Choose at least one goal that the experiment serves."),
    "goals unknown": lazy("Choose only goals of this call."),
    "budget missing": lazy("Write down at least one cost."),
    "budget too_many": lazy("Give at most %(limit)s costs; put small ones together."),
    "budget zero": lazy("Every cost needs an amount above zero."),
    "applied above_largest": lazy("The largest grant of this call is %(limit)s."),
    "applied below_smallest": lazy("The smallest grant of this call is %(limit)s."),
    "applied share_too_large": lazy(
        "The grant may cover at most %(percent)s % of all costs, which are %(costs)s."
    ),
    "self_financing does_not_add_up": lazy(
        "The grant and your own money are %(financed)s together, but the costs are %(costs)s."
        " The two must be equal."
    ),
    "ethics_note missing": lazy("Say how you take care of what you ticked."),
    "self_financing share_too_small": lazy(
        "Your own and other money has to cover at least %(percent)s % of all costs, which are"
        " %(costs)s."
    ),
    "budget note_too_long": lazy(
        "Keep what a cost is for under %(limit)s characters; now there are %(length)s."
    ),
    "budget unknown_choice": lazy("Choose only kinds of costs that this call pays for."),
    "missing": lazy("This field is needed before you submit."),
    "unknown_choice": lazy("Choose one of those on the list."),
    "unreadable_number": lazy("Write a number, for example 12 or 12,5."),
    "unreadable_money": lazy("Write the amount in euros, for example 20 or 12,50."),
    "unreadable_date": lazy("Write a day, for example 31.12.2026."),
    "too_short": lazy("Write at least %(limit)s characters; now there are %(length)s."),
    "too_large": lazy("Give at most %(limit)s."),
    "too_small": lazy("Give at least %(limit)s."),
    "too_many": lazy("Choose at most %(limit)s."),
    "too_few": lazy("Choose at least %(limit)s."),
    "too_long": lazy("Keep it under %(limit)s characters; now there are %(length)s."),
}


def problem_sentence(problem: Problem) -> str:
    """Say in one sentence what is to be mended in an application."""
    sentence = _PROBLEMS.get(f"{problem.field} {problem.reason}") or _PROBLEMS[problem.reason]
    said = str(sentence)
    for name, value in problem.facts.items():
        text = money_short(value) if isinstance(value, Money) else number(value)
        said = said.replace(f"%({name})s", text)
    return said
