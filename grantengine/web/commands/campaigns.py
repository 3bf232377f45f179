"""`grantengine campaigns`: settle what has ended, and ask the provider for what no event told."""

import sys

import click
from flask.cli import AppGroup

from grantengine.campaigns import queries, settlement, sweeping
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.settlement import Settlement
from grantengine.web.formatting import money
from grantengine.web.gateways import stripe_subjects
from grantengine.web.runtime import Runtime, runtime


@click.group("campaigns", cls=AppGroup)
def group() -> None:
    """Settle campaigns, and ask the payment provider what has happened."""


@group.command("settle")
@click.argument("slug", required=False)
def settle(slug: str | None) -> None:
    """Settle the campaign SLUG, or every one whose last day has passed.

    Killed and run again, it goes on where it stopped and does nothing twice.
    """
    engine = runtime()
    with engine.database.reading() as session:
        ids = (
            [queries.campaign_by_slug(session, slug).id]
            if slug
            else queries.campaigns_to_settle(session, now=engine.clock.now())
        )
    for campaign_id in ids:
        _settle(engine, campaign_id)
    if not ids:
        click.echo("no campaign waits to be settled")


@group.command("sweep")
def sweep() -> None:
    """Ask the payment provider for everything of the last thirty days."""
    engine = runtime()
    count = sweeping.sweep(
        engine.database, engine.ports["payments"], engine.clock, stripe_subjects.subject_of
    )
    click.echo(f"the provider told of {count} things of ours; what was new is written down")


def _settle(engine: Runtime, campaign_id: str) -> None:
    with engine.database.reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        standing = sum(queries.pledge_counts(session, campaign_id).values())
    is_watched = sys.stderr.isatty()
    label = campaign.slug
    with click.progressbar(
        length=standing, label=label, file=sys.stderr, hidden=not is_watched
    ) as bar:
        settled = settlement.settle_campaign(
            engine.database, engine.ports["payments"], engine.clock, campaign_id, bar.update
        )
    with engine.database.reading() as session:
        totals = queries.totals(session, campaign_id)
    click.echo(
        f"{campaign.slug}: {_said(settled)}; pledged {money(totals.pledged)},"
        f" collected {money(totals.collected)}, matched {money(totals.matched)},"
        f" paid out {money(totals.paid_out)}"
    )


def _said(settled: Settlement) -> str:
    if settled.waiting:
        return f"{settled.status}, {settled.waiting} charges wait for their next try"
    if settled.awaits_match:
        return f"{settled.status}, a match round is still to be reckoned"
    return str(settled.status)
