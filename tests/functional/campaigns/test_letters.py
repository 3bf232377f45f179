"""The letters of a campaign, written out in each language."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import checkout, pledging, settlement
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.gateways.sandbox import SandboxGateway
from grantengine.web.mail import compose, plain_text_of
from tests.support.campaigns import (
    ASKS_WHEN_CHARGED,
    DECLINED_WHEN_CHARGED,
    GOOD_CARD,
    a_campaign,
    a_rule,
    an_experiment,
)

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def campaign(app_database, clock):
    """A campaign whose owner reads Swedish."""
    with app_database.transaction() as session:
        owner = programme.register_person(
            session,
            name="Linnea",
            email="linnea@example.fi",
            language="sv",
            roles=[Role.EXPERIMENTER],
            now=clock.now(),
        )
        a_rule(session, now=clock.now(), cap_per_pledge=eur("100"))
        return a_campaign(
            session,
            now=clock.now(),
            experiment=an_experiment(session, now=clock.now(), owner=owner),
            title="Mayan leipomo",
            translations={"sv": {"title": "Mayas bageri"}},
        )


def pledge(database, clock, campaign, amount, language, card=GOOD_CARD):
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=f"{language}-{amount}",
        amount=eur(amount),
        email=f"{language}@example.fi",
        language=language,
    )
    return checkout.make_pledge(database, SandboxGateway(), clock, request, card=card)


def letters(app, database, letter):
    """Write out every letter of a kind, by the address it goes to."""
    with database.reading() as session:
        messages = session.scalars(sa.select(Message).where(Message.letter == letter)).all()
    with app.app_context():
        mails = [compose(each, app.extensions["grantengine"].settings) for each in messages]
    return {
        mail["To"]: (mail["Subject"], plain_text_of(mail).replace("\xa0", " ")) for mail in mails
    }


def settle(database, clock, campaign):
    clock.set_to(campaign.deadline_at)
    for _try in range(4):  # A declined card is tried again every other day.
        settlement.settle_campaign(database, SandboxGateway(), clock, campaign.id)
        clock.advance(timedelta(days=2))


def test_receipt_says_what_was_pledged_and_matched_and_until_when(
    app, app_database, clock, campaign
):
    made = {code: pledge(app_database, clock, campaign, "150.50", code) for code in LANGUAGES}

    written = letters(app, app_database, "pledge_receipt")

    subject, body = written["fi@example.fi"]
    assert subject == "Lupauksesi: Mayan leipomo"
    assert "Lupasit 150,50 €." in body
    assert "Julkinen vastinrahapotti lupasi sen mukana 100,00 €." in body
    assert "16.10.2026 klo 15.00" in body
    assert f"http://127.0.0.1:8000/fi/pledges/{made['fi'].token}" in body
    subject, body = written["sv@example.fi"]
    assert subject == "Ditt löfte: Mayas bageri"
    assert f"/sv/pledges/{made['sv'].token}" in body
    subject, body = written["en@example.fi"]
    assert subject == "Your pledge to Mayan leipomo"
    assert "You have pledged €150.50 to Mayan leipomo." in body


def test_withdrawal_is_confirmed(app, app_database, clock, campaign):
    made = pledge(app_database, clock, campaign, "50", "sv")
    with app_database.transaction() as session:
        pledging.withdraw_pledge(session, made.id, now=clock.now())

    subject, body = letters(app, app_database, "pledge_withdrawn")["sv@example.fi"]

    assert subject == "Ditt löfte är återtaget: Mayas bageri"
    assert "/sv/campaigns/mayan-leipomo" in body


def test_end_of_a_funded_campaign_is_told_to_everybody(app, app_database, clock, campaign):
    pledge(app_database, clock, campaign, "450", "fi")
    pledge(app_database, clock, campaign, "60", "en", card=DECLINED_WHEN_CHARGED)

    settle(app_database, clock, campaign)

    subject, body = letters(app, app_database, "pledge_collected")["fi@example.fi"]
    assert subject == "Mayan leipomo saavutti tavoitteensa"
    assert "Kortiltasi veloitettiin 450,00 €." in body
    subject, body = letters(app, app_database, "charge_retried")["en@example.fi"]
    assert subject == "Your card could not be charged yet: Mayan leipomo"
    assert "You can also give another card" in body
    subject, body = letters(app, app_database, "charge_failed")["en@example.fi"]
    assert subject == "Your card could not be charged: Mayan leipomo"
    assert "you owe nothing" in body
    subject, body = letters(app, app_database, "campaign_ended")["linnea@example.fi"]
    assert subject == "Din kampanj blev finansierad: Mayas bageri"
    assert "Finansiärerna betalade 450,00 €" in body


def test_backer_whose_bank_asks_for_them_is_told_until_when(app, app_database, clock, campaign):
    pledge(app_database, clock, campaign, "500", "sv", card=ASKS_WHEN_CHARGED)

    clock.set_to(campaign.deadline_at)
    settlement.settle_campaign(app_database, SandboxGateway(), clock, campaign.id)

    subject, body = letters(app, app_database, "authentication_needed")["sv@example.fi"]
    assert subject == "Din bank vill veta att det är du: Mayas bageri"
    assert "Innan ditt kort debiteras 500,00 €" in body


def test_end_of_a_failed_campaign_is_told_to_everybody(app, app_database, clock, campaign):
    pledge(app_database, clock, campaign, "50", "fi")
    clock.advance(timedelta(days=1))

    settle(app_database, clock, campaign)

    subject, body = letters(app, app_database, "campaign_failed")["fi@example.fi"]
    assert subject == "Mayan leipomo ei saavuttanut tavoitettaan"
    assert "ei veloitettu lupaamaasi summaa 50,00 €" in body
    subject, _body = letters(app, app_database, "campaign_ended")["linnea@example.fi"]
    assert subject == "Din kampanj har avslutats: Mayas bageri"
