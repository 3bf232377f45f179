"""Applications: saved as typed, submitted in time under a number of their own, or refused whole."""

import json

import pytest
import sqlalchemy as sa

from grantengine import history
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.reviews import applying, attaching, queries
from grantengine.reviews.attaching import KeptFile
from grantengine.reviews.errors import (
    CallClosedError,
    IncompleteApplicationError,
    ScreeningError,
    StaleDraftError,
    TooManyAttachmentsError,
)
from grantengine.reviews.experiment_card import TEXT_FIELDS, clean_text
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.sent_models import SentContent
from grantengine.transitions import IllegalMoveError
from tests.support.cases import case_path
from tests.support.reviews import (
    CLOSES,
    INSTANT,
    OPENS,
    a_call,
    a_card,
    a_draft,
    a_person,
    a_programme,
    a_submitted_application,
    screen,
)
from tests.support.threads import outcomes_of, run_together


@pytest.fixture
def call(database):
    with database.transaction() as session:
        a_programme(session)
        return a_call(session)


@pytest.fixture
def draft(database, call):
    with database.transaction() as session:
        return a_draft(session, call)


def save(database, draft, answers, *, known_version, now=OPENS):
    with database.transaction() as session:
        return applying.save_draft(
            session, draft.id, answers, known_version=known_version, now=now
        ).version


def submit(database, draft, card, *, now=OPENS):
    with database.transaction() as session:
        return applying.submit_application(session, draft.id, card, now=now)


def kept(database, draft):
    with database.reading() as session:
        return queries.application(session, draft.id)


def letters(database):
    with database.reading() as session:
        return session.scalars(sa.select(Message).order_by(Message.id)).all()


def test_a_draft_keeps_what_was_typed_right_or_wrong(database, draft):
    answers = {"title": ["  Kylä\n kyyti "], "applied": ["paljon"], "goals": ["a", "b"]}

    assert save(database, draft, answers, known_version=1) == 2

    found = kept(database, draft)
    assert found.answers == answers
    assert found.title == "Kylä kyyti"
    assert found.status == ApplicationStatus.DRAFT


def test_a_second_window_overwrites_nothing_and_is_told_both_versions(database, draft):
    save(database, draft, {"title": ["ensimmäinen"]}, known_version=1)

    with pytest.raises(StaleDraftError) as refusal:
        save(database, draft, {"title": ["toinen"]}, known_version=1)

    assert refusal.value.details == {
        "application": draft.id,
        "saved_version": 2,
        "known_version": 1,
    }
    assert kept(database, draft).answers == {"title": ["ensimmäinen"]}
    assert save(database, draft, {"title": ["toinen"]}, known_version=2) == 3


def test_two_windows_at_once_keep_one_text_and_refuse_the_other(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        draft = a_draft(session, a_call(session))

    outcomes = outcomes_of(
        *[
            lambda title=title: save(database, draft, {"title": [title]}, known_version=1)
            for title in ("a", "b", "c")
        ]
    )

    assert sorted(str(type(each).__name__) for each in outcomes) == [
        "StaleDraftError",
        "StaleDraftError",
        "int",
    ]
    assert kept(database, draft).version == 2


def test_a_draft_is_saved_after_the_call_has_closed(database, draft):
    assert save(database, draft, {"title": ["myöhässä"]}, known_version=1, now=CLOSES) == 2


@pytest.mark.parametrize("late", [INSTANT * 0, INSTANT * 1_000_000])
def test_too_late_is_too_late_and_the_draft_is_kept(database, call, draft, late):
    save(database, draft, {"title": ["Kyläkyyti"]}, known_version=1)

    with pytest.raises(CallClosedError):
        submit(database, draft, a_card(call), now=CLOSES + late)

    found = kept(database, draft)
    assert (found.status, found.case_number) == (ApplicationStatus.DRAFT, None)
    assert found.answers == {"title": ["Kyläkyyti"]}
    assert letters(database) == []


def test_the_last_instant_is_in_time(database, call, draft):
    assert submit(database, draft, a_card(call), now=CLOSES - INSTANT).case_number


def test_a_submitted_application_is_the_card_and_not_changed_after_the_closing(
    database, call, draft
):
    card = a_card(call, title=" Kyläkyyti ", language="sv")

    submit(database, draft, card)

    found = kept(database, draft)
    assert found.status == ApplicationStatus.SUBMITTED
    assert found.case_number == "KS/2026/00001"
    assert (found.title, found.summary, found.language) == ("Kyläkyyti", card.summary, "sv")
    assert (found.applied, found.self_financing, found.costs) == (
        eur("4500"),
        eur("500"),
        eur("5000"),
    )
    assert found.budget["rows"][0] == {
        "cost_class": "staff",
        "amount_cents": 400_000,
        "note": "ajaja",
    }
    assert [goal.id for goal in found.goals] == card.goal_ids
    with pytest.raises(IllegalMoveError):
        save(database, draft, {}, known_version=1, now=CLOSES)
    submit(database, draft, a_card(call, title="Toinen"), now=CLOSES)
    assert kept(database, draft).title == "Kyläkyyti"


def test_the_receipt_is_written_in_the_language_of_the_application(database, call, draft):
    submit(database, draft, a_card(call, language="sv"))

    (letter,) = letters(database)
    assert (letter.letter, letter.language) == ("application_received", "sv")
    assert letter.recipient == kept(database, draft).applicant.email
    assert letter.facts["case_number"] == "KS/2026/00001"


def test_a_card_that_breaks_rules_is_refused_with_each_and_takes_no_number(database, call, draft):
    with pytest.raises(IncompleteApplicationError) as refusal:
        submit(database, draft, a_card(call, title=" ", applied=eur("4499")))

    assert [(each.field, each.reason) for each in refusal.value.details["problems"]] == [
        ("title", "missing"),
        ("self_financing", "does_not_add_up"),
    ]
    assert submit(database, draft, a_card(call)).case_number == "KS/2026/00001"


def test_case_numbers_follow_the_year_in_helsinki(database):
    with database.transaction() as session:
        a_programme(session)
        new_year = OPENS.replace(year=2026, month=12, day=31, hour=22, minute=0)
        call = a_call(session, closes_at=new_year.replace(year=2027))
        for now in (new_year - INSTANT, new_year, new_year):
            a_submitted_application(session, call, now=now)
        found = queries.applications_of_call(session, call.id)

        assert sorted(each.case_number for each in found) == [
            "KS/2026/00001",
            "KS/2027/00001",
            "KS/2027/00002",
        ]


def test_case_numbers_have_no_gap_when_many_arrive_at_once_and_some_fail(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)
        drafts = [a_draft(session, call) for _ in range(8)]
        cards = [a_card(call, title="" if number % 4 == 3 else "Hyvä") for number in range(8)]

    outcomes_of(
        *[
            lambda draft=draft, card=card: submit(database, draft, card)
            for draft, card in zip(drafts, cards, strict=True)
        ]
    )

    with database.reading() as session:
        found = session.scalars(sa.select(Application.case_number)).all()
    assert sorted(each for each in found if each) == [
        f"KS/2026/{number:05d}" for number in range(1, 7)
    ]


def test_submitting_twice_at_once_gives_one_number(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)
        draft, card = a_draft(session, call), a_card(call)

    outcomes = outcomes_of(*[lambda: submit(database, draft, card)] * 3)

    assert not any(isinstance(each, Exception) for each in outcomes)
    assert len(letters(database)) == 1


def test_nasty_texts_come_back_as_they_were_sent(database, call, draft):
    nasty = [
        text
        for text in json.loads(case_path("nasty-strings/blns.json").read_text("utf-8"))
        if text.strip()
    ]

    save(database, draft, {"texts": nasty}, known_version=1)
    assert kept(database, draft).answers == {"texts": [clean_text(text) for text in nasty]}

    together = "\n\n".join(nasty)[:20_000]
    everywhere = dict.fromkeys(TEXT_FIELDS, together)
    submit(database, draft, a_card(call, title=nasty[0][:200], **everywhere))
    found = kept(database, draft)
    assert {getattr(found, name) for name in TEXT_FIELDS} == {clean_text(together)}


def test_each_nasty_text_may_be_a_title(sqlite_database):
    nasty = json.loads(case_path("nasty-strings/blns.json").read_text("utf-8"))
    with sqlite_database.transaction() as session:
        a_programme(session)
        call, applicant = a_call(session), a_person(session, "Hakija")
        for text in nasty:
            if clean_text(text).strip() and len(text) <= 200:
                application = a_submitted_application(session, call, applicant, title=text)
                session.flush()
                session.expire(application)
                assert application.title == clean_text(text).strip()


def attach(database, draft, name):
    file = KeptFile(name=name, content_type="application/pdf", size_bytes=9, sha256="0" * 64)
    with database.transaction() as session:
        return attaching.add_attachment(session, draft.id, file, now=OPENS)


def test_a_draft_takes_ten_attachments_and_room_is_made_by_removing_one(database, draft):
    files = [attach(database, draft, f"{number}.pdf") for number in range(10)]

    with pytest.raises(TooManyAttachmentsError) as refusal:
        attach(database, draft, "11.pdf")
    assert refusal.value.details == {"limit": 10}

    with database.transaction() as session:
        attaching.remove_attachment(session, draft.id, files[3].id)
    attach(database, draft, "11.pdf")
    assert len(kept(database, draft).attachments) == 10


def test_the_limit_of_attachments_holds_within_one_transaction_and_for_many_at_once(
    postgresql_database,
):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        draft = a_draft(session, a_call(session))
        file = KeptFile(name="a.pdf", content_type="application/pdf", size_bytes=9, sha256="0" * 64)
        for _ in range(8):
            attaching.add_attachment(session, draft.id, file, now=OPENS)

    outcomes_of(*[lambda: attach(database, draft, "b.pdf")] * 4)
    assert len(kept(database, draft).attachments) == 10

    with database.transaction() as session:
        other = a_draft(session, kept(database, draft).call)
        for _ in range(10):
            attaching.add_attachment(session, other.id, file, now=OPENS)
        with pytest.raises(TooManyAttachmentsError):
            attaching.add_attachment(session, other.id, file, now=OPENS)


def test_a_file_is_removed_only_from_its_own_application(database, call, draft):
    file = attach(database, draft, "a.pdf")
    with database.transaction() as session:
        other = a_draft(session, call)

    for application_id, attachment_id in ((other.id, file.id), (draft.id, "att_none")):
        with pytest.raises(NotFoundError), database.transaction() as session:
            attaching.remove_attachment(session, application_id, attachment_id)
    assert len(kept(database, draft).attachments) == 1


def test_screening_turns_an_application_away_with_a_reason(database, call, draft):
    submit(database, draft, a_card(call))

    with database.transaction() as session:
        screen(
            session, draft, ApplicationStatus.INADMISSIBLE, note="Hakija\x00 ei ole\r\noikeutettu."
        )

    found = kept(database, draft)
    assert (found.status, found.screening_note) == ("inadmissible", "Hakija ei ole\noikeutettu.")
    with pytest.raises(IllegalMoveError), database.transaction() as session:
        screen(session, draft, ApplicationStatus.ELIGIBLE)


@pytest.mark.parametrize(
    "outcome",
    [
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.WITHDRAWN,
        ApplicationStatus.IN_REVIEW,
        ApplicationStatus.DECIDED,
    ],
)
def test_screening_has_three_outcomes_and_no_other(database, call, draft, outcome):
    submit(database, draft, a_card(call))

    with pytest.raises(ScreeningError), database.transaction() as session:
        screen(session, draft, outcome)
    assert kept(database, draft).status == ApplicationStatus.SUBMITTED


def test_a_draft_is_not_screened(database, draft):
    for outcome in (ApplicationStatus.ELIGIBLE, ApplicationStatus.INADMISSIBLE):
        with pytest.raises(IllegalMoveError), database.transaction() as session:
            screen(session, draft, outcome)


def test_every_move_of_an_application_is_written_down(database, call, draft):
    submit(database, draft, a_card(call))
    with database.transaction() as session:
        screen(session, draft, ApplicationStatus.ELIGIBLE)

    with database.reading() as session:
        rows = history.history_of(session, draft.id)
    assert [(row.status, row.at, row.actor_id) for row in rows] == [
        ("draft", OPENS, draft.applicant_id),
        ("submitted", OPENS, draft.applicant_id),
        ("eligible", CLOSES, None),
    ]


def test_many_people_begin_at_once(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)
        people = [a_person(session, f"Hakija {number}") for number in range(4)]

    def begin(person):
        with database.transaction() as session:
            return a_draft(session, call, person).id

    assert len(set(run_together(*[lambda each=each: begin(each) for each in people]))) == 4


def test_two_clicks_at_once_begin_one_application(postgresql_database):
    database, kept_id = postgresql_database, new_id("apl", OPENS)
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)
        person = a_person(session, "Maija Mäkelä")

    def click():
        with database.transaction() as session:
            return applying.start_application(
                session, call, person, language="fi", now=OPENS, application_id=kept_id
            ).id

    assert run_together(*[click] * 4) == [kept_id] * 4


@pytest.mark.parametrize("change", [{"answers": {}}, {"files": {"a": "b"}}])
def test_what_was_sent_stays_as_it_was_sent(database, change):
    with database.transaction() as session:
        a_programme(session)
        a_submitted_application(session, a_call(session))

    with pytest.raises(sa.exc.DBAPIError), database.transaction() as session:
        session.execute(sa.update(SentContent).values(**change))
