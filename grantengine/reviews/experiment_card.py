"""The experiment card: what an application says, and the rules it has to meet.

The eight fields are those of the Finnish experiment card: summary, problem, how the idea
solves it, how it is tested, what is to be learned, who does it, budget, existing resources.
"""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from grantengine.money import Money, total
from grantengine.programme.lifecycle import OrganisationKind

TITLE_LENGTH_MAX: Final = 200
TEXT_LENGTH_MAX: Final = 20_000
BUDGET_ROWS_MAX: Final = 12
BUDGET_NOTE_LENGTH_MAX: Final = 200
ORGANISATION_LENGTH_MAX: Final = 200
ATTACHMENTS_MAX: Final = 10

TEXT_FIELDS: Final = (
    "summary",
    "problem",
    "solution",
    "testing",
    "learning_aim",
    "team",
    "resources",
)


class CostClass(StrEnum):
    """What a cost is for."""

    STAFF = "staff"
    SERVICES = "services"
    MATERIALS = "materials"
    PREMISES = "premises"
    TRAVEL = "travel"
    COMMUNICATION = "communication"
    OTHER = "other"


class EthicsQuestion(StrEnum):
    """What an applicant has to have thought of; yes asks for an explanation."""

    PERSONAL_DATA = "personal_data"
    VULNERABLE_PEOPLE = "vulnerable_people"
    HARM = "harm"


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One cost of the plan."""

    cost_class: CostClass
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentCard:
    """A whole application, read and typed but not yet checked against its call.

    Attributes:
        goal_ids: ids of the goals it serves.
        applied: the grant applied for.
        self_financing: the applicant's own and other money.
        iban: payee's account, checked and compact; None when it is given later.
        region_code: None for the whole country.
        ethics: the questions answered with yes.
    """

    title: str
    organisation_name: str
    organisation_kind: OrganisationKind
    business_id: str | None
    summary: str
    problem: str
    solution: str
    testing: str
    learning_aim: str
    team: str
    resources: str
    budget: Sequence[BudgetRow]
    applied: Money
    self_financing: Money
    goal_ids: Sequence[str]
    language: str
    iban: str | None = None
    region_code: str | None = None
    municipality_code: str | None = None
    ethics: Sequence[EthicsQuestion] = ()
    ethics_note: str = ""

    @property
    def costs(self) -> Money:
        """What the whole experiment costs."""
        return total(row.amount for row in self.budget)


@dataclass(frozen=True, slots=True)
class CardRules:
    """What a call asks of an application.

    Attributes:
        cost_share_max_percent: the grant's largest share of all costs.
        goal_ids: the goals that may be chosen.
    """

    grant_min: Money
    grant_max: Money
    cost_share_max_percent: int
    applicant_kinds: Collection[str]
    goal_ids: Collection[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the field, a stable reason, and what the sentence about it needs."""

    field: str
    reason: str
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


def problems_of(card: ExperimentCard, rules: CardRules) -> list[Problem]:
    """List all that keeps an application from being submitted, in the order of the form."""
    return [
        *_text_problems(card),
        *_applicant_problems(card, rules),
        *_money_problems(card, rules),
        *_ethics_problems(card),
    ]


def clean_text(text: str) -> str:
    r"""Keep what a person wrote, without what no text holds.

    Line ends become `\n`; control characters go, since PostgreSQL keeps no NUL. Emoji,
    right-to-left marks and Markdown stay as they are.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in unified if each in "\n\t" or not _is_control(each))


def is_blank(text: str) -> bool:
    """Tell whether nothing that can be read is left of a text."""
    return not clean_text(text).strip()


def card_fields() -> list[str]:
    """List the names of the fields of a card."""
    return [each.name for each in dataclasses.fields(ExperimentCard)]


def _is_control(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000


def _text_problems(card: ExperimentCard) -> Iterator[Problem]:
    limits = {"title": TITLE_LENGTH_MAX, "organisation_name": ORGANISATION_LENGTH_MAX}
    for name in ("title", "organisation_name", *TEXT_FIELDS):
        text, limit = getattr(card, name), limits.get(name, TEXT_LENGTH_MAX)
        if is_blank(text):
            yield Problem(name, "missing")
        elif len(text) > limit:
            yield Problem(name, "too_long", {"limit": limit, "length": len(text)})


def _applicant_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    if card.organisation_kind not in rules.applicant_kinds:
        yield Problem("organisation_kind", "kind_excluded")
    registered = card.organisation_kind is not OrganisationKind.WORKING_GROUP
    if registered and not card.business_id:
        yield Problem("business_id", "missing")
    if not card.goal_ids:
        yield Problem("goals", "missing")
    elif not set(card.goal_ids) <= set(rules.goal_ids):
        yield Problem("goals", "unknown")


def _money_problems(card: ExperimentCard, rules: CardRules) -> Iterator[Problem]:
    if not card.budget:
        yield Problem("budget", "missing")
        return
    if len(card.budget) > BUDGET_ROWS_MAX:
        yield Problem("budget", "too_many", {"limit": BUDGET_ROWS_MAX})
    if any(not row.amount for row in card.budget):
        yield Problem("budget", "zero")
    if card.applied > rules.grant_max:
        yield Problem("applied", "above_largest", {"limit": rules.grant_max})
    if card.applied < rules.grant_min or not card.applied:
        yield Problem("applied", "below_smallest", {"limit": rules.grant_min})
    if card.applied.cents * 100 > card.costs.cents * rules.cost_share_max_percent:
        facts = {"percent": rules.cost_share_max_percent, "costs": card.costs}
        yield Problem("applied", "share_too_large", facts)
    if card.applied + card.self_financing != card.costs:
        facts = {"costs": card.costs, "financed": card.applied + card.self_financing}
        yield Problem("self_financing", "does_not_add_up", facts)


def _ethics_problems(card: ExperimentCard) -> Iterator[Problem]:
    if card.ethics and is_blank(card.ethics_note):
        yield Problem("ethics_note", "missing")
    elif len(card.ethics_note) > TEXT_LENGTH_MAX:
        facts = {"limit": TEXT_LENGTH_MAX, "length": len(card.ethics_note)}
        yield Problem("ethics_note", "too_long", facts)
