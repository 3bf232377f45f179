"""Conflicts of interest that can be found without asking."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from grantengine.reviews.lifecycle import ConflictSource, TieKind

# Sharing one of these says nothing about where somebody works.
PUBLIC_MAIL_DOMAINS: Final = frozenset(
    {
        "aol.com",
        "elisanet.fi",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "hotmail.fi",
        "icloud.com",
        "inet.fi",
        "kolumbus.fi",
        "live.com",
        "live.fi",
        "luukku.com",
        "mail.com",
        "me.com",
        "msn.com",
        "netti.fi",
        "outlook.com",
        "phnet.fi",
        "pp.inet.fi",
        "proton.me",
        "protonmail.com",
        "saunalahti.fi",
        "suomi24.fi",
        "tutanota.com",
        "welho.com",
        "yahoo.com",
    }
)


# Under these, everybody has a name one label further down: from the public suffix list, and
# the names that are kept for examples (RFC 2606, and `example.fi` in the same use).
_WIDE_SUFFIXES: Final = frozenset(
    {
        "ac.uk",
        "aland.fi",
        "co.uk",
        "com.au",
        "example.com",
        "example.fi",
        "example.net",
        "example.org",
        "gov.uk",
        "org.uk",
    }
)


@dataclass(frozen=True, slots=True)
class Party:
    """What is known of a reviewer or an applicant.

    Attributes:
        person_id: who it is.
        email: their address.
        organisation_name: the body they act for, if any.
        business_id: its business id, if any.
    """

    person_id: str
    email: str
    organisation_name: str | None = None
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds a reviewer to a body, as somebody has said."""

    kind: TieKind
    organisation_name: str
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """A reviewer with everything that could bind them: their ties, and the bodies they backed."""

    party: Party
    ties: Sequence[Tie] = ()
    backed: Sequence[Party] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An application as the search for conflicts sees it.

    Attributes:
        applicants: the applicant first, then those who apply together with them.
        rivals: ids of everybody who applies in the same call.
    """

    applicants: Sequence[Party]
    rivals: frozenset[str] = frozenset()


def conflict_of(judge: Judge, case: Case) -> ConflictSource | None:
    """Tell why a reviewer may not judge an application, None if nothing is known against it.

    What is known of the applicant comes before what is known of those who apply with them, and a
    body before a competitor, a tie or a pledge.
    """
    return next((source for source, holds in _signs(judge, case) if holds), None)


def _signs(judge: Judge, case: Case) -> Iterator[tuple[ConflictSource | None, bool]]:
    applicant, *others = case.applicants
    own = found_conflict(reviewer=judge.party, applicant=applicant)
    yield own, own is not None
    together = [found_conflict(reviewer=judge.party, applicant=each) for each in others]
    yield ConflictSource.CO_APPLICANT, any(together)
    yield ConflictSource.SAME_CALL, judge.party.person_id in case.rivals
    bound = {tie.kind for tie in judge.ties if any(_binds(tie, each) for each in case.applicants)}
    yield ConflictSource.MENTOR, TieKind.MENTOR in bound
    yield ConflictSource.RELATION, bool(bound)
    yield (
        ConflictSource.BACKER,
        any(_is_same_body(one, each) for one in judge.backed for each in case.applicants),
    )


def found_conflict(*, reviewer: Party, applicant: Party) -> ConflictSource | None:
    """Tell why a reviewer may not judge one person, None if nothing is known against it."""
    if reviewer.person_id == applicant.person_id or _same(reviewer.email, applicant.email):
        return ConflictSource.APPLICANT
    if _same(reviewer.business_id, applicant.business_id):
        return ConflictSource.SAME_BUSINESS_ID
    if _same(reviewer.organisation_name, applicant.organisation_name):
        return ConflictSource.SAME_ORGANISATION
    domain = registered_domain(reviewer.email)
    if domain not in PUBLIC_MAIL_DOMAINS and _same(domain, registered_domain(applicant.email)):
        return ConflictSource.SAME_EMAIL_DOMAIN
    return None


def registered_domain(email: str) -> str:
    """Give the domain of an address without its subdomains: whoever holds it holds them all.

    A public mail service counts as a whole, whichever of its names stands in the address.
    """
    labels = email.rpartition("@")[2].strip().lower().split(".")
    for count in range(len(labels), 1, -1):
        if (tail := ".".join(labels[-count:])) in PUBLIC_MAIL_DOMAINS:
            return tail
    kept = 3 if ".".join(labels[-2:]) in _WIDE_SUFFIXES else 2
    return ".".join(labels[-kept:])


def _binds(tie: Tie, applicant: Party) -> bool:
    return _same(tie.business_id, applicant.business_id) or _same(
        tie.organisation_name, applicant.organisation_name
    )


def _is_same_body(one: Party, other: Party) -> bool:
    return one.person_id == other.person_id or _binds(
        Tie(TieKind.OTHER, one.organisation_name or "", one.business_id), other
    )


def _same(first: str | None, second: str | None) -> bool:
    if not first or not second:
        return False
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()
