"""Conflicts of interest that can be found without asking."""

from dataclasses import dataclass
from typing import Final

from grantengine.reviews.lifecycle import ConflictSource

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


def found_conflict(*, reviewer: Party, applicant: Party) -> ConflictSource | None:
    """Tell why a reviewer may not judge an applicant, None if nothing is known against it."""
    if reviewer.person_id == applicant.person_id or _same(reviewer.email, applicant.email):
        return ConflictSource.APPLICANT
    if _same(reviewer.business_id, applicant.business_id):
        return ConflictSource.SAME_BUSINESS_ID
    if _same(reviewer.organisation_name, applicant.organisation_name):
        return ConflictSource.SAME_ORGANISATION
    domain = _domain(reviewer.email)
    if domain not in PUBLIC_MAIL_DOMAINS and _same(domain, _domain(applicant.email)):
        return ConflictSource.SAME_EMAIL_DOMAIN
    return None


def _domain(email: str) -> str:
    return email.rpartition("@")[2].strip().lower()


def _same(first: str | None, second: str | None) -> bool:
    if not first or not second:
        return False
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()
