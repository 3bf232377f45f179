"""From the call to the signed decision, each by the one whose turn it is."""

import re
from datetime import timedelta

import sqlalchemy as sa

from grantengine.clock import HELSINKI
from grantengine.reviews.models import Call
from tests.browser.world import EMAIL, GROUP, IBAN, NAME, PASSWORD, TITLE
from tests.support import pdf

CALL = "Sista kilometern"
REVIEWERS = ("Kaisa Laitinen", "Olli Toivonen", "Annika Lindholm", "Tuomas Hakala")
ATTACHMENT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXTS = {
    "Name of the experiment": TITLE,
    "Sammandrag": "Vi ställer tio lånecyklar vid ändhållplatsen och ser om fler tar bussen.",
    "The problem": "Sista bussen stannar fyra kilometer från byn, så alla kör bil hela vägen.",
    "How the idea solves it": "En cykel väntar vid hållplatsen och återlämnas på morgonen.",
    "How it is tested": "Tio cyklar i tolv veckor. Vi räknar resorna och frågar resenärerna.",
    "What you want to learn": "Om minst trettio resor i veckan byter från bil till buss och cykel.",
    "Who does it": "Byns cykelverkstad med sex frivilliga och busslinjens trafikant.",
    "What you have already": "Verkstad, verktyg och fyra cyklar.",
    "Who applies": GROUP,
    "Bank account (IBAN)": IBAN,
    "Grant applied for": "3 000",
    "Your own and other money": "1 000,00",
}


def make_call(world) -> None:
    """Let the presenter write a call and publish it; then wait until it opens."""
    opens = world.clock.now().astimezone(HELSINKI) + timedelta(hours=1)
    with world.somebody("Hanna Saarinen") as presenter:
        presenter.follow("Manage calls")
        presenter.follow("Write a new call")
        for index, title in enumerate(("Viimeinen kilometri", CALL)):
            presenter.fill("Title", title, index=index)
            presenter.fill("What is looked for", "Från hållplatsen hem.", index=index)
        goals = presenter.page.get_by_role(
            "group", name=presenter.said("Goals that the experiments serve")
        )
        goals.get_by_role("checkbox").first.check()
        for label, text in {
            "Smallest grant": "500",
            "Largest grant": "4 000",
            "Number of grants": "3",
            "Opens": f"{opens:%Y-%m-%dT%H:%M}",
            "Closes": f"{opens + timedelta(days=7):%Y-%m-%dT%H:%M}",
            "First day of use": f"{opens + timedelta(days=30):%Y-%m-%d}",
            "Last day of use": f"{opens + timedelta(days=200):%Y-%m-%d}",
        }.items():
            presenter.fill(label, text)
        presenter.press("Save the draft")
        presenter.confirm("Publish the call", "Publish")
        assert presenter.reads("The call is public. It opens and closes by itself.")
    world.wait_until(opens)


def apply(world) -> str:
    """Register, write the card, attach a file, preview it, send it."""
    with world.person() as person:
        person.go("/register")
        person.fill("Name", NAME)
        person.fill("E-mail", EMAIL)
        person.fill("Password", PASSWORD)
        person.press("Register")
        person.follow(CALL)
        person.press("Apply")
        write_card(person)
        person.press("Save the draft")
        assert "cyklar.pdf" in person.text()
        person.press("Save and preview")
        assert TEXTS["The problem"] in person.text()
        person.follow("Go on writing")
        person.press("Send the application")
        assert person.page.locator("h1").inner_text() == TITLE
        assert "cyklar.pdf" in person.text()
        person.follow("My desk")
        return re.search(r"\w+/\d+/\d+", person.text()).group()


def write_card(person) -> None:
    for label, text in TEXTS.items():
        person.fill(label, text)
    person.page.get_by_role("group", name=person.said("Goals that it serves")).get_by_role(
        "checkbox"
    ).first.check()
    person.select("Region", "Österbotten")
    person.tick("Working group without a business id")
    for index, (cost, amount) in enumerate([("Bought services", "2500"), ("Premises", "1500")]):
        person.select("Cost", cost, index=index)
        person.fill("Amount", amount, index=index)
    person.attach("Attachments", "cyklar.pdf", ATTACHMENT, "application/pdf")


def close_and_share(world) -> None:
    """Let the call close, and the presenter give its applications to reviewers."""
    call = world.one(sa.select(Call).where(Call.slug == "viimeinen-kilometri"))
    world.wait_until(call.closes_at + timedelta(hours=1))
    with world.somebody("Hanna Saarinen") as presenter:
        presenter.follow("Decisions")
        presenter.follow(CALL)
        presenter.press("Send all of them to review")
        presenter.press("Give them to reviewers")
        assert presenter.reads("Every application has its reviewers.")


def review(world) -> None:
    """Let both reviewers declare and score: the first by keys alone."""
    count = 0
    for name in REVIEWERS:
        with world.person() as reviewer:
            reviewer.go("/sign-in")
            button = reviewer.page.get_by_role("button", name=name, exact=True)
            reviewer.enter(button)
            if reviewer.link(TITLE).count():
                (score_by_keys if count == 0 else score)(reviewer)
                count += 1
    assert count == 2


def score_by_keys(reviewer) -> None:
    page = reviewer.page
    reviewer.enter(reviewer.link(TITLE))
    assert reviewer.reads("Before you read")
    assert TEXTS["The problem"] not in reviewer.text()
    reviewer.key(page.get_by_role("radio").first, "Space")
    reviewer.enter(page.get_by_role("button", name=reviewer.said("Declare"), exact=True))
    page.get_by_role("button", name=reviewer.said("Finish the review")).wait_for()
    assert TEXTS["The problem"] in reviewer.text()
    for group in page.get_by_role("group").all():
        reviewer.key(group.get_by_role("radio").first, "ArrowDown", times=4)
    reviewer.enter(page.get_by_role("button", name=reviewer.said("Finish the review")))
    page.get_by_text(reviewer.said("The review is finished.")).wait_for()


def score(reviewer) -> None:
    reviewer.follow(TITLE)
    reviewer.tick("No, nothing binds me to the applicant.")
    reviewer.press("Declare")
    for group in reviewer.page.get_by_role("group").all():
        group.get_by_role("radio").nth(3).check()
    reviewer.press("Finish the review")
    assert reviewer.reads("The review is finished.")


def propose_and_sign(world) -> None:
    """Let the presenter propose, and somebody else sign."""
    with world.somebody("Hanna Saarinen") as presenter:
        presenter.follow("Decisions")
        presenter.follow(CALL)
        presenter.follow(TITLE)
        presenter.tick("Grant awarded")
        presenter.fill("Grant", "3 000")
        presenter.fill("Main reasons", "Försöket är billigt och mätbart.")
        presenter.press("Propose")
    with world.somebody("Antti Mattila") as decision_maker:
        decision_maker.follow("Decisions")
        decision_maker.follow(TITLE)
        decision_maker.confirm("Sign the decision", "Sign")
        assert decision_maker.reads("Signed. The applicant has been told.")


def open_decision(world, case_number) -> None:
    """Let the applicant find the decision on the desk and open its PDF."""
    with world.applicant() as person:
        person.follow("Grant awarded")
        document = person.open_file("Open the decision (PDF)")
    assert document.startswith(b"%PDF")
    text = pdf.text_of(document)
    assert case_number in text
    assert "3 000,00 €" in text
