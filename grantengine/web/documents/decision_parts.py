"""The parts of a grant decision, as plain values; texts are in the language of the decision.

The numbers in brackets are the 21 elements of a decision as agencies write it; sources:
Act 688/2001, Act 434/2003 section 44, and the agencies' own decision templates.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grantengine.money import Money


class Outcome(StrEnum):
    """What was decided."""

    AWARDED = "awarded"
    REJECTED = "rejected"
    INADMISSIBLE = "inadmissible"


class GrantType(StrEnum):
    """Kind of discretionary government grant; experiments get special grants."""

    SPECIAL = "special"
    GENERAL = "general"


class DrawGroup(StrEnum):
    """Where the ranking put the application."""

    FUND = "fund"
    DRAW = "draw"
    REJECT = "reject"


class Act(StrEnum):
    """Acts that a decision applies, by number in the statute book."""

    GRANTS = "688/2001"
    ADMINISTRATION = "434/2003"
    OPENNESS = "621/1999"


@dataclass(frozen=True, slots=True)
class Authority:
    """[1, 18] Who decides, and where a request for review is sent.

    Attributes:
        name: name of the authority.
        email: address of its registry.
        street_address: where letters are brought; may be empty.
        postal_address: where letters are sent; may be empty.
        phone: of the registry; may be empty.
        opening_hours: such as "8.00-16.15"; may be empty.
    """

    name: str
    email: str
    street_address: str = ""
    postal_address: str = ""
    phone: str = ""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    """[5, 13] Whose money is granted, where it is not of the authority's own appropriation.

    Attributes:
        funder: name of the body that funds the call.
        envelope: name of the envelope that holds its money.
    """

    funder: str
    envelope: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """[2] Who applied, and gets the grant if there is one.

    Attributes:
        name: of the organisation.
        business_id: Finnish business id, `1234567-8`, if there is one.
        municipality: home municipality, if known.
        contact_name: the person responsible for the project, if named.
    """

    name: str
    business_id: str | None = None
    municipality: str | None = None
    contact_name: str | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """[4] What was applied for, when and in which call.

    Attributes:
        call_name: name of the call.
        call_closed_on: last day of the call, in Finland's time.
        applied_on: day on which the application arrived.
        applied: amount applied for.
        summary: what the project would do, a few sentences; Markdown, may be long.
    """

    call_name: str
    call_closed_on: date
    applied_on: date
    applied: Money
    summary: str


@dataclass(frozen=True, slots=True)
class CriterionGround:
    """[6] What the assessment said of one criterion.

    Attributes:
        criterion: its name.
        words: the assessment in words; Markdown.
        score_tenths: mean score of the reviewers in tenths of a point, if scored.
        score_max: the best score there is, in points.
        weight_percent: weight of the criterion in the whole, in percent.
    """

    criterion: str
    words: str
    score_tenths: int | None = None
    score_max: int | None = None
    weight_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """[6] Where the application came in the comparison.

    Attributes:
        rank: its place, the best is 1.
        applications: number of applications compared.
        group: what the ranking said of it.
        ticket: its ticket when lots were drawn between equals.
    """

    rank: int
    applications: int
    group: DrawGroup | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """[6] Why it was decided so.

    Attributes:
        summary: the main reasons; Markdown, never empty.
        criteria: the assessment by criterion, in the order of the call; none if inadmissible.
        standing: the comparison with others, if there was one.
        recusals: names of those who took no part because of a conflict of interest.
    """

    summary: str
    criteria: tuple[CriterionGround, ...] = ()
    standing: Standing | None = None
    recusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """[7] Sections of an act that were applied, as they are written: `7`, `32 b`."""

    act: Act
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewRight:
    """[18] Until when a review can be requested; days come from `reviews.review_period`.

    Attributes:
        sent_on: day on which the decision is sent.
        noticed_on: day on which the recipient is deemed to have been told.
        last_on: last day for the request.
    """

    sent_on: date
    noticed_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Contact:
    """[19] Who gives more information."""

    name: str
    title: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """[20] A presenter or a decision-maker, with the title of the office where one is known."""

    name: str
    title: str = ""
