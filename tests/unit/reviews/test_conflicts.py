"""Conflicts that can be found without asking: every source, and what only looks like one."""

import pytest

from grantengine.reviews.conflicts import PUBLIC_MAIL_DOMAINS, Party, found_conflict
from grantengine.reviews.lifecycle import ConflictSource

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
        (Party("per_2", "a@ala.kyla.example"), None),
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
