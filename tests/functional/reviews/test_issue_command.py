"""`grantengine decisions issue`: what waits is made once, in processes of its own."""

from grantengine.reviews import issuing
from grantengine.web.commands import decisions as commands
from tests.support import reviews


def test_what_waits_is_made_once(app, app_database):
    with app_database.transaction() as session:
        reviews.a_programme(session)
        for _ in range(2):
            application = reviews.a_reviewed_application(session)
            reviews.sign(session, reviews.a_proposal(session, application, reviews.a_rejection()))
    runner = app.test_cli_runner()

    first = runner.invoke(commands.group, ["issue", "--processes", "2"])
    second = runner.invoke(commands.group, ["issue"])

    assert first.output == "2 documents made, signed and kept.\n"
    assert second.output == "0 documents made, signed and kept.\n"
    with app_database.reading() as session:
        assert issuing.decisions_to_issue(session) == []
