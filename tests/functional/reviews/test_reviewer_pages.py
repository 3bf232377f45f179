"""The pool of reviewers kept by clicking, and conflicts that no address gets around."""

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person, PersonRole
from grantengine.reviews import pooling, reviewing, selecting
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Review
from grantengine.reviews.selection import SelectionRules
from tests.support import reviews
from tests.support.visitor import page, send, text_of

PROFILE = {"expertise": ["health"], "languages": ["fi", "sv"], "capacity": "4"}
TIE = {"kind": "leads", "organisation_name": "Kylä ry", "business_id": "0245437-2"}


@pytest.fixture
def in_review(app_database, call, clock):
    """An application with one of two reviewers, who has begun to write."""
    with app_database.transaction() as session:
        call = reviews.a_call(session, reviews_per_application=1)
        reviews.some_reviewers(session, 2)
        application = reviews.a_submitted_application(session, call)
        reviews.send_to_review(session, call)
        session.refresh(application, ["reviews"])
        (review,) = application.reviews
        _ = review.reviewer
    clock.set_to(reviews.CLOSES)
    return review


def statuses(database):
    with database.reading() as session:
        return sorted(each.status for each in session.scalars(sa.select(Review)))


@pytest.mark.parametrize("role", [Role.PRESENTER, Role.STEWARD])
def test_the_pool_is_kept_by_those_who_make_calls(app_database, call, person, as_person, role):
    keeper = as_person(person("Kaisa Keeper", role))
    reviewer = person("Arvo Arvioija", Role.REVIEWER)
    address = f"/en/manage/reviewers/{reviewer.id}"

    kept = send(keeper, address, **PROFILE)
    tied = send(keeper, address, to=f"{address}/ties", **TIE)

    assert (kept.status_code, tied.status_code) == (303, 303)
    words = text_of(page(keeper, "/en/manage/reviewers"))
    assert "Arvo Arvioija Health and wellbeing" in words
    shown = text_of(page(keeper, address))
    assert "Kylä ry 0245437-2 Sits on its board" in shown


def test_a_reviewer_keeps_their_own_profile_and_nobody_elses(app_database, call, person, as_person):
    reviewer, other = person("Arvo", Role.REVIEWER), person("Toinen", Role.REVIEWER)
    browser = as_person(reviewer)

    assert send(browser, "/reviews/profile", **PROFILE).status_code == 303
    assert send(browser, "/reviews/profile", to="/reviews/profile/ties", **TIE).status_code == 303

    with app_database.reading() as session:
        profile = pooling.profiles_of(session, [reviewer.id])[reviewer.id]
        assert (profile.expertise, profile.capacity) == (["health"], 4)
        assert [each.business_id for each in pooling.ties_of(session, reviewer.id)] == ["0245437-2"]
    assert browser.get(f"/manage/reviewers/{other.id}").status_code == 403


@pytest.mark.parametrize(
    ("path", "wrong", "sentence"),
    [
        ("", {"languages": []}, "Choose at least one language"),
        ("", {"capacity": "-1"}, "from 0 to 1,000"),
        ("/ties", {"organisation_name": " "}, "Name the organisation"),
        ("/ties", {"business_id": "1234567-8"}, "not a Finnish business ID"),
        ("/ties", {"kind": ""}, "Choose one"),
    ],
)
def test_a_profile_that_cannot_stand_is_refused_with_a_sentence(
    call, person, as_person, path, wrong, sentence
):
    browser = as_person(person("Arvo", Role.REVIEWER))
    fields = (TIE if path else PROFILE) | wrong

    answer = send(browser, "/en/reviews/profile", to=f"/en/reviews/profile{path}", **fields)

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_a_reviewer_taken_out_in_mid_review_is_replaced(
    app_database, in_review, as_person, presenter
):
    browser = as_person(presenter)
    address = f"/manage/reviewers/{in_review.reviewer_id}"

    answer = send(browser, address, to=f"{address}/leave")

    assert answer.status_code == 303
    assert statuses(app_database) == [ReviewStatus.ASSIGNED, ReviewStatus.RELEASED]
    assert as_person(in_review.reviewer).get(f"/reviews/{in_review.id}").status_code == 200
    assert reviews.TEXT not in text_of(
        page(as_person(in_review.reviewer), f"/reviews/{in_review.id}")
    )


TYPED = {"points_need": "6", "reason_need": "Tarve on todellinen.", "comment": "Kiitos!"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Tätä arviointia ei enää pyydetä sinulta"),
        ("sv", "Den här bedömningen begärs inte längre av dig"),
        ("en", "This review is no longer asked of you, so nothing was saved."),
    ],
)
def test_whoever_is_taken_out_while_they_write_is_told_and_gets_their_words_back(
    app_database, in_review, as_person, presenter, language, sentence
):
    writer, address = as_person(in_review.reviewer), f"/{language}/reviews/{in_review.id}"
    send(writer, address, to=f"{address}/declaration", conflict="no")
    token = page(writer, address).xpath("//main//input[@name='csrf_token']/@value")[0]
    place = f"/manage/reviewers/{in_review.reviewer_id}"
    send(as_person(presenter), place, to=f"{place}/leave")

    answer = writer.post(address, data=TYPED | {"csrf_token": token, "version": "0"})

    assert answer.status_code == 409
    words = text_of(html.fromstring(answer.get_data(as_text=True)))
    assert sentence in words
    assert "Tarve on todellinen." in words
    assert "Kiitos!" in words
    assert reviews.TEXT not in words
    with app_database.reading() as session:
        assert not session.get_one(Review, in_review.id).scores


def test_what_is_typed_after_the_review_was_finished_elsewhere_comes_back(
    app_database, in_review, as_person
):
    writer, address = as_person(in_review.reviewer), f"/en/reviews/{in_review.id}"
    send(writer, address, to=f"{address}/declaration", conflict="no")
    token = page(writer, address).xpath("//main//input[@name='csrf_token']/@value")[0]
    with app_database.transaction() as session:
        reviewing.submit_review(
            session,
            in_review.id,
            session.get_one(Person, in_review.reviewer_id),
            reviews.scores(),
            comment="",
            now=reviews.CLOSES,
        )

    answer = writer.post(address, data=TYPED | {"csrf_token": token, "version": "0"})

    assert answer.status_code == 409
    words = text_of(html.fromstring(answer.get_data(as_text=True)))
    assert "You have finished this review somewhere else" in words
    assert "Kiitos!" in words


def test_one_review_is_given_to_somebody_else_by_a_click(
    app_database, in_review, as_person, presenter
):
    browser = as_person(presenter)
    address = f"/decisions/applications/{in_review.application_id}"

    answer = send(browser, address, to=f"/decisions/reviews/{in_review.id}/release")

    assert answer.status_code == 303
    assert statuses(app_database) == [ReviewStatus.ASSIGNED, ReviewStatus.RELEASED]


def test_a_conflict_found_after_the_assignment_blocks_by_any_address(
    app_database, in_review, as_person
):
    reviewer = as_person(in_review.reviewer)
    with app_database.transaction() as session:
        # An official too, so that the officials' pages would be open otherwise.
        session.add(PersonRole(person_id=in_review.reviewer_id, role=Role.PRESENTER))
        person = pooling.reviewer(session, in_review.reviewer_id)
        person.organisation_id = reviews.a_body(session, "Kylä ry", business_id="0245437-2").id
    application = f"/applications/{in_review.application_id}"

    declared = send(
        reviewer,
        f"/reviews/{in_review.id}",
        to=f"/reviews/{in_review.id}/declaration",
        conflict="no",
    )

    assert declared.status_code == 403
    assert statuses(app_database) == [ReviewStatus.ASSIGNED, ReviewStatus.CONFLICTED]
    assert reviews.TEXT not in text_of(page(reviewer, f"/reviews/{in_review.id}"))
    assert reviewer.get(application).status_code == 404
    assert reviewer.get(f"/decisions/applications/{in_review.application_id}").status_code == 403
    scored = send(
        reviewer, "/reviews/profile", to=f"/reviews/{in_review.id}", points_need="6", act="save"
    )
    assert scored.status_code == 403


@pytest.fixture
def blind(app_database, call, clock):
    """Two applications of a call that hides names, with one reviewer."""
    with app_database.transaction() as session:
        call = reviews.a_call(session, published=False, reviews_per_application=1)
        selecting.keep_rules(session, call.id, SelectionRules(hides_names=True))
        reviews.publish(session, call)
        (reviewer,) = reviews.some_reviewers(session, 1)
        for number in range(2):
            reviews.a_submitted_application(session, call, title=f"Kokeilu {number}")
        reviews.send_to_review(session, call)
        found = [*session.scalars(sa.select(Review).order_by(Review.id))]
    clock.set_to(reviews.CLOSES)
    return reviewer, found


def test_names_are_shown_for_the_declaration_and_hidden_while_scoring(blind, as_person):
    person, (review, _other) = blind
    browser = as_person(person)
    address = f"/en/reviews/{review.id}"

    before = text_of(page(browser, address))
    send(browser, address, to=f"{address}/declaration", conflict="no")
    after = text_of(page(browser, address))

    assert "Kylä ry" in before
    assert "Kylä ry" not in after
    assert "0245437-2" not in after
    assert "Who does it" not in after
    assert "hides who applies" in after
    assert "hidden while it is scored" in text_of(page(browser, "/en/reviews"))


def test_the_queue_is_walked_by_links_and_saving_opens_the_next(blind, as_person):
    person, (first, second) = blind
    browser = as_person(person)
    for each in (first, second):
        address = f"/en/reviews/{each.id}"
        send(browser, address, to=f"{address}/declaration", conflict="no")

    tree = page(browser, f"/en/reviews/{first.id}")
    saved = send(browser, f"/en/reviews/{first.id}", points_need="4", act="next")
    last = send(browser, f"/en/reviews/{second.id}", points_need="4", act="next")

    assert tree.xpath("//a[@rel='next']/@href") == [f"/en/reviews/{second.id}"]
    assert tree.xpath("//a[@rel='prev']") == []
    assert "1 of 2" in text_of(tree)
    assert saved.headers["Location"].endswith(f"/reviews/{second.id}")
    assert last.headers["Location"].endswith(f"/reviews/{second.id}")


def test_scores_are_kept_as_they_are_typed(app_database, blind, as_person):
    person, (review, _other) = blind
    browser = as_person(person)
    address = f"/en/reviews/{review.id}"
    early = send(browser, address, to=f"{address}/autosave", points_need="4")
    send(browser, address, to=f"{address}/declaration", conflict="no")

    kept = send(browser, address, to=f"{address}/autosave", points_need="6", comment="Kesken")
    off = send(browser, address, to=f"{address}/autosave", reason_need="x" * 5001, points_need="6")

    assert (early.status_code, early.json["code"]) == (403, "conflict_undeclared")
    assert (kept.status_code, kept.json) == (200, {"version": 1, "is_whole": True})
    assert off.status_code == 422
    version = page(browser, address).xpath("//input[@name='version']/@value")
    assert version == [str(kept.json["version"])]
    with app_database.reading() as session:
        found = session.get_one(Review, review.id)
        assert (found.comment, [each.points for each in found.scores]) == ("Kesken", [6])
        assert found.status == ReviewStatus.DECLARED


def test_the_page_of_a_review_lets_our_script_save_it(blind, as_person):
    person, (review, _other) = blind
    browser = as_person(person)
    address = f"/en/reviews/{review.id}"
    declaration = browser.get(address)
    send(browser, address, to=f"{address}/declaration", conflict="no")

    status = page(browser, address).get_element_by_id("autosave")
    scoring = browser.get(address)

    assert status.get("data-address") == f"{address}/autosave"
    assert "Save and go on later" in status.get("data-refused")
    assert "script-src 'self'" in scoring.headers["Content-Security-Policy"]
    assert "script-src 'self'" not in declaration.headers["Content-Security-Policy"]
