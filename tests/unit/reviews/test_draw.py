"""The draw: the published example of its authors, and what is refused."""

import hashlib
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantengine.reviews.draw import commitment_to, drawn_order
from grantengine.reviews.errors import DrawInputError
from tests.support.cases import case_path

CODE = bytes(range(32))


def example():
    return json.loads(case_path("lottery-vrs/vrs.json").read_text())


def test_each_code_of_the_example_is_the_commitment_to_the_next():
    codes = {int(number): bytes.fromhex(code) for number, code in example()["otp"].items()}
    hashed = example()["secret_utf8"].encode()
    for _ in range(8):
        hashed = hashlib.sha256(hashed).digest()

    assert hashed == codes[8]
    for earlier, later in pairwise(sorted(codes)):
        assert commitment_to(codes[earlier]) == codes[later].hex()


@pytest.mark.parametrize("number", ["9", "8"])
def test_the_example_is_drawn_in_the_published_order(number):
    case = example()
    published = case[f"otp{number}_prefixes"]

    found = drawn_order(
        sorted(label for _prefix, label in published),
        one_time_code=bytes.fromhex(case["otp"][number]),
        public_randomness=case["randomness"],
    )

    assert [each.label for each in found] == [label for _prefix, label in published]
    for each, (prefix, _label) in zip(found, published, strict=True):
        assert each.ticket.startswith(prefix)


@given(st.sets(st.characters(categories=["L", "N"]), min_size=1), st.data())
def test_a_label_that_is_taken_out_leaves_the_order_of_the_others(labels, data):
    out = data.draw(st.sampled_from(sorted(labels)))

    whole = drawn_order(sorted(labels), one_time_code=CODE, public_randomness="7 11 23")
    rest = drawn_order(
        sorted(labels - {out}, reverse=True), one_time_code=CODE, public_randomness="7 11 23"
    )

    assert rest == [each for each in whole if each.label != out]


@pytest.mark.parametrize(
    ("labels", "code", "randomness", "reason"),
    [
        (["a", "a"], CODE, "r", "label"),
        (["a", " "], CODE, "r", "label"),
        (["\ud800"], CODE, "r", "not_text"),
        (["a"], CODE, "\udfff", "not_text"),
        (["a"], b"", "r", "code_empty"),
        (["a"], CODE, "", "randomness_empty"),
    ],
)
def test_what_no_draw_can_be_made_from_is_refused(labels, code, randomness, reason):
    with pytest.raises(DrawInputError) as refusal:
        drawn_order(labels, one_time_code=code, public_randomness=randomness)

    assert refusal.value.details["reason"] == reason


def test_no_labels_give_no_order():
    assert drawn_order([], one_time_code=CODE, public_randomness="r") == []
