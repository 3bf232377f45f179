"""Matches reckoned at the close: top-ups as each campaign ends, rounds when all of theirs have.

A top-up is reserved when the campaign's outcome is decided, by what stands pledged, since it may
be what reaches the goal; when the cards have been charged it is reckoned again, by what was
collected. A round waits for every campaign that takes part in it and shares its pot among all
of them at once. Either way the campaign's match is divided among the pledges that brought it,
so that it leaves with them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import bookings, match_queries, match_rounds, queries
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import CampaignKind
from grantengine.campaigns.match_models import CampaignMatch, MatchRule, PledgeMatch
from grantengine.campaigns.matching.parts import GivenPledge, parts_of
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.matching.topup import top_up
from grantengine.campaigns.matching.trace import CampaignMatch as Reckoned
from grantengine.campaigns.matching.trace import Step, as_json
from grantengine.campaigns.models import Campaign
from grantengine.ledger import queries as ledger_queries
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import Entry
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money


def reserve_top_ups(
    session: Session, campaign: Campaign, *, pledged: Money, now: datetime
) -> Money:
    """Reserve what top-ups add to a campaign whose time is over, by what stands pledged.

    The caller holds the campaign. Where even they do not reach the goal of an all-or-nothing
    campaign, nothing stays reserved.

    Returns:
        What they add.
    """
    rules = match_queries.top_ups_of(session, campaign)
    if not rules or pledged >= campaign.goal:
        return Money(0)
    close = _Close(session, campaign, raised=pledged, occasion="pledged", now=now)
    rows = [close.award(rule) for rule in rules]
    if pledged + close.added < campaign.goal and campaign.kind == CampaignKind.ALL_OR_NOTHING:
        for row in rows:
            _take_back(session, row, now=now)
        return Money(0)
    session.add_all(rows)
    return close.added


def complete_top_ups(
    session: Session, campaign: Campaign, *, collected: Money, now: datetime
) -> bool:
    """Reckon reserved top-ups again when every card has been asked, and divide them.

    The caller holds the campaign and is about to end it. Where nothing was collected, every
    top-up goes back to its pot.

    Returns:
        Whether there were any, so that the campaign's totals may be others.
    """
    rows = match_queries.matches_of_campaign(session, campaign.id)
    top_ups = [row for row in rows if row.rule.kind == MatchKind.TOPUP]
    close = _Close(session, campaign, raised=collected, occasion="collected", now=now)
    for row in top_ups:
        _take_back(session, row, now=now)
        if collected:
            final = close.award(row.rule)
            row.amount_cents, row.entry_id = final.amount_cents, final.entry_id
            row.trace = final.trace
            pledges = match_rounds.pledges_of_round(session, row.rule, [campaign])
            _divide(session, row, pledges, _sums(pledges))
    return bool(top_ups)


def close_rounds(session: Session, campaign_id: str, *, now: datetime) -> None:
    """Reckon the rounds of a campaign that wait for nobody any more; done ones change nothing.

    Holds only the rounds themselves: whoever holds a campaign never waits for one of them, so
    campaigns of one round cannot wait for each other.
    """
    campaign = session.get_one(Campaign, campaign_id)
    for known in match_rounds.rounds_of(session, campaign):
        rule = session.get_one(
            MatchRule, known.id, with_for_update={"of": MatchRule}, populate_existing=True
        )
        members = match_rounds.members_of(session, rule)
        if rule.closed_at is None and match_rounds.have_ended(session, rule, members, now=now):
            _close_round(session, rule, members, now=now)


def is_awaited(session: Session, campaign: Campaign) -> bool:
    """Tell whether a round in which a campaign takes part has not been reckoned yet."""
    return bool(match_rounds.rounds_of(session, campaign))


@dataclass(slots=True)
class _Close:
    """The top-ups of one campaign, each by what the ones before it have left to add."""

    session: Session
    campaign: Campaign
    raised: Money
    occasion: str
    now: datetime
    added: Money = Money(0)

    def award(self, rule: MatchRule) -> CampaignMatch:
        """Book what a rule adds; a pot that others emptied meanwhile gives what is left."""
        while True:
            reckoned = self._reckon(rule)
            entries = _entries(rule, [reckoned], occasion=self.occasion, now=self.now)
            try:
                ids = ledger.post_many(self.session, entries, now=self.now)
            except OverdraftError:
                # The pot is held now, so looking again tells what stays.
                continue
            self.added += Money(reckoned.cents)
            return _row(rule, reckoned, next(iter(ids), None), now=self.now)

    def _reckon(self, rule: MatchRule) -> Reckoned:
        return top_up(
            rule.terms,
            campaign=self.campaign.id,
            goal=self.campaign.goal,
            raised=self.raised,
            backers=queries.backer_counts(self.session, [self.campaign.id])[self.campaign.id],
            pot=ledger_queries.balance(self.session, rule.account),
            added=self.added,
        )


def _close_round(
    session: Session, rule: MatchRule, members: Sequence[Campaign], *, now: datetime
) -> None:
    # Numbers by the hundred thousand want numpy, which takes a third of a second to load.
    from grantengine.campaigns.matching.backers import counted_by_pair
    from grantengine.campaigns.matching.closing import close

    pledges = match_rounds.pledges_of_round(session, rule, members)
    crowd = match_rounds.crowd_of(members, pledges)
    while True:
        pot = ledger_queries.balance(session, rule.account)
        closing = close(rule.terms, pot_cents=pot.cents, crowd=crowd)
        entries = _entries(rule, closing.matches, occasion="round", now=now)
        try:
            ids = iter(ledger.post_many(session, entries, now=now))
            break
        except OverdraftError:
            # A pledge drew from the pot meanwhile. It is held now: looking again tells the rest.
            continue
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for (backer, campaign_id), cents in counted_by_pair(rule.terms, crowd).items():
        counted[campaign_id][backer] = cents
    for match in closing.matches:
        row = _row(rule, match, next(ids) if match.cents else None, now=now)
        session.add(row)
        own = [pledge for pledge in pledges if pledge.campaign == match.campaign]
        _divide(session, row, own, counted[match.campaign])
    rule.closed_at = now


def _entries(
    rule: MatchRule, matches: Iterable[Reckoned], *, occasion: str, now: datetime
) -> list[Entry]:
    return [
        bookings.match_awarded(
            rule_id=rule.id,
            campaign_id=match.campaign,
            pot=rule.account,
            matched=Money(match.cents),
            occasion=occasion,
            on=helsinki_date(now),
        )
        for match in matches
        if match.cents
    ]


def _row(
    rule: MatchRule, reckoned: Reckoned, entry_id: str | None, *, now: datetime
) -> CampaignMatch:
    return CampaignMatch(
        campaign_id=reckoned.campaign,
        rule_id=rule.id,
        rule=rule,
        amount_cents=reckoned.cents,
        trace=as_json(reckoned.trace),
        entry_id=entry_id,
        reckoned_at=now,
    )


def _take_back(session: Session, row: CampaignMatch, *, now: datetime) -> None:
    if row.entry_id is not None:
        ledger.reverse(
            session,
            row.entry_id,
            key=f"match_awarded_reversed:{row.rule_id}:{row.campaign_id}",
            effective_on=helsinki_date(now),
            now=now,
        )
    row.amount_cents, row.entry_id = 0, None


def _divide(
    session: Session,
    row: CampaignMatch,
    pledges: Sequence[GivenPledge],
    counted: Mapping[str, int],
) -> None:
    """Keep with each pledge what it brought of its campaign's match."""
    parts = parts_of(row.amount_cents, pledges=pledges, counted=counted)
    rows = [
        {
            "pledge_id": pledge_id,
            "rule_id": row.rule_id,
            "amount_cents": part.cents,
            "counted_cents": part.counted_cents,
            "trace": [*row.trace, *as_json([Step("own_part", None, part.cents)])],
        }
        for pledge_id, part in parts.items()
    ]
    if rows:
        session.execute(sa.insert(PledgeMatch), rows)


def _sums(pledges: Iterable[GivenPledge]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for pledge in pledges:
        sums[pledge.backer] += pledge.cents
    return sums
