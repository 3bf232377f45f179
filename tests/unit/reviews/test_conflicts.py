"""Conflicts that can be found without asking: every source, and what only looks like one."""

import pytest

from grantengine.reviews.conflicts import (
    PUBLIC_MAIL_DOMAINS,
    Case,
    Judge,
    Party,
    Tie,
    conflict_of,
    found_conflict,
    registered_domain,
)
from grantengine.reviews.lifecycle import ConflictSource, TieKind

APPLICANT = Party("per_1", "hakija@kyla.example", "Kylä ry", "0245437-2")


@pytest.mark.parametrize(
    ("reviewer", "source"),
    [
        (Party("per_1", "muu@muu.example"), ConflictSource.APPLICANT),
        (Party("per_2", "HAKIJA@kyla.example"), ConflictSource.APPLICANT),
        (
            Party("per_2", "a@muu.example", "Muu", "0245437-2"),
            ConflictSource.SAME_BUSINESS_ID,
        ),
        (Party("per_2", "a@muu.example", " KYLÄ\u00a0 Ry "), ConflictSource.SAME_ORGANISATION),
        (Party("per_2", "a@Kyla.EXAMPLE "), ConflictSource.SAME_EMAIL_DOMAIN),
        (Party("per_2", "a@muu.example", "Muu ry", "0112038-9"), None),
        (Party("per_2", "a@muu.example", "Kylä"), None),
        (Party("per_2", "a@ala.kyla.example"), ConflictSource.SAME_EMAIL_DOMAIN),
        (Party("per_2", "a@toinenkyla.example"), None),
        (Party("per_2", "a@muu.example", "", ""), None),
    ],
)
def test_a_conflict_is_found_by_its_strongest_sign(reviewer, source):
    assert found_conflict(reviewer=reviewer, applicant=APPLICANT) == source


@pytest.mark.parametrize("domain", sorted(PUBLIC_MAIL_DOMAINS))
def test_sharing_a_public_mail_service_says_nothing(domain):
    reviewer, applicant = Party("per_2", f"a@{domain}"), Party("per_1", f"b@{domain.upper()}")

    assert found_conflict(reviewer=reviewer, applicant=applicant) is None


def test_two_who_act_for_nobody_share_no_organisation():
    nobody = {"organisation_name": "", "business_id": None}
    reviewer = Party("per_2", "a@gmail.com", **nobody)

    assert (
        found_conflict(reviewer=reviewer, applicant=Party("per_1", "b@muu.example", **nobody))
        is None
    )


STRANGER = Party("per_2", "a@muu.example", "Muu ry", "0112038-9")
PARTNER = Party("per_3", "b@kumppani.example", "Kumppani oy", "2017474-7")
CASE = Case([APPLICANT, PARTNER], rivals=frozenset({"per_1", "per_3", "per_9"}))


@pytest.mark.parametrize(
    ("judge", "source"),
    [
        (Judge(STRANGER), None),
        (Judge(Party("per_3", "b@kumppani.example")), ConflictSource.CO_APPLICANT),
        (Judge(Party("per_4", "c@kumppani.example")), ConflictSource.CO_APPLICANT),
        (Judge(Party("per_9", "a@muu.example")), ConflictSource.SAME_CALL),
        (Judge(STRANGER, [Tie(TieKind.MENTOR, "Kylä ry")]), ConflictSource.MENTOR),
        (Judge(STRANGER, [Tie(TieKind.FAMILY, "kylä  RY")]), ConflictSource.RELATION),
        (Judge(STRANGER, [Tie(TieKind.OWNS, "Toinen nimi", "2017474-7")]), ConflictSource.RELATION),
        (Judge(STRANGER, [Tie(TieKind.OWNS, "Aivan muu ry")]), None),
        (Judge(STRANGER, backed=[Party("per_1", "")]), ConflictSource.BACKER),
        (Judge(STRANGER, backed=[Party("per_8", "", "Kylä ry")]), ConflictSource.BACKER),
        (Judge(STRANGER, backed=[Party("per_8", "", "Muu ry", "0112038-9")]), None),
    ],
)
def test_whatever_binds_a_reviewer_to_an_application_is_found(judge, source):
    assert conflict_of(judge, CASE) == source


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@hel.fi", "hel.fi"),
        ("a@Sote.Hel.FI ", "hel.fi"),
        ("a@dept.ox.ac.uk", "ox.ac.uk"),
        ("a@kommun.aland.fi", "kommun.aland.fi"),
        ("a@osasto.kylat.example.fi", "kylat.example.fi"),
        ("a@pp.inet.fi", "pp.inet.fi"),
        ("a@posti.inet.fi", "inet.fi"),
        ("", ""),
        ("nobody", "nobody"),
    ],
)
def test_subdomains_belong_to_whoever_holds_the_domain(email, domain):
    assert registered_domain(email) == domain


def test_two_bodies_under_a_wide_suffix_are_not_one():
    reviewer, applicant = Party("per_2", "a@finstrom.aland.fi"), Party("per_1", "b@jomala.aland.fi")

    assert found_conflict(reviewer=reviewer, applicant=applicant) is None
