"""IBAN, against the registry's examples and Finnish ones."""

import json

import pytest

from grantengine.disbursements import accounts
from grantengine.disbursements.errors import InvalidIBANError
from tests.support.cases import case_path

LIBRARY_ACCOUNT = "FI2112345600000785"


def vectors(kind):
    return json.loads(case_path("iban-vectors/schwifty.json").read_text())[kind]


def finnish_cases(function, sentence):
    cases = json.loads(case_path("finnish-ids/finnish-bank-utils.json").read_text())["cases"]
    return [
        text
        for case in cases
        if case["function"] == function and sentence in case["case"]
        for text in case["inputs"]
    ]


@pytest.mark.parametrize(
    "written", ["FI21 1234 5600 0007 85", " fi2112345600000785 ", "FI21\u00a01234 5600 0007 85"]
)
def test_an_account_is_kept_without_spaces_and_in_capitals(written):
    assert accounts.normalise_iban(written) == LIBRARY_ACCOUNT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "FI2112345600000786",
        "FI21-1234-5600-0007-85",
        "ＦＩ2112345600000785",
        "FI211234560000078",
        "12345600000785",
        "[IBANNUMBER]",
        "FI21" + "1" * 5000,
    ],
)
def test_what_is_no_account_is_refused_and_named(text):
    with pytest.raises(InvalidIBANError) as refusal:
        accounts.normalise_iban(text)

    assert refusal.value.details == {"iban": text}
    assert not accounts.is_iban(text)


def test_a_finnish_account_tells_its_bank():
    assert accounts.bic_of(LIBRARY_ACCOUNT) == "NDEAFIHH"


def test_an_account_is_shown_by_country_and_last_four():
    assert accounts.mask_iban(LIBRARY_ACCOUNT) == "FI … 0785"
    assert accounts.format_iban(LIBRARY_ACCOUNT) == "FI21 1234 5600 0007 85"


def test_a_sepa_transfer_reaches_estonia_but_not_brazil():
    assert accounts.is_in_sepa("EE38 2200 2210 2014 5685")
    assert not accounts.is_in_sepa("BR97 0036 0305 0000 1000 9795 493P 1")


def test_the_registry_examples_are_accepted():
    valid = vectors("valid")

    assert len(valid) == 80
    assert all(accounts.is_iban(each["iban"]) for each in valid)


def test_the_registry_counterexamples_are_refused():
    invalid = vectors("invalid")

    assert len(invalid) == 12
    assert not any(accounts.is_iban(each["iban"]) for each in invalid)


def test_the_finnish_bank_utils_accounts_are_read_alike():
    assert all(map(accounts.is_iban, finnish_cases("isValidFinnishIBAN", "Should pass")))
    assert not any(map(accounts.is_iban, finnish_cases("isValidFinnishIBAN", "Should fail")))


def test_the_finnish_bank_utils_accounts_are_printed_alike():
    pairs = finnish_cases("formatFinnishIBAN", "Should format correctly")

    for written, printed in zip(pairs[::2], pairs[1::2], strict=True):
        assert accounts.format_iban(written) == printed
