"""The grant decision as a document: what it says, and its PDF."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from grantengine.web.documents.decision_parts import (
    Act,
    Authority,
    Background,
    Contact,
    GrantType,
    Grounds,
    Official,
    Outcome,
    Provision,
    Recipient,
    ReviewRight,
)
from grantengine.web.documents.decision_terms import AwardTerms

AWARD_PROVISIONS: Final = (
    Provision(
        Act.GRANTS,
        ("7", "12", "13", "14", "16", "17", "19", "20", "21", "22", "24", "25", "28", "34"),
    ),
    Provision(Act.ADMINISTRATION, ("44", "46")),
)
NEGATIVE_PROVISIONS: Final = (
    Provision(Act.GRANTS, ("7", "34")),
    Provision(Act.ADMINISTRATION, ("44", "46")),
)


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """All that a decision says; its 21 elements are numbered in brackets.

    Texts are in `language` already; only the fixed wording comes from the templates.

    Attributes:
        decision_id: id of the decision; the same id and content give the same bytes.
        language: fi, sv or en: the language of the application.
        outcome: [5] awarded, rejected or inadmissible; `award` is given exactly when awarded.
        case_number: [1] the authority's case number (asianumero).
        authority: [1, 18] who decides.
        decided_on: [1] date of the decision.
        recipient: [2] who applied.
        project_name: [3] name of the experiment.
        background: [4] the call and the application.
        grounds: [6] why.
        grant_type: [8] special grant.
        review: [18] the days of the request for review.
        contact: [19] who gives more information.
        presenter: [20] who presented the matter.
        decision_maker: [20] who decided; somebody else than the presenter.
        verification_url: address where anyone checks the decision; in the QR code.
        verification_code: the code in that address, for typing.
        award: [5, 9-17] amount and terms of a positive decision.
        provisions: [7] sections applied; None for the usual ones of this outcome.
        version: 1, or more for a correction.
        corrects: verification code of the decision that this one corrects.

    The attachments [21] follow from the outcome: see `annexes` of the templates.

    Raises:
        ValueError: award without terms or terms without award, or one person in both offices.
    """

    decision_id: str
    language: str
    outcome: Outcome
    case_number: str
    authority: Authority
    decided_on: date
    recipient: Recipient
    project_name: str
    background: Background
    grounds: Grounds
    review: ReviewRight
    contact: Contact
    presenter: Official
    decision_maker: Official
    verification_url: str
    verification_code: str
    award: AwardTerms | None = None
    grant_type: GrantType = GrantType.SPECIAL
    provisions: tuple[Provision, ...] | None = None
    version: int = 1
    corrects: str | None = None

    def __post_init__(self) -> None:
        """Refuse a document that contradicts itself."""
        if (self.outcome is Outcome.AWARDED) != (self.award is not None):
            raise ValueError("an award has terms, and nothing else has")
        if self.presenter == self.decision_maker:
            raise ValueError("one person cannot present and decide")

    @property
    def provisions_applied(self) -> tuple[Provision, ...]:
        """[7] The sections to print."""
        if self.provisions is not None:
            return self.provisions
        return AWARD_PROVISIONS if self.award else NEGATIVE_PROVISIONS
