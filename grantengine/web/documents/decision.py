"""The grant decision as a document: what it says, and its PDF."""

import json
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final

import segno

from grantengine.money import Money
from grantengine.web import palette
from grantengine.web.documents import wording
from grantengine.web.documents.attachments import AttachedFile
from grantengine.web.documents.decision_parts import (
    Act,
    Authority,
    Background,
    Contact,
    Funding,
    GrantType,
    Grounds,
    Official,
    Outcome,
    Provision,
    Recipient,
    ReviewRight,
)
from grantengine.web.documents.decision_terms import AwardTerms
from grantengine.web.documents.rendering import render_html, render_pdf
from grantengine.web.i18n import LANGUAGES, LazyText, _, force_language, lazy

TEMPLATE: Final = "documents/decision/decision.html"
DATA_FORMAT: Final = "grantengine-decision/1"
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
# Of the Administrative Procedure Act: errors of substance, and of writing or counting, corrected.
CORRECTION_SECTIONS: Final = ("50", "51")


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
        correction: why it corrects it; empty for a first version.
        funding: [5, 13] whose money it is and the name of its envelope, where another body
            funds the call; None for the appropriation of the authority.

    The attachments [21] follow from the outcome: four for an award, else the review instructions.

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
    correction: str = ""
    funding: Funding | None = None

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
        usual = AWARD_PROVISIONS if self.award else NEGATIVE_PROVISIONS
        return usual if self.corrects is None else tuple(_correcting(each) for each in usual)


def render_decision(document: DecisionDocument) -> bytes:
    """Render a decision with its annexes as PDF, its data inside as `decision.json`.

    The bytes depend on the document alone. Needs neither an application nor a request.
    """
    with force_language(document.language):
        description = _("The data of the decision")
        signature_label = _("Electronic signature of the authority")
    return render_pdf(
        TEMPLATE,
        identifier=f"{document.decision_id}/{document.version}/{document.language}",
        attachments=(
            AttachedFile(
                "decision.json", decision_data(document), description, document.decided_on
            ),
        ),
        signature_label=signature_label,
        **_said(document),
    )


def decision_html(document: DecisionDocument) -> str:
    """Give the HTML that `render_decision` sets."""
    return render_html(TEMPLATE, **_said(document))


def _said(document: DecisionDocument) -> dict[str, Any]:
    """Give what the template and the head of the file say."""
    with force_language(document.language):
        heading = _heading(document)
    return {
        "language": document.language,
        "title": f"{heading} {document.case_number}: {document.project_name}",
        "author": document.authority.name,
        "created": document.decided_on,
        "decision": document,
        "heading": heading,
        "qr_code": qr_code(document.verification_url),
        "sanctions": _sanctions(),
        "languages": LANGUAGES,
        **_WORDING,
    }


def decision_data(document: DecisionDocument) -> bytes:
    """Write the decision as JSON: amounts in cents, dates and codes as in the data model."""
    return plain_data(document, DATA_FORMAT, "decision")


def plain_data(document: Any, data_format: str, name: str) -> bytes:
    """Write any document of ours as JSON, under its format and a name."""
    data = {"format": data_format, name: _plain(document)}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # Half a surrogate pair cannot be encoded, and JSON has an escape for exactly that.
    return text.encode("utf-8", "backslashreplace")


def _heading(document: DecisionDocument) -> str:
    if document.corrects is not None:
        return _("Corrected grant decision")
    if document.outcome is Outcome.AWARDED:
        return _("Grant decision")
    if document.outcome is Outcome.REJECTED:
        return _("Negative grant decision")
    return _("Decision not to examine an application for a grant")


def _correcting(provision: Provision) -> Provision:
    if provision.act is not Act.ADMINISTRATION:
        return provision
    return replace(provision, sections=(*provision.sections, *CORRECTION_SECTIONS))


def qr_code(url: str) -> str:
    """Draw an address as a QR code, as a data URI."""
    ink = palette.colours()["ink"].light
    return str(segno.make(url, error="m").svg_data_uri(border=0, dark=ink, omitsize=True))


def _sanctions() -> dict[str, list[str]]:
    """Say the notice on sanctions in every language, whatever the decision's own."""
    notice = {}
    for language in LANGUAGES:
        with force_language(language):
            notice[language] = [str(sentence) for sentence in _SANCTIONS]
    return notice


def _plain(value: Any) -> Any:
    """Turn values into what JSON knows."""
    if isinstance(value, Money):
        return {"amount_cents": value.cents, "currency": value.currency}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


_WORDING: Final = {
    function.__name__: function
    for function in (
        wording.share,
        wording.tenths,
        wording.listing,
        wording.spaced_iban,
        wording.excerpt,
        wording.is_cut,
    )
}

_SANCTIONS: Final[tuple[LazyText, ...]] = (
    lazy(
        "The grant, and what is bought with it, may not be made available directly or indirectly"
        " to persons, entities or bodies that are on a sanctions list of the European Union or of"
        " the United Nations."
    ),
    lazy(
        "The recipient makes sure of this for its partners and suppliers too, and tells the"
        " authority at once if it suspects otherwise."
    ),
)
