"""Too many tries from one address are refused for a while, in the reader's language."""

import pytest

FORM = {"email": "aino@example.fi", "password": "wrong"}


@pytest.fixture
def settings(settings):
    """The settings of the tests, but with counting."""
    return settings.model_copy(update={"throttling": True, "trusted_proxies": 1})


@pytest.fixture
def client(client):
    """A browser whose form need not be fetched anew for each try."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def sign_in_from(client, address, *, language="fi"):
    return client.post(f"/{language}/sign-in", data=FORM, headers={"X-Forwarded-For": address})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Liian monta yritystä osoitteestasi"),
        ("sv", "För många försök från din adress"),
        ("en", "Too many tries from your address"),
    ],
)
def test_the_eleventh_try_in_a_minute_is_refused(client, language, sentence):
    for _try in range(10):
        assert sign_in_from(client, "192.0.2.7").status_code == 422

    refused = sign_in_from(client, "192.0.2.7", language=language)

    assert refused.status_code == 429
    assert sentence in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert sign_in_from(client, "192.0.2.8").status_code == 422
    assert client.get("/sign-in").status_code == 200


def test_one_network_of_the_sixth_version_is_one_address(client):
    for host in range(10):
        sign_in_from(client, f"2001:db8::{host:x}")

    assert sign_in_from(client, "2001:db8::ffff:1").status_code == 429
    assert sign_in_from(client, "2001:db8:0:1::1").status_code == 422
