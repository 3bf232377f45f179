"""Viitenumero and RF reference, against published vectors and real ones."""

import json

import pytest

from grantengine import references
from grantengine.errors import InvalidReferenceError
from tests.support.cases import case_path

# Base, viitenumero, RF reference, machine form: facts checked with python-stdnum.
VECTORS = [
    ("123456", "1234561", "RF341234561", "00000000000001234561"),
    ("100", "1009", "RF181009", "00000000000000001009"),
    ("234823", "2348236", "RF332348236", "00000000000002348236"),
    ("2016000001", "20160000014", "RF3820160000014", "00000000020160000014"),
    ("2026000100", "20260001007", "RF4320260001007", "00000000020260001007"),
    (
        "1234567890123456789",
        "12345678901234567894",
        "RF0912345678901234567894",
        "12345678901234567894",
    ),
]


def finnish_cases(function, sentence):
    cases = json.loads(case_path("finnish-ids/finnish-bank-utils.json").read_text())["cases"]
    return [
        text
        for case in cases
        if case["function"] == function and sentence in case["case"]
        for text in case["inputs"]
    ]


@pytest.mark.parametrize(("base", "national", "international", "machine"), VECTORS)
def test_references_are_made_as_the_standards_say(base, national, international, machine):
    made = references.make_viitenumero(base)

    assert made == national
    assert references.make_creditor_reference(made) == international
    assert references.machine_form(made) == machine


@pytest.mark.parametrize(("_base", "national", "international", "machine"), VECTORS)
def test_every_form_of_a_reference_is_valid(_base, national, international, machine):
    assert references.is_viitenumero(national)
    assert references.is_viitenumero(machine)
    assert references.is_finnish_creditor_reference(international)
    assert references.normalise_reference(machine) == national


@pytest.mark.parametrize(
    "base", ["", "12", "000012", "12a", "12345678901234567890", "１２３", "-123"]
)
def test_a_base_that_is_too_short_too_long_or_no_number_is_refused(base):
    with pytest.raises(InvalidReferenceError) as refusal:
        references.make_viitenumero(base)

    assert refusal.value.details == {"reference": base, "reason": "base"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "1008", "123", "0", "0000", "0013", "1234562", "12345-61", "RF", "RF18", "RF191009"],
)
def test_a_wrong_reference_is_no_reference(text):
    assert not references.is_reference(text)

    with pytest.raises(InvalidReferenceError):
        references.normalise_reference(text)


@pytest.mark.parametrize("alias", ["RF00", "RF01", "RF99"])
def test_check_digits_that_nobody_may_issue_are_refused(alias):
    bodies = [str(number) for number in range(1000) if aliased(alias, str(number))]

    assert bodies
    assert not any(references.is_creditor_reference(alias + body) for body in bodies)


def aliased(alias, body):
    return int(f"{body}2715{alias[2:]}") % 97 == 1


def test_a_foreign_reference_with_letters_is_valid_but_not_finnish():
    made = references.make_creditor_reference("c2h5oh")

    assert made == "RF97C2H5OH"
    assert references.is_creditor_reference("rf97 c2h5 oh")
    assert not references.is_finnish_creditor_reference(made)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("00000000000001234561", "12 34561"),
        ("1511890656", "15118 90656"),
        ("RF341234561", "RF34 1234 561"),
        ("rf7677584747906474893225", "RF76 7758 4747 9064 7489 3225"),
    ],
)
def test_a_reference_is_printed_in_groups(written, printed):
    assert references.format_reference(written) == printed


def test_a_machine_form_is_only_for_a_viitenumero():
    with pytest.raises(InvalidReferenceError):
        references.machine_form("RF341234561")


def test_a_long_reference_names_case_and_instalment():
    made = references.long_reference(case_number="KS/12/2026", instalment_number=2)

    assert made == "KS/12/2026_2"


def test_the_finnish_bank_utils_references_are_read_alike():
    valid = finnish_cases("isValidFinnishRefNumber", "Should pass")
    invalid = finnish_cases("isValidFinnishRefNumber", "Should fail")

    assert len(valid) == 24
    assert all(
        references.is_viitenumero(text) or references.is_finnish_creditor_reference(text)
        for text in valid
    )
    assert not any(
        references.is_viitenumero(text) or references.is_finnish_creditor_reference(text)
        for text in invalid
    )


def test_the_finnish_bank_utils_references_are_printed_alike():
    pairs = finnish_cases("formatFinnishRefNumber", "Should format correctly")

    for written, printed in zip(pairs[::2], pairs[1::2], strict=True):
        assert references.format_reference(written) == printed


def test_the_references_of_a_finnish_bookkeeping_program_are_read_alike():
    vectors = json.loads(case_path("finnish-ids/kitsas-references.json").read_text())

    for reference, facts in vectors.items():
        assert references.is_viitenumero(reference)
        assert references.make_viitenumero(reference[:-1]) == reference
        if "printed" in facts:
            assert references.format_reference(reference) == facts["printed"]
        if "rf" in facts:
            made = references.make_creditor_reference(reference)
            assert references.format_reference(made) == facts["rf"]
