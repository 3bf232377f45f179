"""Reading the programme: its budget, its experiments, its people and places."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.errors import NotFoundError
from grantengine.ledger import queries as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often
from grantengine.programme.chart import APPROPRIATION, UNALLOTTED, Stage, purse
from grantengine.programme.errors import UnknownEnvelopeError
from grantengine.programme.lifecycle import Role, Tier
from grantengine.programme.models import (
    Envelope,
    Experiment,
    Goal,
    Municipality,
    Organisation,
    Person,
    PersonRole,
    Programme,
    ProgrammeEvent,
    Region,
)

# Written once, since every grant asks them: building a statement costs more than sending it.
_PROGRAMME, _ENVELOPE = Loaded(Programme), Loaded(Envelope)
_NEWEST = Often(
    sa.select(*_PROGRAMME.columns)
    .order_by(Programme.starts_on.desc(), Programme.id.desc())
    .limit(1)
)
_BY_CODE = Often(sa.select(*_ENVELOPE.columns).where(Envelope.code == sa.bindparam("code")))


@dataclass(frozen=True, slots=True)
class EnvelopeBudget:
    """Where an envelope's money stands; the stages add up to what was allotted."""

    envelope: Envelope
    stages: dict[Stage, Money]

    @property
    def allotted(self) -> Money:
        """What the envelope got, wherever it is now."""
        return Money(sum(money.cents for money in self.stages.values()))


@dataclass(frozen=True, slots=True)
class Budget:
    """The whole appropriation: what it was, what is unallotted, and every envelope of it.

    Beside it stand the envelopes of other funders, which are no part of the appropriation.
    """

    appropriated: Money
    unallotted: Money
    envelopes: list[EnvelopeBudget]
    funded: list[EnvelopeBudget] = field(default_factory=list)

    def stage_total(self, stage: Stage) -> Money:
        """Add up one stage over the envelopes of the appropriation."""
        return Money(sum(each.stages[stage].cents for each in self.envelopes))


def current_programme(session: Session) -> Programme:
    """Find the programme that runs here, the newest when there are several.

    Raises:
        NotFoundError: none has been started.
    """
    newest = _PROGRAMME.found(session, _NEWEST, {})
    if not newest:
        raise NotFoundError(kind="programme")
    return newest[0]


def envelope(session: Session, code: str) -> Envelope:
    """Find an envelope by its code.

    Raises:
        UnknownEnvelopeError: there is none.
    """
    found = _ENVELOPE.found(session, _BY_CODE, {"code": code})
    if not found:
        raise UnknownEnvelopeError(envelope=code)
    return found[0]


def budget(session: Session, *, on: date | None = None, known_at: datetime | None = None) -> Budget:
    """Read the budget view of the current programme from the ledger.

    Args:
        session: any session.
        on: as of this effective date; None for now.
        known_at: as it was known at this instant; None for now.
    """
    programme = current_programme(session)
    cents: dict[str, int] = defaultdict(int)
    for line in ledger.trial_balance(session, on=on, known_at=known_at):
        # Every account of the budget view but the appropriation itself grows by credit.
        cents[":".join(line.account.split(":")[:3])] -= line.balance_cents
    envelopes = [
        EnvelopeBudget(
            envelope=each,
            stages={stage: Money(cents[f"budget:{each.code}:{stage}"]) for stage in Stage},
        )
        for each in programme.envelopes
    ]
    return Budget(
        appropriated=Money(-cents[APPROPRIATION.code]),
        unallotted=Money(cents[UNALLOTTED.code]),
        envelopes=[each for each in envelopes if each.envelope.funder_id is None],
        funded=[each for each in envelopes if each.envelope.funder_id is not None],
    )


def funded_envelope(session: Session, code: str) -> Envelope:
    """Find an envelope of another funder by its code.

    Raises:
        UnknownEnvelopeError: there is none, or it holds a part of the appropriation.
    """
    found = envelope(session, code)
    if found.funder_id is None:
        raise UnknownEnvelopeError(envelope=code)
    return found


def purses(session: Session) -> dict[str, str]:
    """Map each envelope of another funder to the account that holds its money."""
    query = sa.select(Envelope.code).where(Envelope.funder_id.is_not(None))
    return {code: purse(code).code for code in session.scalars(query)}


def organisation_known_as(
    session: Session, *, name: str, business_id: str | None
) -> Organisation | None:
    """Find a registered body by its business id, or without one by its exact name."""
    query = sa.select(Organisation).order_by(Organisation.id)
    if business_id is not None:
        return session.scalars(query.where(Organisation.business_id == business_id)).first()
    query = query.where(Organisation.name == name, Organisation.business_id.is_(None))
    return session.scalars(query).first()


def experiment_by_slug(session: Session, slug: str) -> Experiment:
    """Find an experiment for its page.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(sa.select(Experiment).where(Experiment.slug == slug)).first()
    if found is None:
        raise NotFoundError(kind="experiment", slug=slug)
    return found


def experiments(
    session: Session,
    *,
    tier: Tier | None = None,
    region_code: str | None = None,
    words: str | None = None,
    after: str | None = None,
    limit: int = 24,
) -> Sequence[Experiment]:
    """List experiments, newest first.

    Args:
        session: any session.
        tier: only of this tier.
        region_code: only of this region.
        words: only with all of these words in the title or summary.
        after: id of the last experiment of the page before.
        limit: at most this many.
    """
    query = sa.select(Experiment).options(
        joinedload(Experiment.organisation),
        joinedload(Experiment.region),
        joinedload(Experiment.municipality),
    )
    if tier is not None:
        query = query.where(Experiment.tier == tier)
    if region_code is not None:
        query = query.where(Experiment.region_code == region_code)
    for word in (words or "").split():
        title = Experiment.title.icontains(word, autoescape=True)
        query = query.where(title | Experiment.summary.icontains(word, autoescape=True))
    if after is not None:
        query = query.where(Experiment.id < after)
    return session.scalars(query.order_by(Experiment.id.desc()).limit(limit)).all()


def experiments_of(session: Session, person_id: str) -> Sequence[Experiment]:
    """List the experiments that a person owns, newest first."""
    query = sa.select(Experiment).where(Experiment.owner_id == person_id)
    return session.scalars(query.order_by(Experiment.id.desc())).all()


def experiment_counts(session: Session) -> dict[Tier, int]:
    """Count experiments by tier, cancelled ones too."""
    query = sa.select(Experiment.tier, sa.func.count()).group_by(Experiment.tier)
    found = {Tier(tier): count for tier, count in session.execute(query)}
    return {tier: found.get(tier, 0) for tier in Tier}


def goals(session: Session) -> Sequence[Goal]:
    """List the goals in their order."""
    return session.scalars(sa.select(Goal).order_by(Goal.position)).all()


def regions(session: Session) -> Sequence[Region]:
    """List the regions in code order."""
    return session.scalars(sa.select(Region).order_by(Region.code)).all()


def municipalities(session: Session) -> Sequence[Municipality]:
    """List the municipalities in code order."""
    return session.scalars(sa.select(Municipality).order_by(Municipality.code)).all()


def programme_events(session: Session) -> Sequence[ProgrammeEvent]:
    """List the dated events, earliest first."""
    return session.scalars(sa.select(ProgrammeEvent).order_by(ProgrammeEvent.starts_on)).all()


def person_by_email(session: Session, email: str) -> Person | None:
    """Find somebody by e-mail address, however it is cased."""
    return session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).first()


def persons_with(session: Session, role: Role) -> Sequence[Person]:
    """List the people who hold a role, in name order."""
    query = sa.select(Person).join(PersonRole).where(PersonRole.role == role)
    return session.scalars(query.order_by(Person.name)).all()


def first_with(session: Session, role: Role, *, limit: int) -> Sequence[Person]:
    """List those who held a role first, in name order."""
    query = sa.select(Person).join(PersonRole).where(PersonRole.role == role)
    found = session.scalars(query.order_by(Person.joined_at, Person.id).limit(limit))
    return sorted(found, key=lambda each: each.name)


def organisation(session: Session, organisation_id: str) -> Organisation:
    """Load an organisation.

    Raises:
        NotFoundError: there is none.
    """
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFoundError(kind="organisation", id=organisation_id)
    return found
