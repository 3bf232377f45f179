"""The number of a collection stands in all that is written, shown or sent about it.

Rahankeräyslaki 863/2019: whoever collects shows the number with every appeal.
"""

import json
from datetime import date, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from lxml import etree
from sqlalchemy.orm.attributes import flag_modified

from grantengine.campaigns import (
    changing,
    invoices,
    new_cards,
    offers,
    pledging,
    queries,
    questions,
    refund_requests,
    transfers,
    updates,
)
from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.crowd_lifecycle import HelpKind
from grantengine.campaigns.invoices import Company
from grantengine.campaigns.lifecycle import CampaignKind, LegalKind
from grantengine.campaigns.offers import Offered
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.campaigns.questions import Asked
from grantengine.learnings.service import publish_learning, write_learning
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus, Role
from grantengine.programme.models import Experiment
from grantengine.web.database import reader
from grantengine.web.mail import compose, html_of, plain_text_of
from grantengine.web.sharing import card_of
from grantengine.web.unsubscribing import stop_address
from tests.support.campaigns import (
    ASKS_WHEN_CHARGED,
    DECLINED_WHEN_CHARGED,
    GOOD_CARD,
    IBAN,
    KillableGateway,
    a_campaign,
    an_experiment,
)
from tests.support.learnings import a_card
from tests.support.letters import OF_CAMPAIGNS
from tests.support.payments import Till
from tests.support.pdf import text_of as words_of
from tests.support.visitor import LANGUAGES, page, sign_in, text_of

NUMBER = "RA/2026/4711"
AT_ONCE, LATER = CampaignKind.KEEP_IT_ALL, CampaignKind.ALL_OR_NOTHING
COMPANY = Company(name="Leipomo Oy", business_id="0201256-6", order=None)
# Pages that only a draft has, files that say nothing, and what only a sale has.
SAY_NOTHING = {
    "campaigns.edit",
    "campaign_parts.edit",
    "campaign_parts.edit_one",
    "campaign_parts.picture",
    "campaign_parts.deliveries",
    "discovery.card",
}


@pytest.fixture
def till(app_database, clock):
    """A till at a sandbox that writes down what moved."""
    return Till(app_database, KillableGateway(), clock)


@pytest.fixture
def owner(app_database, clock):
    with app_database.transaction() as session:
        return programme.register_person(
            session,
            name="Linnea",
            email="linnea@example.fi",
            language="sv",
            roles=[Role.EXPERIMENTER, Role.STEWARD, Role.FINANCE_OFFICER],
            now=clock.now(),
        )


class Collections:
    """Opens collections, each of an organiser of its own, and does what letters come of."""

    def __init__(self, till, owner):
        self.till, self.owner, self.titles = till, owner, count(1)

    def do(self, verb, *arguments, **named):
        with self.till.database.transaction() as session:
            return verb(session, *arguments, now=self.till.clock.now(), **named)

    def open(self, kind, **changes):
        experiment = self.do(an_experiment, title=f"Uuni {next(self.titles)}", owner=self.owner)
        return self.do(
            a_campaign,
            experiment=experiment,
            kind=kind,
            legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
            legal_number=NUMBER,
            **changes,
        )

    def request(self, campaign, amount, key):
        return PledgeRequest(
            campaign_id=campaign.id,
            key=key,
            amount=eur(amount),
            email="oy@example.fi",
            language="fi",
        )

    def awaited(self, campaign, amount, key):
        return self.do(transfers.await_transfer, self.request(campaign, amount, key))

    def charge_what_can_be_charged(self):
        campaign = self.open(LATER)
        good, changed, gone = (self.till.pledge(campaign, "300", GOOD_CARD) for _ in range(3))
        self.till.pledge(campaign, "50", DECLINED_WHEN_CHARGED)
        self.till.pledge(campaign, "60", ASKS_WHEN_CHARGED)
        new_cards.change_card(
            self.till.database, self.till.gateway, self.till.clock, good, card=GOOD_CARD
        )
        self.do(changing.change_pledge, changed.id, NewTerms(eur("310"), None, False, None))
        self.do(pledging.withdraw_pledge, gone.id)
        self.till.settle_for_a_week(campaign)
        return campaign, good

    def miss_the_goal(self):
        campaign = self.open(LATER)
        self.till.pledge(campaign, "20", GOOD_CARD)
        self.till.settle(campaign)

    def take_transfers(self):
        campaign = self.open(AT_ONCE)
        paid = self.awaited(campaign, "50", "paid")
        self.awaited(campaign, "40", "lapses")
        self.do(
            invoices.ask_for_invoice,
            self.request(campaign, "70", "invoiced"),
            COMPANY,
            take_number=lambda: 1,
        )
        told = transfers.Arrived(
            "a" * 64, eur("50"), paid.transfer_reference, "Leipomo Oy", date(2026, 9, 17)
        )
        self.do(transfers.receive, told)
        self.till.settle(campaign)

    def fill_to_the_ceiling(self):
        self.till.pledge(self.open(AT_ONCE), "10000", GOOD_CARD)

    def give_back(self, pledge):
        asked = [self._ask_back(pledge), None]
        self.do(refund_requests.refuse, asked[0].id, answer="Ei.", officer_id=self.owner.id)
        asked[1] = self._ask_back(pledge)
        refund_requests.grant(
            self.till.database,
            self.till.gateway,
            self.till.clock,
            asked[1].id,
            amount=None,
            officer_id=self.owner.id,
        )

    def _ask_back(self, pledge):
        return self.do(
            refund_requests.ask_for_refund, pledge.id, reason="Maksoin kahdesti.", iban=None
        )

    def talk(self, campaign):
        said = {"name": "Eero", "email": "eero@example.fi", "language": "en", "text": "Uuni?"}
        asked = Asked(campaign_id=campaign.id, key="k", **said)
        question = self.do(questions.ask, asked)
        self.do(questions.confirm_question, question.id)
        self.do(questions.answer_question, question.id, "Joulukuussa.", person=self.owner)
        offered = Offered(
            campaign_id=campaign.id,
            key="k",
            kind=HelpKind.HOURS,
            hours=3,
            is_name_shown=True,
            **said,
        )
        offer = self.do(offers.offer_help, offered)
        self.do(offers.confirm_offer, offer.id)
        self.do(offers.thank, offer.id, "Kiitos!", person=self.owner)
        update = self.do(
            updates.publish_update,
            campaign.id,
            title="Uuni tuli",
            text="Se painaa.",
            language="fi",
            author=self.owner,
        )
        updates.tell_backers(self.till.database, self.till.clock, update_id=update.id)

    def tell_what_was_learned(self, campaign):
        with self.till.database.transaction() as session:
            experiment = session.get_one(Experiment, campaign.experiment_id)
            programme.move_experiment(
                session, experiment, ExperimentStatus.RUNNING, now=self.till.clock.now()
            )
        self.do(write_learning, campaign.experiment_id, a_card(), person=self.owner)
        self.do(publish_learning, campaign.experiment_id, person=self.owner)


@pytest.fixture
def collections(till, owner):
    return Collections(till, owner)


def test_every_letter_about_a_collection_says_its_number(app, app_database, collections):
    campaign, charged = collections.charge_what_can_be_charged()
    collections.give_back(charged)
    collections.talk(campaign)
    collections.tell_what_was_learned(campaign)
    collections.miss_the_goal()
    collections.take_transfers()
    collections.fill_to_the_ceiling()

    with app_database.reading() as session:
        messages = session.scalars(sa.select(Message)).all()
    assert {each.letter for each in messages} == set(OF_CAMPAIGNS)
    with app.app_context():
        for message in messages:
            for language in LANGUAGES:
                message.language = language
                mail = compose(message, app.extensions["grantengine"].settings)
                assert NUMBER in plain_text_of(mail), (message.letter, language)
                assert NUMBER in html_of(mail), (message.letter, language)


@pytest.fixture
def shown(app, app_database, collections, till):
    """An open collection with a pledge, a question, an offer and an invoice, and one that charges later."""
    campaign = collections.open(AT_ONCE)
    pledges = [till.pledge(each, "20", GOOD_CARD) for each in (campaign, collections.open(LATER))]
    invoiced = collections.do(
        invoices.ask_for_invoice,
        collections.request(campaign, "70", "invoiced"),
        COMPANY,
        take_number=lambda: 1,
    )
    collections.talk(campaign)
    with app_database.transaction() as session:
        current = programme_queries.current_programme(session)
        current.profile["private_payer"] = {"name": "Tukitili", "iban": IBAN}
        flag_modified(current, "profile")
    tokens = {"pledges": [each.token for each in (*pledges, invoiced)]}
    with app_database.reading() as session:
        for name, model in (("questions", questions.Question), ("offers", offers.Offer)):
            tokens[name] = list(session.scalars(sa.select(model.token)))
    with app.app_context():
        stopped = stop_address(
            app.extensions["grantengine"].settings, "fi", campaign.id, "maija@example.fi"
        )
    tokens["updates"] = [stopped.rpartition("/")[2]]
    return campaign, tokens


def addresses_of(app, campaign, tokens):
    """List the pages and files about a campaign or a pledge that say something.

    Each comes with its addresses: what a pledge allows depends on how it is paid.
    """
    for rule in app.url_map.iter_rules():
        first = rule.rule.strip("/").partition("/")[0]
        if "GET" not in rule.methods or rule.endpoint in SAY_NOTHING:
            continue
        if first == "campaigns" and "<slug>" in rule.rule:
            yield [rule.rule.replace("<slug>", campaign.slug)]
        elif "<token>" in rule.rule and first in tokens:
            yield [rule.rule.replace("<token>", each) for each in tokens[first]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_file_about_a_collection_shows_its_number(
    client, app, owner, shown, language
):
    sign_in(client, owner)
    about = list(addresses_of(app, *shown))
    assert len(about) >= 15

    for paths in [*about, ["/campaigns"], ["/campaigns/feed"], ["/"], ["/experiments/uuni-1"]]:
        answers = [client.get(f"/{language}{path}") for path in paths]
        found = [each for each in answers if each.status_code == 200]
        assert found, paths
        for answer in found:
            is_pdf = answer.mimetype == "application/pdf"
            words = words_of(answer.data) if is_pdf else answer.get_data(as_text=True)
            # On paper a long number may go on in the next line.
            assert NUMBER in "".join(words.split()), paths


def test_feed_data_and_picture_say_the_number_where_programs_look(client, app, shown):
    campaign, _tokens = shown
    path = f"/sv/campaigns/{campaign.slug}"

    feed = etree.fromstring(client.get("/sv/campaigns/feed").data)
    data = page(client, path).xpath("//script[@type='application/ld+json']/text()")[0]
    answers = [
        client.get(f"/api/v1/campaigns/{campaign.slug}").json,
        client.get("/api/v1/campaigns").json["items"][0],
        client.post(
            f"/api/v1/campaigns/{campaign.slug}/pledges",
            json={
                "amount": {"amount_cents": 2000, "currency": "EUR"},
                "email": "aino@example.fi",
                "card": GOOD_CARD,
            },
            headers={"Idempotency-Key": "k"},
        ).json,
    ]

    assert NUMBER in "".join(feed.itertext())
    number = {
        "@type": "PropertyValue",
        "name": "Den småskaliga penninginsamlingens nummer",
        "value": NUMBER,
    }
    assert json.loads(data)["identifier"] == number
    assert [each["legal_number"] for each in answers] == [NUMBER] * 3
    with app.test_request_context(path):
        drawn = card_of(queries.campaign_by_slug(reader(), campaign.slug), eur("20"))
    assert drawn.number.endswith(NUMBER)


def test_sale_shows_no_number(client, campaign):
    tree = page(client, f"/en/campaigns/{campaign.slug}/questions")

    assert tree.xpath("//*[contains(@class, 'page__legal')]") == []
    assert "umber of the" not in text_of(tree)


@pytest.mark.parametrize("when", [timedelta(0), timedelta(days=31)])
def test_widget_and_card_of_the_list_show_the_number_before_and_after_the_end(
    client, clock, shown, when
):
    campaign, _tokens = shown
    clock.advance(when)

    for path in (f"/fi/campaigns/{campaign.slug}/widget", "/fi/campaigns"):
        assert NUMBER in text_of(page(client, path))
