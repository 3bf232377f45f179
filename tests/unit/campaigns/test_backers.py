"""Who a backer is."""

import pytest

from grantengine.campaigns.backers import backer_of, checked_email
from grantengine.errors import InvalidInputError


@pytest.mark.parametrize(
    "address", ["maija@example.fi", " Maija.Meikäläinen@posti.example.fi ", "a+b@c.d"]
)
def test_address_is_taken_without_its_outer_spaces(address):
    assert checked_email(address) == address.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maija",
        "maija@",
        "@example.fi",
        "maija@example",
        "ma ija@example.fi",
        "a@b@c.fi",
        "a@b..fi",
        "a@b.fi\nBcc: x@y.fi",
        "a\x00@b.fi",
        "x" * 250 + "@b.fi",
        "<a@b.fi>",
        "a\N{RIGHT-TO-LEFT OVERRIDE}moc@b.fi",
        "a\N{ZERO WIDTH SPACE}@b.fi",
        "a\x85@b.fi",
        "a@b.f\N{POP DIRECTIONAL ISOLATE}i",
    ],
)
def test_text_that_cannot_be_an_address_is_refused(text):
    with pytest.raises(InvalidInputError):
        checked_email(text)


@pytest.mark.parametrize(
    "address",
    ["maija@example.fi", "MAIJA@Example.FI", "maija+kampanja@example.fi", "maija+@example.fi"],
)
def test_tags_and_capitals_make_no_second_backer(address):
    assert backer_of(address) == "maija@example.fi"
