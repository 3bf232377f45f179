"""Reviewing: nothing is read before the declaration, and nothing at all across a conflict."""

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import applying, attaching
from grantengine.reviews.attached_models import Attachment
from grantengine.reviews.attaching import KeptFile
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Review
from grantengine.reviews.rubric import default_rubric, read_rubric
from tests.support import reviews
from tests.support.visitor import LANGUAGES, page, send, text_of

SECRET = "Vain esteetön lukee tämän lauseen."
CODES = read_rubric(default_rubric()).codes


@pytest.fixture
def in_review(app_database, call, clock):
    """An application with a file, given to two of three reviewers."""
    with app_database.transaction() as session:
        reviews.some_reviewers(session, 3)
        draft = reviews.a_draft(session, call)
        file = KeptFile("liite.pdf", "application/pdf", 5, "0" * 64)
        attaching.add_attachment(session, draft.id, file, now=reviews.OPENS)
        session.flush()
        card = reviews.a_card(call, solution=SECRET)
        application = applying.submit_application(session, draft.id, card, now=reviews.OPENS)
        reviews.send_to_review(session, call)
    clock.set_to(reviews.CLOSES)
    return application


@pytest.fixture
def first(app_database, in_review):
    """The review that was given first, and whose it is."""
    return stored(app_database)[0]


@pytest.fixture
def browser(as_person, first):
    """The first reviewer's browser."""
    return as_person(first[1])


def stored(database):
    query = sa.select(Review, Person).join(Person, Person.id == Review.reviewer_id)
    with database.reading() as session:
        return list(session.execute(query.order_by(Review.id)))


def status_of(database, review):
    with database.reading() as session:
        return ReviewStatus(session.get_one(Review, review.id).status)


def declare(browser, review, conflict="no"):
    address = f"/reviews/{review.id}"
    return send(browser, address, to=f"{address}/declaration", conflict=conflict, note="Naapuri.")


def declare_again(browser, review):
    return send(browser, "/reviews", to=f"/reviews/{review.id}/declaration", conflict="no")


def score(browser, review, act="submit", **changed):
    points = {f"points_{code}": "4" for code in CODES} | changed
    address = f"/reviews/{review.id}"
    return browser.post(address, data=version_on(browser, address) | {"act": act} | points)


def version_on(browser, address):
    """Give the token and the version of a page, as far as it has them."""
    tree = html.fromstring(browser.get(address).get_data(as_text=True))
    hidden = tree.xpath("//input[@name='csrf_token' or @name='version']")
    return {each.name: each.value for each in hidden}


def test_before_the_declaration_only_title_and_organisation_are_shown(browser, first, in_review):
    review, _person = first

    words = text_of(page(browser, f"/reviews/{review.id}"))

    assert "Kyläkyyti" in words
    assert "Kylä ry" in words
    assert SECRET not in words


def test_no_other_address_gives_the_text_before_the_declaration(
    browser, first, in_review, app_database
):
    with app_database.reading() as session:
        attachment = session.scalars(sa.select(Attachment)).one().id
    place = f"/applications/{in_review.id}"

    for address in (
        place,
        f"{place}/edit",
        f"{place}/preview",
        f"{place}/attachments/{attachment}",
    ):
        assert browser.get(address).status_code == 404, address
    for address in (f"/decisions/applications/{in_review.id}", "/decisions"):
        assert browser.get(address).status_code == 403, address


def test_scores_sent_before_the_declaration_are_refused(browser, first, app_database):
    review, _person = first

    answer = score(browser, review)

    assert answer.status_code == 403
    assert SECRET not in answer.get_data(as_text=True)
    assert status_of(app_database, review) == ReviewStatus.ASSIGNED


def test_whoever_declares_a_conflict_sees_and_scores_nothing_and_another_one_steps_in(
    browser, first, in_review, app_database
):
    review, _person = first

    answer = declare(browser, review, "yes")

    assert answer.status_code == 302
    assert status_of(app_database, review) == ReviewStatus.CONFLICTED
    assert SECRET not in browser.get(f"/reviews/{review.id}").get_data(as_text=True)
    assert browser.get(f"/applications/{in_review.id}").status_code == 404
    assert score(browser, review).status_code == 403
    assert declare_again(browser, review).status_code in (403, 409)
    assert len(stored(app_database)) == 3


def test_a_conflict_that_arises_later_blocks_the_declaration(
    browser, first, in_review, app_database
):
    review, person = first
    with app_database.transaction() as session:
        session.get_one(Person, person.id).email = session.get_one(
            Person, in_review.applicant_id
        ).email.replace("hakija", "toinen", 1)

    answer = declare(browser, review)

    assert answer.status_code == 403
    assert status_of(app_database, review) == ReviewStatus.CONFLICTED


def test_nobody_opens_or_scores_the_review_of_another(
    first, in_review, as_person, app_database, person
):
    review, _owner = first
    other = as_person(person("Neljäs Arvioija", Role.REVIEWER))

    assert other.get(f"/reviews/{review.id}").status_code == 404
    assert score(other, review).status_code == 404
    assert declare_again(other, review).status_code == 404
    assert status_of(app_database, review) == ReviewStatus.ASSIGNED


def test_an_applicant_is_no_reviewer(as_person, maija, first, in_review):
    browser = as_person(maija)

    assert browser.get("/reviews").status_code == 403
    assert browser.get(f"/reviews/{first[0].id}").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rubric_stands_beside_the_text_in_every_language(browser, first, language):
    review, _person = first
    declare(browser, review)

    words = text_of(page(browser, f"/{language}/reviews/{review.id}"))

    assert SECRET in words
    for criterion in read_rubric(default_rubric()).criteria:
        assert criterion.names[language] in words
        assert criterion.anchors[language][6] in words


def test_the_ends_of_the_scale_need_a_reason_and_what_was_typed_stays(browser, first, app_database):
    review, _person = first
    declare(browser, review)
    page(browser, "/reviews?lang=en")
    code = CODES[0]

    answer = score(browser, review, **{f"points_{code}": "6", "comment": "Kokonaisuus ehjä."})

    assert answer.status_code == 422
    words = answer.get_data(as_text=True)
    assert "The lowest and the highest score need a reason in words." in words
    assert "Kokonaisuus ehjä." in words
    assert status_of(app_database, review) == ReviewStatus.DECLARED


def test_a_review_is_saved_gone_on_with_and_finished(browser, first, app_database):
    review, _person = first
    declare(browser, review)
    code = CODES[0]

    score(browser, review, act="save", **{f"points_{code}": "1", f"reason_{code}": "Jo kokeiltu."})
    tree = page(browser, f"/reviews/{review.id}")

    assert tree.xpath(f"//input[@name='points_{code}'][@checked]/@value") == ["1"]
    assert tree.xpath(f"//textarea[@name='reason_{code}']")[0].text.strip() == "Jo kokeiltu."
    answer = score(browser, review, **{f"points_{code}": "1", f"reason_{code}": "Jo kokeiltu."})
    assert answer.status_code == 302
    assert status_of(app_database, review) == ReviewStatus.SUBMITTED
    assert score(browser, review).status_code == 409


@pytest.mark.parametrize("act", ["save", "next"])
def test_a_reason_without_a_score_is_not_called_saved(browser, first, app_database, act):
    review, _person = first
    declare(browser, review)
    scored, alone = CODES[:2]

    answer = score(
        browser,
        review,
        act=act,
        **{f"points_{scored}": "4", f"points_{alone}": "", f"reason_{alone}": "Kesken."},
    )

    assert answer.status_code == 422
    tree = html.fromstring(answer.get_data(as_text=True))
    assert tree.xpath(f"//textarea[@name='reason_{alone}']")[0].text.strip() == "Kesken."
    assert "Valitse myös pisteet" in tree.text_content()
    version, kept, _comment = saved_of(app_database, review)
    assert (4, "") in kept
    assert tree.xpath("//input[@name='version']/@value") == [str(version)]


def in_two_tabs(browser, review):
    """Open a review in two tabs, save the first, and give what the second then sends."""
    declare(browser, review)
    address, code = f"/reviews/{review.id}", CODES[0]
    opened = version_on(browser, address)
    first = {f"points_{code}": "5", f"reason_{code}": "Ensin.", "comment": "Sama."}
    assert browser.post(address, data=opened | first).status_code == 302
    second = {f"points_{code}": "2", f"reason_{code}": "Sitten.", "comment": "Sama."}
    return opened | second


def saved_of(database, review):
    with database.reading() as session:
        kept = session.get_one(Review, review.id)
        return kept.version, [(each.points, each.comment) for each in kept.scores], kept.comment


@pytest.mark.parametrize("act", ["save", "next", "submit"])
def test_a_second_tab_overwrites_nothing_and_shows_both_texts(browser, first, app_database, act):
    review, _person = first
    sent = in_two_tabs(browser, review)
    others = {f"points_{code}": "4" for code in CODES[1:]} if act == "submit" else {}

    answer = browser.post(f"/en/reviews/{review.id}", data=sent | others | {"act": act})

    assert answer.status_code == 409
    assert saved_of(app_database, review) == (1, [(5, "Ensin.")], "Sama.")
    assert status_of(app_database, review) == ReviewStatus.DECLARED
    texts = html.fromstring(answer.get_data(as_text=True)).xpath("//pre/text()")
    assert texts[:4] == ["2 – weak", "5 – very good", "Sitten.", "Ensin."]
    assert "Sama." not in texts


def test_of_two_reviews_each_field_is_chosen_by_itself(browser, first, app_database):
    review, _person = first
    sent, code = in_two_tabs(browser, review), CODES[0]
    address = f"/reviews/{review.id}"
    tree = html.fromstring(browser.post(address, data=sent).get_data(as_text=True))
    form = dict(tree.xpath("//form[@class='choose']")[0].form_values())
    picks = {f"pick.points_{code}": "mine", f"pick.reason_{code}": "saved"}

    assert browser.post(f"{address}/choice", data=form | picks).status_code == 303

    assert saved_of(app_database, review) == (2, [(2, "Ensin.")], "Sama.")
    # A choice between texts of which one is not saved any more is asked for again.
    assert browser.post(f"{address}/choice", data=form | picks).status_code == 409


def test_what_a_second_tab_saves_by_itself_is_refused_too(browser, first, app_database):
    review, _person = first
    sent = in_two_tabs(browser, review)

    answer = browser.post(f"/reviews/{review.id}/autosave", data=sent)

    assert (answer.status_code, answer.json["code"]) == (409, "stale_draft")
    assert saved_of(app_database, review)[1] == [(5, "Ensin.")]


def test_a_form_that_is_refused_keeps_the_version_that_it_was_typed_on(browser, first):
    review, _person = first
    sent = in_two_tabs(browser, review)

    answer = browser.post(f"/reviews/{review.id}", data=sent | {f"points_{CODES[0]}": "7"})

    assert answer.status_code == 422
    tree = html.fromstring(answer.get_data(as_text=True))
    assert tree.xpath("//input[@name='version']/@value") == ["0"]


def test_the_scores_of_others_are_hidden_until_ones_own_are_in(browser, first, app_database):
    review, _person = first
    others = stored(app_database)[1:]
    with app_database.transaction() as session:
        for other, _reviewer in others:
            found = session.get_one(Review, other.id)
            reviews.a_finished_review(session, found, reviews.scores(2))
    declare(browser, review)

    before = text_of(page(browser, f"/en/reviews/{review.id}"))
    score(browser, review)
    after = text_of(page(browser, f"/en/reviews/{review.id}"))

    assert "Hyvin perusteltu." not in before
    assert "Hyvin perusteltu." in after
    assert others[0][1].name not in after


def test_the_queue_counts_what_waits(browser, first, in_review):
    assert "One application waits for you." in text_of(page(browser, "/en/reviews"))


def test_points_off_the_scale_are_refused(browser, first, app_database):
    review, _person = first
    declare(browser, review)

    answer = score(browser, review, **{f"points_{CODES[0]}": "7"})

    assert answer.status_code == 422
    assert status_of(app_database, review) == ReviewStatus.DECLARED


def test_a_file_is_given_to_a_reviewer_who_has_declared(
    browser, first, in_review, app_database, settings
):
    review, _person = first
    declare(browser, review)
    folder = settings.var_path / "uploads"
    (folder / ("0" * 64)).write_bytes(b"%PDF-")
    with app_database.reading() as session:
        attachment = session.scalars(sa.select(Attachment)).one().id

    answer = browser.get(f"/applications/{in_review.id}/attachments/{attachment}")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
