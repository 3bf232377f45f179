"""The experiment card: what an application says, whatever its call asks.

The eight fields are those of the Finnish experiment card: summary, problem, how the idea
solves it, how it is tested, what is to be learned, who does it, budget, existing resources.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from grantengine.money import Money, total
from grantengine.programme.lifecycle import OrganisationKind

TITLE_LENGTH_MAX: Final = 200
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

    Whatever a call asks, a card has who applies, for how much, and which goals it serves. The
    answers that the rest of the engine knows by name have a field of their own, which is empty
    where the call does not ask for them; the others lie in `more`.

    Attributes:
        goal_ids: ids of the goals it serves.
        applied: the grant applied for.
        self_financing: the applicant's own and other money.
        iban: payee's account, checked and compact; None when it is given later.
        region_code: None for the whole country.
        ethics: codes of what was answered with yes.
        more: answers by the key of their question.
    """

    title: str
    organisation_name: str
    organisation_kind: OrganisationKind
    business_id: str | None
    budget: Sequence[BudgetRow]
    applied: Money
    self_financing: Money
    goal_ids: Sequence[str]
    language: str
    summary: str = ""
    problem: str = ""
    solution: str = ""
    testing: str = ""
    learning_aim: str = ""
    team: str = ""
    resources: str = ""
    iban: str | None = None
    region_code: str | None = None
    municipality_code: str | None = None
    ethics: Sequence[str] = ()
    ethics_note: str = ""
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def costs(self) -> Money:
        """What the whole experiment costs."""
        return total(row.amount for row in self.budget)


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
