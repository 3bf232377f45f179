"""Decisions to look at, each printed once in a test run: setting one takes seconds."""

from hashlib import sha256

import pytest

from grantengine.web.documents.decision import render_decision


@pytest.fixture(scope="session")
def printed(workshop):
    """Give the PDF of a decision; a decision of the same content is not printed again."""

    def printed(document):
        def print_into(folder):
            (folder / "decision.pdf").write_bytes(render_decision(document))

        content = sha256(repr(document).encode()).hexdigest()
        return (workshop.made(f"decision-{content}", print_into) / "decision.pdf").read_bytes()

    return printed
