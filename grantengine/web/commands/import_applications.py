"""`grantengine import applications`: take applications that were really made elsewhere.

The file is a list of JSON objects as the Gitcoin Grants Stack keeps them: projectId, roundId,
title, description, website, answers. Each goes through the rules of the form, submission and
assignment as if it had been typed here. Nothing is invented: a field that the source lacks says
so, and the sum applied for is the fixed grant of the call.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import with_appcontext
from slugify import slugify
from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI
from grantengine.db import Database
from grantengine.disbursements.accounts import normalise_iban
from grantengine.disbursements.errors import InvalidIBANError
from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.money import Money, eur
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import OrganisationKind, Role, Tier
from grantengine.programme.models import Person
from grantengine.reviews import applying, assigning, queries, screening, service
from grantengine.reviews.checklist import everything_holds
from grantengine.reviews.errors import IncompleteApplicationError
from grantengine.reviews.experiment_card import BudgetRow, CostClass, ExperimentCard, clean_text
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus
from grantengine.reviews.models import Call
from grantengine.reviews.planning import CallPlan
from grantengine.web.runtime import runtime

NOT_IN_SOURCE: Final = "(not in the source)"
_ADDRESS: Final = "imported-applications@example.invalid"
_GRANT: Final = eur("5000")
_DAYS_OPEN: Final = timedelta(days=30)

Row = dict[str, Any]


@click.command("applications")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--call", "slug", help="An open call that takes them; else one is made for them.")
@click.option("--account", help="IBAN of the payee, which the source does not know.")
@with_appcontext
def import_applications(file: Path, slug: str | None, account: str | None) -> None:
    """Take the applications in FILE (JSON of the Gitcoin Grants Stack) and assign reviewers.

    Doing it twice takes nothing twice.
    """
    rows = read_rows(file)
    engine = runtime()
    intake = Intake(engine.database, file.stem, account=_checked(account), now=engine.clock.now())
    call = intake.find_call(slug) if slug else intake.make_call()
    with _progress(len(rows)) as tell:
        for number, row in enumerate(rows):
            intake.take(call, row, before=len(rows) - number)
            tell(1)
    if slug is None:
        intake.send_to_review(call)
    click.echo(intake.summary())


def read_rows(file: Path) -> list[Row]:
    """Read the file.

    Raises:
        click.ClickException: it is no list of JSON objects.
    """
    try:
        rows = json.loads(file.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: is not text in UTF-8 ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise click.ClickException(f"{file.name}: is no JSON ({error})") from None
    except RecursionError:
        raise click.ClickException(f"{file.name}: is nested too deeply") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise click.ClickException(f"{file.name}: is no list of applications")
    return rows


class Intake:
    """Takes applications through the services, one transaction each.

    Attributes:
        taken: how many were submitted.
        known: how many had been taken before.
        left: why others were left.
        shortages: how many of them lack a reviewer.
    """

    def __init__(
        self, database: Database, name: str, *, account: str | None, now: datetime
    ) -> None:
        """Begin; a call made here has closed at `now`."""
        self._database, self._name, self._account, self._now = database, name, account, now
        self._ends_by_itself = False
        self.taken = self.known = self.shortages = 0
        self.left: Counter[str] = Counter()

    def find_call(self, slug: str) -> Call:
        """Find an open call.

        Raises:
            click.ClickException: there is none, or it takes no applications now.
        """
        with self._database.reading() as session:
            try:
                call = queries.call_by_slug(session, slug)
                service.ensure_takes_applications(call, now=self._now)
            except NotFoundError:
                raise click.ClickException(f"there is no call {slug}") from None
            except GrantEngineError:
                raise click.ClickException(f"the call {slug} is not open now") from None
            return call

    def make_call(self) -> Call:
        """Find the call that was made for this file, or make it."""
        self._ends_by_itself = True
        title = f"Imported applications: {self._name}"
        with self._database.transaction() as session:
            try:
                return queries.call_by_slug(session, slugify(title))
            except NotFoundError:
                plan = _call_plan(session, title, closes_at=self._now)
                opened_at = plan.opens_at
                call = service.draft_call(session, plan, now=opened_at, actor_id=None)
                return service.publish_call(session, call.id, now=opened_at, actor_id=None)

    def take(self, call: Call, row: Row, *, before: int) -> None:
        """Submit one application, unless it is here already or breaks a rule.

        Args:
            call: the call that it goes to.
            row: the application as the file has it.
            before: seconds before the end at which it comes, if the call was made for it.
        """
        reason = _reason_to_leave(row)
        if reason is not None:
            self.left[reason] += 1
            return
        in_time = call.closes_at - timedelta(seconds=before)
        at = in_time if self._ends_by_itself else self._now
        try:
            with self._database.transaction() as session:
                self._submit(session, call, row, at)
        except IncompleteApplicationError as error:
            first = error.details["problems"][0]
            self.left[f"{first.field} {first.reason}".replace("_", " ")] += 1
        except GrantEngineError as error:
            self.left[error.code.replace("_", " ")] += 1

    def send_to_review(self, call: Call) -> None:
        """Find every newly submitted application eligible and give each its reviewers."""
        with self._database.transaction() as session:
            current = service.locked_call(session, call.id)
            service.advance(session, current, now=self._now)
            if current.status == CallStatus.DECIDED:
                return
            for application in queries.applications_of_call(session, call.id):
                if application.status == ApplicationStatus.SUBMITTED:
                    finding = everything_holds(screening.checklist_of(session, call.id))
                    screening.screen_application(
                        session, application.id, finding, now=self._now, actor_id=None
                    )
            missing = assigning.assign_reviewers(session, call.id, now=self._now, actor_id=None)
            self.shortages = len(missing)

    def summary(self) -> str:
        """Say in one line what was taken, what was left and why."""
        parts = [f"took {self.taken} applications"]
        if self.known:
            parts.append(f"{self.known} were taken before")
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(self.left.items()))
        parts.append(f"left {self.left.total()}" + (f" ({reasons})" if reasons else ""))
        if self.shortages:
            parts.append(f"{self.shortages} lack reviewers")
        return "; ".join(parts)

    def _submit(self, session: Session, call: Call, row: Row, at: datetime) -> None:
        key = f"{row['projectId']}:{row.get('roundId', '')}"
        current = session.get_one(Call, call.id)
        if queries.application_from_source(session, call.id, key) is not None:
            self.known += 1
            return
        application = applying.start_application(
            session, current, _applicant(session, at), language="en", now=at, source_key=key
        )
        card = _card(row, current, account=self._account)
        applying.submit_application(session, application.id, card, now=at)
        self.taken += 1


def _checked(account: str | None) -> str | None:
    try:
        return None if account is None else normalise_iban(account)
    except InvalidIBANError:
        raise click.ClickException(f"{account} is no IBAN") from None


def _reason_to_leave(row: Row) -> str | None:
    for name in ("projectId", "title", "description"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return f"without {name}"
    return None


def _card(row: Row, call: Call, *, account: str | None) -> ExperimentCard:
    answers = [
        f"{answer['question']}: {answer['answer']}"
        for answer in row.get("answers") or ()
        if isinstance(answer, dict) and answer.get("question") and answer.get("answer")
    ]
    team = [answer for answer in answers if answer.startswith("Team Size")]
    others = [answer for answer in answers if answer not in team]
    website = [str(row["website"])] if row.get("website") else []
    grant = call.grant_max
    return ExperimentCard(
        title=clean_text(row["title"]),
        organisation_name=NOT_IN_SOURCE,
        organisation_kind=OrganisationKind.WORKING_GROUP,
        business_id=None,
        summary=clean_text(row["description"]),
        problem=NOT_IN_SOURCE,
        solution=NOT_IN_SOURCE,
        testing=NOT_IN_SOURCE,
        learning_aim=NOT_IN_SOURCE,
        team="\n\n".join(team) or NOT_IN_SOURCE,
        resources="\n\n".join([*website, *others]) or NOT_IN_SOURCE,
        budget=[BudgetRow(CostClass.OTHER, grant, NOT_IN_SOURCE)],
        applied=grant,
        self_financing=Money(0),
        goal_ids=[call.goals[0].id],
        language="en",
        iban=account,
    )


def _applicant(session: Session, now: datetime) -> Person:
    known = programme_queries.person_by_email(session, _ADDRESS)
    return known or programme.register_person(
        session,
        name=NOT_IN_SOURCE,
        email=_ADDRESS,
        language="en",
        roles=[Role.EXPERIMENTER],
        now=now,
    )


def _call_plan(session: Session, title: str, *, closes_at: datetime) -> CallPlan:
    text = {
        "title": title,
        "purpose": "Applications that were really made elsewhere, taken in to be read here.",
        "who": "Those whose applications are in the file.",
    }
    day = closes_at.astimezone(HELSINKI).date()
    return CallPlan(
        texts=dict.fromkeys(("en", "fi", "sv"), text),
        tier=Tier.SMALL,
        envelope="small",
        grant_min=_GRANT,
        grant_max=_GRANT,
        grants_target=21,
        cost_share_max_percent=100,
        opens_at=closes_at - _DAYS_OPEN,
        closes_at=closes_at,
        use_starts_on=day + timedelta(days=30),
        use_ends_on=day + timedelta(days=210),
        goal_ids=[goal.id for goal in programme_queries.goals(session)],
    )


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    with click.progressbar(length=length, label="Applications", file=sys.stderr) as bar:
        yield bar.update
