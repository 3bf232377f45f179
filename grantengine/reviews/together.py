"""Applying together: invited by a link, accepted by a click, kept with who and when."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from grantengine import history, outbox
from grantengine.campaigns.backers import checked_email
from grantengine.errors import InvalidInputError, NotFoundError
from grantengine.ids import new_id, new_secret
from grantengine.programme.models import Person
from grantengine.reviews.applying import locked_application
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.together_models import CO_APPLICANT_MOVES, CoApplicant, CoApplicantStatus
from grantengine.transitions import IllegalMoveError

CO_APPLICANTS_MAX = 10
_GONE = (ApplicationStatus.WITHDRAWN, ApplicationStatus.DECIDED)


def invite_co_applicant(
    session: Session, application_id: str, email: str, *, now: datetime, actor_id: str
) -> CoApplicant:
    """Invite somebody by letter to apply together; invited twice, they get one letter.

    Raises:
        InvalidInputError: the address can be none, is the applicant's own, or ten are invited.
        IllegalMoveError: the application is withdrawn or decided.
    """
    address = checked_email(email).lower()
    application = locked_application(session, application_id)
    _ensure_stands(application)
    if address == application.applicant.email.lower():
        raise InvalidInputError(field="email", reason="own")
    standing = co_applicants_of(session, application_id)
    for each in standing:
        if each.email == address:
            return each
    if len(standing) >= CO_APPLICANTS_MAX:
        raise InvalidInputError(field="email", reason="too_many", limit=CO_APPLICANTS_MAX)
    invited = CoApplicant(
        id=new_id("cap", now),
        application_id=application_id,
        status=CoApplicantStatus.INVITED,
        email=address,
        token=new_secret(),
        invited_at=now,
    )
    session.add(invited)
    session.flush()  # Its history points at it.
    history.start(session, invited, now=now, actor_id=actor_id)
    _write(session, application, invited, now=now)
    return invited


def accept_invitation(
    session: Session, token: str, person: Person, *, now: datetime
) -> Application:
    """Let whoever holds the link write together; accepted twice by one person, once.

    Raises:
        NotFoundError: there is no such invitation, or not any more.
        IllegalMoveError: somebody else has accepted it, or the application is gone.
    """
    invited = session.get_one(
        CoApplicant, invitation(session, token).id, with_for_update={"of": CoApplicant}
    )
    _ensure_stands(invited.application)
    if person.id in (invited.person_id, invited.application.applicant_id):
        return invited.application
    target = CoApplicantStatus.ACCEPTED
    history.move(session, invited, CO_APPLICANT_MOVES, target, now=now, actor_id=person.id)
    invited.person_id = person.id
    return invited.application


def remove_co_applicant(
    session: Session, application_id: str, co_applicant_id: str, *, now: datetime, actor_id: str
) -> None:
    """Take an invitation back, or end applying together; what was written stays.

    Raises:
        NotFoundError: the application has no such co-applicant.
    """
    found = session.get(CoApplicant, co_applicant_id, with_for_update={"of": CoApplicant})
    if found is None or found.application_id != application_id:
        raise NotFoundError(kind="co_applicant", id=co_applicant_id)
    if found.status != CoApplicantStatus.REMOVED:
        target = CoApplicantStatus.REMOVED
        history.move(session, found, CO_APPLICANT_MOVES, target, now=now, actor_id=actor_id)


def invitation(session: Session, token: str) -> CoApplicant:
    """Find an invitation that stands.

    Raises:
        NotFoundError: there is none.
    """
    query = sa.select(CoApplicant).where(
        CoApplicant.token == token, CoApplicant.status != CoApplicantStatus.REMOVED
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(kind="invitation")
    return found


def co_applicants_of(session: Session, application_id: str) -> Sequence[CoApplicant]:
    """List those who were invited and not removed, in the order of their invitations."""
    query = (
        sa.select(CoApplicant)
        .where(
            CoApplicant.application_id == application_id,
            CoApplicant.status != CoApplicantStatus.REMOVED,
        )
        .options(joinedload(CoApplicant.person).joinedload(Person.organisation))
    )
    return session.scalars(query.order_by(CoApplicant.id)).all()


def applying_together(
    session: Session, application_ids: Collection[str]
) -> Mapping[str, Sequence[Person]]:
    """Gather by application who has accepted to apply together with its applicant."""
    query = (
        sa.select(CoApplicant)
        .where(
            CoApplicant.application_id.in_(application_ids),
            CoApplicant.status == CoApplicantStatus.ACCEPTED,
        )
        .options(joinedload(CoApplicant.person).joinedload(Person.organisation))
    )
    found: dict[str, list[Person]] = defaultdict(list)
    for each in session.scalars(query.order_by(CoApplicant.id)):
        assert each.person is not None  # A constraint has seen to it.
        found[each.application_id].append(each.person)
    return found


def applications_of(session: Session, person_id: str) -> Sequence[Application]:
    """List what a person applies for, alone or together, with calls and decisions, newest first."""
    together = sa.select(CoApplicant.application_id).where(
        CoApplicant.person_id == person_id, CoApplicant.status == CoApplicantStatus.ACCEPTED
    )
    query = (
        sa.select(Application)
        .where(sa.or_(Application.applicant_id == person_id, Application.id.in_(together)))
        .options(joinedload(Application.call), selectinload(Application.decisions))
    )
    return session.scalars(query.order_by(Application.id.desc())).unique().all()


def may_write(session: Session, application: Application, person: Person) -> bool:
    """Tell whether somebody writes an application: the applicant, or who applies together."""
    if application.applicant_id == person.id:
        return True
    together = applying_together(session, [application.id]).get(application.id, ())
    return person.id in {each.id for each in together}


def _ensure_stands(application: Application) -> None:
    if application.status in _GONE:
        target = str(CoApplicantStatus.INVITED)
        raise IllegalMoveError(current=str(application.status), target=target)


def _write(
    session: Session, application: Application, invited: CoApplicant, *, now: datetime
) -> None:
    outbox.enqueue(
        session,
        "co_applicant_invited",
        recipient=invited.email,
        language=application.language,
        facts={
            "name": application.applicant.name,
            "title": application.title,
            "call_title": application.call.title_in(application.language),
            "closes_at": application.call.closes_at.isoformat(),
            "token": invited.token,
        },
        now=now,
    )
