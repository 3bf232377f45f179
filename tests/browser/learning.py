"""What was learned: told by the one who tried, read by anybody, opening the last instalment."""

from tests.browser.world import TITLE

STORY = {
    "Who tells this?": "Verkstadens frivilliga",
    "What are we doing?": "Tio lånecyklar stod vid ändhållplatsen i tolv veckor.",
    "What made us dare?": "Verkstaden fanns redan, och ingen visste svaret.",
    "Where did we succeed?": "Cyklarna höll, och alla kom tillbaka.",
    "What went wrong?": "Elva resor i veckan i stället för trettio: det regnade och var mörkt.",
    "What did we learn?": "Lysen och regnskydd först, cyklar sedan.",
}


def publish(world) -> None:
    """Tell that the supposition was wrong; the last instalment opens all the same."""
    with world.applicant() as person:
        assert person.reads("Waits for the learning")
        person.follow("Write the learning card")
        person.tick("It did not hold")
        for question, answer in STORY.items():
            person.fill(question, answer)
        person.press("Publish the learning")
        assert person.reads("The learning is public. Thank you for telling it.")
        person.follow("My desk")
        assert not person.reads("Waits for the learning")
        assert person.reads("To be paid")


def find(world) -> None:
    """Search the public learnings for it as anybody would."""
    with world.person() as visitor:
        visitor.go("/learnings")
        visitor.fill("Search for", "regnskydd")
        visitor.press("Search")
        visitor.follow(TITLE)
        assert visitor.reads("It did not hold")
        assert STORY["What went wrong?"] in visitor.text()
