"""A programme with money to pay out, and people to pay it, for tests of disbursements."""

from datetime import UTC, date, datetime, timedelta

from grantengine.campaigns import bookings as campaign_bookings
from grantengine.campaigns import chart as campaign_chart
from grantengine.campaigns.events import CampaignSettled
from grantengine.clock import HELSINKI
from grantengine.disbursements import batches, queries, releases, service, statements
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money, eur, split_by_weights
from grantengine.programme import service as programmes
from grantengine.programme.lifecycle import (
    ExperimentStatus,
    GoalLevel,
    OrganisationKind,
    Role,
    Tier,
)
from grantengine.programme.models import Goal
from tests.support.bank import statement_for

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
TODAY = date(2026, 9, 16)
PAYER_IBAN = "FI2112345600000785"
PRIVATE_PAYER_IBAN = "FI5415713000030016"
PAYEE_IBAN = "FI7118203000008391"
GATEWAY = "sandbox"
ENVELOPES = (("small", "500000"), ("strong", "750000"), ("support", "250000"), ("match", "500000"))
PROFILE = {
    "payment_organisation": "KOSU",
    "payer": {"name": "Valtioneuvoston kanslia", "iban": PAYER_IBAN, "business_id": "0245437-2"},
    "private_payer": {"name": "Kokeileva Suomi, joukkorahoitus", "iban": PRIVATE_PAYER_IBAN},
}


def a_programme(session, *, profile=PROFILE, now=NOON):
    """Start the programme of EUR 2,000,000 with its four envelopes and one goal."""
    session.add(
        Goal(
            id=new_id("gol", now),
            code="own-initiative",
            level=GoalLevel.NATIONAL,
            position=0,
            names={"fi": "Omaehtoisuus", "sv": "Egna initiativ", "en": "Own initiative"},
        )
    )
    envelopes = [
        programmes.EnvelopePlan(code, {"fi": code, "sv": code, "en": code.capitalize()}, eur(sum_))
        for code, sum_ in ENVELOPES
    ]
    plan = programmes.ProgrammePlan(
        slug="kokeileva-suomi",
        names={"fi": "Kokeileva Suomi", "sv": "Försöksfinland", "en": "Experimental Finland"},
        authority={"fi": "Kokeiluvirasto", "sv": "Försöksverket", "en": "Experiment Agency"},
        budget_account="23.01.50",
        starts_on=date(2026, 1, 7),
        ends_on=date(2028, 12, 31),
        appropriation=eur("2000000"),
        envelopes=envelopes,
        profile=profile,
    )
    return programmes.start_programme(session, plan, now=now)


def an_officer(session, name="Rahanen Raija", *, roles=(Role.FINANCE_OFFICER,), now=NOON):
    """Register a finance officer."""
    return programmes.register_person(
        session,
        name=name,
        email=f"{name.split()[-1].lower()}@example.fi",
        language="fi",
        roles=list(roles),
        now=now,
    )


def an_experiment(
    session, programme, title="Kyläkyyti", *, kind=OrganisationKind.ASSOCIATION, now=NOON
):
    """Start a running experiment of a body of its own."""
    body = programmes.register_organisation(session, name=f"{title} ry", kind=kind, now=now)
    goal = session.query(Goal).first()
    plan = programmes.ExperimentPlan(
        title=title,
        summary="Naapurit ajavat toisiaan.",
        tier=Tier.SMALL,
        language="fi",
        organisation_id=body.id,
        owner_id=None,
        goal_ids=[goal.id],
    )
    experiment = programmes.propose_experiment(session, programme, plan, now=now)
    programmes.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=now)
    return experiment


def terms_for(experiment, amount, *, case_number="KS/1/2026", weights=(70, 30), **wishes):
    """Decide a grant in instalments by these weights; the last of several waits."""
    parts = split_by_weights(amount, weights)
    last = len(parts) - 1
    fields = {
        "experiment_id": experiment.id,
        "organisation_id": experiment.organisation_id,
        "envelope": "small",
        "amount": amount,
        "case_number": case_number,
        "payee_name": experiment.organisation.name,
        "payee_iban": PAYEE_IBAN,
        "recipient_kind": experiment.organisation.kind,
        "instalments": [
            service.InstalmentTerms(part, date(2026, 10, 1), opens_on_learning=0 < index == last)
            for index, part in enumerate(parts)
        ],
    }
    return service.GrantTerms(**(fields | wishes))


def a_grant(session, experiment, amount=eur("5000"), *, now=NOON, **wishes):
    """Award a grant, by default 70 per cent now and 30 with the learning card."""
    return service.award_grant(session, terms_for(experiment, amount, **wishes), now=now)


def a_settled_campaign(
    session, experiment, *, private=eur("900"), matched=eur("300"), fee=eur("100"), now=NOON
):
    """Settle a funded campaign as the campaigns package books it; return its event."""
    campaign_id, on = new_id("cmp", now), now.astimezone(HELSINKI).date()
    specs = [*campaign_chart.campaign_accounts(campaign_id), campaign_chart.provider(GATEWAY)]
    ledger.open_accounts(session, specs, now=now)
    names = {"campaign_id": campaign_id, "on": on}
    pledge_id, gross = new_id("plg", now), private + fee
    for entry in (
        campaign_bookings.pledge_made(
            pledge_id=pledge_id,
            amount=gross,
            matches=[(campaign_chart.POT, matched)] if matched else [],
            **names,
        ),
        campaign_bookings.pledge_collected(
            pledge_id=pledge_id, gateway=GATEWAY, amount=gross, fee=fee, **names
        ),
        *([campaign_bookings.campaign_settled(matched=matched, **names)] if matched else []),
        campaign_bookings.paid_to_bank(
            payout_id=new_id("pyo", now), gateway=GATEWAY, amount=private, on=on
        ),
    ):
        ledger.post(session, entry, now=now)
    event = CampaignSettled(
        campaign_id=campaign_id,
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        funded=True,
        private_net=private,
        matched=matched,
        payee_name=experiment.organisation.name,
        payee_iban=PAYEE_IBAN,
        settled_on=on,
    )
    service.on_campaign_settled(session, event)
    return event


def nothing() -> Money:
    """No money at all."""
    return Money(0)


def pay_everything(database, clock, first, second):
    """Pay every open instalment, prepared by one officer and released by another."""
    with database.transaction() as session:
        instalments = [each.id for each in queries.open_instalments(session)]
        made = batches.prepare_batches(session, instalments, officer_id=first.id, now=clock.now())
    for batch in made:
        with database.transaction() as session:
            releases.release_batch(session, batch.id, officer_id=second.id, now=clock.now())
            _batch, bank_file = queries.bank_file(session, batch.id)
        day = clock.now().date() + timedelta(days=1)
        content = statement_for(bank_file, booked_on=day)
        incoming = statements.read_incoming(content, file_name="statement.xml")
        with database.transaction() as session:
            statements.import_statement(session, incoming, officer_id=first.id, now=clock.now())
