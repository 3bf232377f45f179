"""What a call asks of an application, and what is wrong with one that breaks it."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.experiment_card import (
    BUDGET_NOTE_LENGTH_MAX,
    ORGANISATION_LENGTH_MAX,
    TEXT_FIELDS,
    ExperimentCard,
    is_blank,
)
from grantengine.reviews.questions.answering import Answer, Answers, Places, Problem, problems_in
from grantengine.reviews.questions.asking import Question
from grantengine.reviews.questions.usual import usual_questions

# Those who are no body in any register.
UNREGISTERED = frozenset({OrganisationKind.WORKING_GROUP, OrganisationKind.PRIVATE_PERSON})


@dataclass(frozen=True, slots=True)
class CardRules:
    """What a call asks of an application.

    Attributes:
        cost_share_max_percent: the grant's largest share of all costs.
        goal_ids: the goals that may be chosen.
        self_financing_min_percent: the smallest share of all costs that the applicant's own and
            other money covers.
        questions: the version that is asked.
        places: the codes of regions and municipalities, as in `problems_in`.
        files: names of the files, by the key of the question that they answer.
    """

    grant_min: Money
    grant_max: Money
    cost_share_max_percent: int
    applicant_kinds: Collection[str]
    goal_ids: Collection[str]
    self_financing_min_percent: int = 0
    questions: Sequence[Question] = dataclasses.field(default_factory=usual_questions)
    places: Places = dataclasses.field(default_factory=dict)
    files: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


def problems_of(card: ExperimentCard, rules: CardRules) -> list[Problem]:
    """List all that keeps an application from being submitted, in the order of the form."""
    answers = {**answers_of(card), **rules.files}
    return [
        *problems_in(rules.questions, answers, rules.places),
        *_note_problems(card),
        *_money_problems(card, rules),
        *_goal_problems(card, rules),
        *_applicant_problems(card, rules),
    ]


def answers_of(card: ExperimentCard) -> Answers:
    """Give everything that a card answers, by the keys of the questions."""
    known: dict[str, Answer] = {name: getattr(card, name) for name in ("title", *TEXT_FIELDS)}
    known |= {
        "region_code": card.region_code,
        "municipality_code": card.municipality_code,
        "budget": card.budget,
        "ethics": [str(each) for each in card.ethics],
        "ethics_note": card.ethics_note,
    }
    return {**known, **card.more}


def _note_problems(card: ExperimentCard) -> Iterator[Problem]:
    longest = max((len(row.note) for row in card.budget), default=0)
    if longest > BUDGET_NOTE_LENGTH_MAX:
        facts = {"limit": BUDGET_NOTE_LENGTH_MAX, "length": longest}
        yield Problem("budget", "note_too_long", facts)


def _money_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    if not card.budget:
        return  # Asked for before: without costs there is nothing to add up to.
    if card.applied > rules.grant_max:
        yield Problem("applied", "above_largest", {"limit": rules.grant_max})
    if card.applied < rules.grant_min or not card.applied:
        yield Problem("applied", "below_smallest", {"limit": rules.grant_min})
    yield from _share_problems(card, rules)
    if card.applied + card.self_financing != card.costs:
        facts = {"costs": card.costs, "financed": card.applied + card.self_financing}
        yield Problem("self_financing", "does_not_add_up", facts)


def _share_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    if card.applied.cents * 100 > card.costs.cents * rules.cost_share_max_percent:
        facts = {"percent": rules.cost_share_max_percent, "costs": card.costs}
        yield Problem("applied", "share_too_large", facts)
    if card.self_financing.cents * 100 < card.costs.cents * rules.self_financing_min_percent:
        facts = {"percent": rules.self_financing_min_percent, "costs": card.costs}
        yield Problem("self_financing", "share_too_small", facts)


def _goal_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    if not card.goal_ids:
        yield Problem("goals", "missing")
    elif not set(card.goal_ids) <= set(rules.goal_ids):
        yield Problem("goals", "unknown")


def _applicant_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    length = len(card.organisation_name)
    if is_blank(card.organisation_name):
        yield Problem("organisation_name", "missing")
    elif length > ORGANISATION_LENGTH_MAX:
        facts = {"limit": ORGANISATION_LENGTH_MAX, "length": length}
        yield Problem("organisation_name", "too_long", facts)
    if card.organisation_kind not in rules.applicant_kinds:
        yield Problem("organisation_kind", "kind_excluded")
    if card.organisation_kind not in UNREGISTERED and not card.business_id:
        yield Problem("business_id", "missing")
