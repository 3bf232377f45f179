"""Whatever is typed into an application: one clear answer, and every letter of it kept."""

import json

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from tests.support import reviews
from tests.support.cases import case_path
from tests.support.visitor import page

TEXTS = ("title", "summary", "problem", "solution", "testing", "learning_aim", "team", "resources")
OTHERS = ("organisation_name", "business_id", "iban", "applied", "self_financing", "ethics_note")
CODES = ("region_code", "municipality_code", "goals", "organisation_kind", "ethics")
ROWS = ("budget-0-cost_class", "budget-0-amount", "budget-0-note")
FIELDS = (*TEXTS, *OTHERS, *CODES, *ROWS)


def nasty_strings():
    text = case_path("nasty-strings/blns.json").read_text("utf-8")
    return [each for each in json.loads(text) if each and "\x00" not in each]


def attacks():
    paths = sorted(case_path("attack-payloads").glob("*ss-*.txt"))
    lines = [line for path in paths for line in path.read_text("utf-8", "replace").splitlines()]
    return [line for line in lines if line and "\x00" not in line][:: max(1, len(lines) // 300)]


@pytest.mark.parametrize("strings", [nasty_strings, attacks])
def test_hostile_texts_are_answered_kept_and_never_run(
    call, as_person, maija, app_database, strings
):
    browser = as_person(maija)
    with app_database.transaction() as session:
        draft = reviews.a_draft(session, call, maija)
    path = f"/applications/{draft.id}/edit"
    token = page(browser, path).xpath("//input[@name='csrf_token']/@value")[0]

    for version, some in enumerate(_in_rows_of(len(FIELDS), strings()), start=1):
        typed = dict(zip(FIELDS, some, strict=False))
        sent = {**typed, "csrf_token": token, "version": str(version), "act": "submit"}
        answer = browser.post(path, data=sent)

        assert answer.status_code == 422, some
        assert not _runs_anything(answer.get_data(as_text=True))
        with app_database.reading() as session:
            kept = session.scalars(sa.select(Application)).one()
        assert kept.status == ApplicationStatus.DRAFT
        assert kept.answers == {name: [clean_text(each)] for name, each in typed.items()}


def _in_rows_of(length, strings):
    return [strings[start : start + length] for start in range(0, len(strings), length)]


def _runs_anything(source):
    tree = html.fromstring(source)
    scripts = tree.xpath("//main//script[not(contains(@src, '/static/js/autosave.js'))]")
    handlers = tree.xpath("//@*[starts-with(name(), 'on')]")
    links = [
        each for each in tree.xpath("//@href") if each.strip().lower().startswith("javascript")
    ]
    return bool(scripts or handlers or links)


def test_ten_thousand_lines_are_too_many_to_send_and_all_kept(call, as_person, maija, app_database):
    browser = as_person(maija)
    with app_database.transaction() as session:
        draft = reviews.a_draft(session, call, maija)
    path = f"/en/applications/{draft.id}/edit"
    token = page(browser, path).xpath("//input[@name='csrf_token']/@value")[0]
    lines = "rivi\n" * 10_000

    answer = browser.post(
        path, data={"csrf_token": token, "version": "1", "act": "submit", "solution": lines}
    )

    assert answer.status_code == 422
    assert "Keep it under 20,000 characters; now there are 50,000." in answer.get_data(as_text=True)
    with app_database.reading() as session:
        assert session.scalars(sa.select(Application)).one().answers["solution"] == [lines]
