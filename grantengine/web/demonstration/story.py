"""The demonstration programme: told through the services, act by act, on a clock of its own.

Everything that the pages show came about as it would in life: appropriated, applied, reviewed,
decided, pledged, matched, settled, paid, read back, learned. Only the clock is moved.
"""

import sys

import click
import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.programme import queries
from grantengine.programme.models import Programme
from grantengine.web.demonstration.acts import in_order, play
from grantengine.web.demonstration.programme import TOLD_MARK
from grantengine.web.demonstration.stage import Stage
from grantengine.web.runtime import Runtime


def is_loaded(database: Database) -> bool:
    """Tell whether the whole story has been told to this migrated database."""
    return any(profile.get(TOLD_MARK) for profile in _profiles(database))


def is_abandoned(database: Database) -> bool:
    """Tell whether the story was begun here and not told to its end."""
    return any(profile.get(TOLD_MARK) is False for profile in _profiles(database))


def holds_another(database: Database) -> bool:
    """Tell whether the database holds anything but a demonstration, told or half told."""
    profiles = _profiles(database)
    if profiles:
        return any(TOLD_MARK not in profile for profile in profiles)
    tables = sa.inspect(database.engine).get_table_names()
    return bool(tables) and Programme.__tablename__ not in tables


def load(runtime: Runtime) -> None:
    """Tell the story to an empty, migrated database; telling it again changes nothing.

    Raises:
        click.ClickException: there is another programme, or half of this one.
    """
    if is_loaded(runtime.database):
        return
    if _profiles(runtime.database):
        message = "the database holds another programme or half a demonstration; give an empty one"
        raise click.ClickException(message)
    from grantengine.web.demonstration.telling import acts

    present = runtime.clock.now()
    stage = Stage(runtime=runtime, present=present, clock=FixedClock(present))
    in_turn = in_order(acts(stage))
    is_watched = sys.stderr.isatty()
    label = "Telling the story of the demonstration"
    with click.progressbar(in_turn, label=label, file=sys.stderr, hidden=not is_watched) as watched:
        for act in watched:
            play(act, stage)
    stage.clock.set_to(present)
    _mark_as_told(stage)


def welcome(public_url: str) -> str:
    """Say where the demonstration is, what to look at and who to be."""
    return _WELCOME.format(url=public_url.rstrip("/"))


def _profiles(database: Database) -> list[dict[str, object]]:
    if not sa.inspect(database.engine).has_table(Programme.__tablename__):
        return []
    with database.reading() as session:
        return list(session.scalars(sa.select(Programme.profile)))


def _mark_as_told(stage: Stage) -> None:
    with stage.transaction() as session:
        told = queries.current_programme(session)
        told.profile[TOLD_MARK] = True
        flag_modified(told, "profile")


_WELCOME = """
  Kokeileva Suomi  ·  Försöks Finland  ·  Experimental Finland

  {url}/        Ctrl+C stops it; what you do is kept until demo --fresh

  Look at
    /campaigns      five regional cases: one ended a minute ago and settles as you look
    /money          two million euros, from the appropriation to the payee
    /calls          calls in every state; one is open, an application is eight fields long
    /learnings      what was learned, the rejected and the unclear as well
    /experiments    the five strategic ones, and a small one that grew strong
    /mailbox        every letter that was sent, in the reader's language
    /fi  /sv  /en   any page in three languages

  Sign in, with one click, at {url}/sign-in
    Elina Rantanen, Linnea Nyman (sv)    experimenters: a draft waits on the desk
    Kaisa Laitinen, Olli Toivonen        reviewers: strong applications to score
    Hanna Saarinen, then Antti Mattila   presenter and decision-maker: seven challenges
    Ville Hautala                        answers requests for review, which applicants make
    Teemu Manninen, Päivi Turunen        finance: a batch waits for a second person
    Sanna Ahonen                         steward
"""
