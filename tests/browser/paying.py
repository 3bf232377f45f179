"""From the open instalment to the bank and back, by two finance officers."""

from io import BytesIO

import openpyxl

from grantengine.clock import HELSINKI
from tests.browser.world import GROUP
from tests.support import bank, pdf

PREPARER, RELEASER = "Teemu Manninen", "Päivi Turunen"


def collect_and_release(world) -> list[bytes]:
    """Let one officer collect what is due, another release it and take the bank's files."""
    with world.somebody(PREPARER) as officer:
        officer.follow("Finance")
        for box in officer.page.get_by_role("checkbox", name=GROUP).all():
            box.check()
        officer.press("Collect into a batch")
        assert officer.reads("Collected. Another finance officer can now release it.")
    with world.somebody(RELEASER) as officer:
        return [release(officer, place) for place in drafts(officer)]


def drafts(officer) -> list[str]:
    officer.follow("Finance")
    cards = officer.page.locator(".desk-cards").get_by_role("listitem")
    ours = cards.filter(has_text=PREPARER)
    return [each.get_attribute("href") for each in ours.get_by_role("link").all()]


def release(officer, place) -> bytes:
    officer.page.goto(place)
    officer.confirm("Release the batch", "Release")
    return officer.take("Download the bank file")


def read_back(world, files) -> None:
    """Let the bank answer to every file, and the pages say that all is paid."""
    day = world.clock.now().astimezone(HELSINKI).date()
    with world.somebody(PREPARER) as officer:
        for index, content in enumerate(files):
            officer.go("/finance/statements")
            answer = bank.statement_for(content, booked_on=day)
            officer.attach("Statement file", f"utdrag-{index}.xml", answer, "application/xml")
            officer.press("Import")
            assert "oklara" not in officer.text()
        officer.go("/finance/search?q=" + GROUP)
        assert officer.text().count(officer.said("Paid")) == 3


def take_reports(world) -> None:
    """Let an officer take the report of these days in every form, with our payee in each."""
    with world.somebody(PREPARER) as officer:
        officer.follow("Finance")
        officer.follow("Reports")
        assert officer.reads("Payments and ledger agree to the cent, source by source.")
        assert GROUP in officer.take("CSV").decode("utf-8-sig")
        workbook = openpyxl.load_workbook(BytesIO(officer.take("Excel workbook")))
        cells = {cell for sheet in workbook for row in sheet.values for cell in row}
        assert GROUP in cells
        assert GROUP in pdf.text_of(officer.take("PDF"))
