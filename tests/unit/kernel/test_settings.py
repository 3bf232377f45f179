"""Settings are read once, and what is wrong is named."""

import os

import pytest

from grantengine.settings import ROOT, SettingsError, load_settings

SECRET = "a-secret-of-thirty-two-characters"
URL = "postgresql+psycopg://host/grantengine"
WRONG = {
    "database_url": "mysql://host/database",
    "secret_key": "too-short",
    "demo_sign_in": "perhaps",
    "payment_gateway": "envelopes-of-cash",
    "mail_transport": "pigeons",
    "smtp_port": "70000",
    "upload_size_max_bytes": "0",
    "statement_size_max_bytes": "-1",
    "log_level": "chatty",
}


def production(**environ):
    named = {f"GRANTENGINE_{name.upper()}": value for name, value in environ.items()}
    return load_settings("production", environ=named)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named(name):
    values = {"database_url": URL, "secret_key": SECRET, name: WRONG[name]}

    with pytest.raises(SettingsError) as refusal:
        production(**values)

    assert refusal.value.details["setting"] == name
    assert refusal.value.details["reason"]


@pytest.mark.parametrize("missing", ["database_url", "secret_key"])
def test_a_missing_setting_is_named(missing):
    values = {"database_url": URL, "secret_key": SECRET}
    del values[missing]

    with pytest.raises(SettingsError) as refusal:
        production(**values)

    assert refusal.value.details["setting"] == missing


def test_a_refused_secret_is_not_repeated():
    with pytest.raises(SettingsError) as refusal:
        production(database_url=URL, secret_key="hunter2")

    assert "hunter2" not in str(refusal.value)


def test_an_unknown_variable_of_ours_is_refused():
    with pytest.raises(SettingsError) as refusal:
        production(database_url=URL, secret_key=SECRET, databse_url="sqlite:///typo.sqlite")

    assert refusal.value.details["setting"] == "databse_url"


def test_variables_of_others_are_left_alone():
    settings = load_settings("demo", environ={"PATH": "/bin", "GRANT": "x"})

    assert settings.environment == "demo"


def test_stripe_without_its_key_is_refused():
    with pytest.raises(SettingsError) as refusal:
        production(database_url=URL, secret_key=SECRET, payment_gateway="stripe")

    assert refusal.value.details["setting"] == "stripe_secret_key"


def test_the_environment_variable_wins_over_the_file_and_the_caller_over_both():
    environ = {"GRANTENGINE_MAIL_TRANSPORT": "files", "GRANTENGINE_SMTP_PORT": "2525"}
    given = {"database_url": URL, "secret_key": SECRET, "smtp_port": 1025}

    settings = load_settings("production", environ=environ, **given)

    assert settings.mail_transport == "files"  # the file says smtp
    assert settings.smtp_port == 1025


def test_who_loads_the_settings_says_which_environment_it_is():
    settings = load_settings("demo", environ={"GRANTENGINE_ENVIRONMENT": "production"})

    assert settings.environment == "demo"


@pytest.mark.parametrize("environment", ["staging", "../demo", ""])
def test_an_environment_without_a_file_is_refused(environment):
    with pytest.raises(SettingsError) as refusal:
        load_settings(environment, environ={})

    assert refusal.value.details["setting"] == "environment"


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_the_environments_that_need_nothing_from_outside_load(environment):
    assert load_settings(environment, environ={}).environment == environment


def test_a_relative_database_lies_in_the_project_wherever_the_command_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    settings = load_settings("demo", environ={}, database_url="sqlite:///var/here.sqlite")

    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'here.sqlite'}"


def test_an_absolute_database_stays_where_it_is():
    settings = load_settings("demo", environ={}, database_url="sqlite:////srv/there.sqlite")

    assert settings.database_url == "sqlite:////srv/there.sqlite"


def test_a_secret_is_not_shown():
    assert SECRET not in repr(production(database_url=URL, secret_key=SECRET))


def test_without_anything_given_the_environment_of_the_process_is_read(monkeypatch):
    assert not [name for name in os.environ if name.startswith("GRANTENGINE_SMTP")]
    monkeypatch.setenv("GRANTENGINE_SMTP_PORT", "26")

    assert load_settings("demo").smtp_port == 26


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "demo.toml").write_text("database_url = ", "utf-8")
    monkeypatch.setattr("grantengine.settings.ROOT", tmp_path)

    with pytest.raises(SettingsError) as refusal:
        load_settings("demo", environ={})

    assert refusal.value.details["setting"] == "config/demo.toml"


def test_nobody_can_be_anybody_in_production():
    with pytest.raises(SettingsError) as refusal:
        production(database_url=URL, secret_key=SECRET, demo_sign_in=True)

    assert refusal.value.details["setting"] == "demo_sign_in"
