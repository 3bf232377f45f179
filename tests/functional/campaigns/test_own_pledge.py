"""A backer's own pledge by its link: changed, given another card, asked back, answered."""

import pytest
import sqlalchemy as sa

from grantengine.campaigns import queries
from grantengine.campaigns.lifecycle import CampaignKind, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.ledger import audit
from grantengine.money import eur
from grantengine.programme.lifecycle import Role
from grantengine.programme.service import register_person
from tests.support.campaigns import (
    ASKS_FOR_AUTHENTICATION,
    DECLINED_WHEN_CHARGED,
    GOOD_CARD,
    a_campaign,
    a_pledge,
    a_rule,
)
from tests.support.visitor import LANGUAGES, page, send, sign_in, text_of


@pytest.fixture
def pledge(app_database, clock, campaign):
    return a_pledge(app_database, clock, campaign, "50", name="Maija", is_name_shown=True)


@pytest.fixture
def charged(app_database, clock):
    """A pledge to a campaign that charges at once."""
    with app_database.transaction() as session:
        a_rule(session, now=clock.now())
        campaign = a_campaign(session, now=clock.now(), kind=CampaignKind.KEEP_IT_ALL)
    return a_pledge(app_database, clock, campaign, "50", name="Maija")


def totals(app_database, campaign_id):
    with app_database.reading() as session:
        return queries.totals(session, campaign_id)


def kept(app_database, pledge):
    with app_database.reading() as session:
        return session.get_one(Pledge, pledge.id)


def link_to(tree, words):
    return tree.xpath(f"//a[contains(normalize-space(), '{words}')]/@href")


def test_amount_is_changed_and_all_totals_follow(client, app_database, campaign, pledge):
    path = f"/en/pledges/{pledge.token}"
    assert link_to(page(client, path), "Change the pledge") == [f"{path}/change"]

    answer = send(client, f"{path}/change", amount="80,50", name="Maija", message="Onnea!")

    assert answer.status_code == 303
    found = totals(app_database, campaign.id)
    assert (found.pledged, found.matched) == (eur("80.50"),) * 2
    words = text_of(page(client, path))
    assert "What it was before" in words
    assert "€50.00" in words
    campaign_words = text_of(page(client, f"/en/campaigns/{campaign.slug}"))
    assert "€81" in campaign_words or "€80.50" in campaign_words
    assert "Onnea!" in campaign_words
    assert "Maija" not in campaign_words


def test_sending_the_change_twice_changes_once(client, app_database, campaign, pledge):
    path = f"/fi/pledges/{pledge.token}/change"
    for _ in range(2):
        assert send(client, path, amount="70").status_code == 303

    assert totals(app_database, campaign.id).pledged == eur("70")
    rows = page(client, f"/fi/pledges/{pledge.token}").xpath(
        "//caption[contains(., 'muutosta')]/..//tbody/tr"
    )
    assert len(rows) == 1


@pytest.mark.parametrize("typed", ["0", "-1", "0,001", "1e12", "NaN", ""])
def test_bad_amount_is_said_beside_its_field_and_changes_nothing(
    client, app_database, campaign, pledge, typed
):
    answer = send(client, f"/sv/pledges/{pledge.token}/change", amount=typed)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert totals(app_database, campaign.id).pledged == eur("50")
    with app_database.reading() as session:
        assert audit.verify(session).is_clean


def test_name_can_be_hidden_when_the_amount_is_fixed(client, app_database, clock, campaign, pledge):
    clock.set_to(campaign.deadline_at)

    tree = page(client, f"/en/pledges/{pledge.token}/change")
    send(client, f"/en/pledges/{pledge.token}/change", amount="999", name="Maija")

    assert tree.xpath("//input[@name='amount']") == []
    assert not kept(app_database, pledge).is_name_shown
    assert totals(app_database, campaign.id).pledged == eur("50")


def test_another_card_takes_the_place_of_the_old(client, app_database, pledge):
    before = kept(app_database, pledge).card_token

    answer = send(client, f"/en/pledges/{pledge.token}/card", card=DECLINED_WHEN_CHARGED)

    assert answer.status_code == 303
    assert "has taken the place of the old" in text_of(page(client, answer.location))
    assert kept(app_database, pledge).card_token != before


def test_bank_of_another_card_is_visited_first(client, app_database, pledge):
    before = kept(app_database, pledge).card_token
    path = f"/en/pledges/{pledge.token}"
    send(client, f"{path}/card", card=ASKS_FOR_AUTHENTICATION)
    tree = page(client, path)
    assert "The bank of your new card wants to know" in text_of(tree)
    assert kept(app_database, pledge).card_token == before

    (action,) = tree.xpath("//form[contains(@action, '/cards/')]/@action")
    send(client, path, to=action)

    assert "wants to know" not in text_of(page(client, path))
    assert kept(app_database, pledge).card_token != before or before.endswith("succeeds")


def test_card_of_another_pledge_is_not_finished_here(client, app_database, clock, campaign, pledge):
    other = a_pledge(app_database, clock, campaign, "20", email="eero@example.fi")
    send(client, f"/en/pledges/{other.token}/card", card=ASKS_FOR_AUTHENTICATION)
    tree = page(client, f"/en/pledges/{other.token}")
    (action,) = tree.xpath("//form[contains(@action, '/cards/')]/@action")

    answer = send(
        client,
        f"/en/pledges/{pledge.token}/change",
        to=action.replace(other.token, pledge.token),
    )

    assert answer.status_code == 404


def officer_of(app_database, clock, role):
    with app_database.transaction() as session:
        return register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="en",
            roles=[role],
            now=clock.now(),
        )


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.STEWARD])
def test_request_for_the_money_is_granted_in_part(client, app_database, clock, charged, role):
    path = f"/en/pledges/{charged.token}"
    answer = send(client, f"{path}/refund", reason="I paid twice.")
    assert answer.status_code == 303
    assert "A person looks at it" in text_of(page(client, path))
    sign_in(client, officer_of(app_database, clock, role))
    (place,) = link_to(page(client, "/en/finance/backers"), "Maija")
    assert "I paid twice." in text_of(page(client, place))

    answer = send(client, place, to=f"{place}/grant", amount="20")

    assert answer.status_code == 303
    assert totals(app_database, charged.campaign_id).collected == eur("30")
    assert totals(app_database, charged.campaign_id).matched == eur("30")
    assert "Granted on" in text_of(page(client, path))
    assert page(client, place, status=409) is not None


def test_request_is_refused_with_a_reason(client, app_database, clock, charged):
    send(client, f"/en/pledges/{charged.token}/refund", reason="I paid twice.")
    sign_in(client, officer_of(app_database, clock, Role.FINANCE_OFFICER))
    (place,) = link_to(page(client, "/en/finance/backers"), "Maija")

    unsaid = send(client, place, to=f"{place}/refusal", answer="  ")
    said = send(client, place, to=f"{place}/refusal", answer="There is one charge alone.")

    assert (unsaid.status_code, said.status_code) == (422, 303)
    words = text_of(page(client, f"/en/pledges/{charged.token}"))
    assert "There is one charge alone." in words
    assert "Ask for the money back" in words
    assert kept(app_database, charged).status == PledgeStatus.COLLECTED


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_request_needs_a_reason(client, charged, reason):
    answer = send(client, f"/en/pledges/{charged.token}/refund", reason=reason)

    assert answer.status_code == 422


def test_what_was_not_charged_cannot_be_asked_back(client, pledge):
    answer = client.get(f"/en/pledges/{pledge.token}/refund")

    assert answer.status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["change", "card"])
def test_forms_are_there_in_every_language_and_for_the_holder_alone(client, pledge, language, what):
    answer = client.get(f"/{language}/pledges/{pledge.token}/{what}")

    assert answer.headers["Cache-Control"] == "no-store"
    page(client, f"/{language}/pledges/{pledge.id}/{what}", status=404)


def test_good_card_is_offered_first(client, pledge):
    (card,) = page(client, f"/en/pledges/{pledge.token}/card").xpath("//input[@id='card']/@value")

    assert card == GOOD_CARD


def test_nothing_of_the_pledge_is_doubled(client, app_database, pledge):
    send(client, f"/en/pledges/{pledge.token}/change", amount="60")

    with app_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Pledge)) == 1
