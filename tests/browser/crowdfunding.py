"""The crowd: a campaign opened, pledged to, matched, taken back from, settled."""

from datetime import timedelta

import sqlalchemy as sa

from grantengine.campaigns.models import Campaign
from grantengine.clock import HELSINKI
from tests.browser.world import IBAN


def open_campaign(world) -> str:
    """Let the applicant draft a campaign for the experiment and open it."""
    last_day = world.clock.now().astimezone(HELSINKI).date() + timedelta(days=20)
    with world.applicant() as person:
        person.follow("Begin a campaign")
        person.fill("Story", "## Vad pengarna ger\n\nFyra cyklar till, och lysen.")
        person.fill("Goal", "1 000")
        person.fill("Last day", last_day.isoformat())
        person.tick("A reward at a fixed price (a sale)")
        person.fill("Account (IBAN)", IBAN)
        person.press("Save the draft")
        address = person.page.url
        person.follow("Rewards")
        person.fill("Title", "En runda med lastcykel")
        person.fill("What it is", "Två timmar, med förare.")
        person.fill("Price", "20")
        person.fill("With the backer by", (last_day + timedelta(days=60)).isoformat())
        person.press("Add the reward")
        person.page.goto(address)
        person.press("Ask for the check")
    slug = address.rpartition("/")[2]
    with world.somebody("Sanna Ahonen") as steward:
        steward.go(f"/campaigns/{slug}")
        steward.press("Checked: it may open")
    with world.applicant() as person:
        person.go(f"/campaigns/{slug}")
        person.confirm("Open the campaign", "Open the campaign")
        assert totals(person) == ["0 €", "0 €", "0 €", "0 €"]
    return slug


def totals(person) -> list[str]:
    sums = person.page.locator("main .totals--large .totals__sum").all_inner_texts()
    return [" ".join(each.split()) for each in sums]


def pledge(person, slug, amount) -> None:
    person.go(f"/campaigns/{slug}")
    person.follow("Pledge")
    person.fill("How much", amount)
    person.fill("E-mail", "anders.holm@example.fi")
    person.press("Pledge")


def pledge_and_withdraw(world, slug) -> None:
    """Pledge without an account, see the match; pledge again and take that back."""
    with world.person() as backer:
        pledge(backer, slug, "1 000,00")
        assert backer.reads("How the match was reckoned")
        backer.go(f"/campaigns/{slug}")
        first = totals(backer)
        assert first[0] == "1 000 €"
        assert first[1] == first[3] == "0 €"
        assert first[2] != "0 €"
        pledge(backer, slug, "50")
        receipt = backer.page.url
        backer.go(f"/campaigns/{slug}")
        assert totals(backer)[0] == "1 050 €"
        backer.page.goto(receipt)
        backer.confirm("Withdraw the pledge", "Withdraw the pledge")
        backer.go(f"/campaigns/{slug}")
        assert totals(backer) == first


def settle(world, slug) -> None:
    """Let the deadline pass: the card is charged and the match committed."""
    campaign = world.one(sa.select(Campaign).where(Campaign.slug == slug))
    world.wait_until(campaign.deadline_at + timedelta(minutes=1))
    with world.person() as visitor:
        visitor.go(f"/campaigns/{slug}")
        pledged, collected, _matched, paid_out = totals(visitor)
        assert pledged == collected == "1 000 €"
        assert paid_out == "0 €"
