"""Settings: typed, read once at the start, refused with the name of what is wrong."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from grantengine.errors import GrantEngineError

PREFIX = "GRANTENGINE_"
ROOT = Path(__file__).resolve().parent.parent
# The first is for the tests; the second says which file to read, and who calls has read it.
_NOT_OURS = frozenset({"GRANTENGINE_TEST_DATABASE_URL", "GRANTENGINE_ENVIRONMENT"})


class SettingsError(GrantEngineError):
    """A setting is unknown, missing or of the wrong kind (setting, reason)."""

    code = "settings_error"


class Settings(BaseModel):
    """Every setting; `docs/settings.md` says what each one is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: Literal["demo", "test", "production"] = "production"
    database_url: str
    secret_key: SecretStr = Field(min_length=32)
    var_path: Path = ROOT / "var"
    public_url: str = "http://127.0.0.1:8000"
    demo_sign_in: bool = False
    throttling: bool = True
    throttling_storage: str = "memory://"
    trusted_proxies: int = Field(default=0, ge=0, le=9)
    payment_gateway: Literal["sandbox", "stripe"] = "sandbox"
    stripe_secret_key: SecretStr | None = Field(default=None, validate_default=True)
    stripe_publishable_key: str | None = Field(default=None, validate_default=True)
    stripe_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    stripe_api_url: str = "https://api.stripe.com"
    mail_transport: Literal["files", "smtp"] = "files"
    mail_from: str = "kokeileva@example.fi"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    upload_size_max_bytes: int = Field(default=10_000_000, ge=1)
    statement_size_max_bytes: int = Field(default=20_000_000, ge=1)
    signing_certificate_path: Path | None = None
    signing_key_path: Path | None = Field(default=None, validate_default=True)
    signing_key_passphrase: SecretStr | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        _ensure_address(url)
        name = url.removeprefix("sqlite:///")
        if name in (url, "", ":memory:"):
            return url
        # Relative to the project, wherever the command is run from.
        return f"sqlite:///{ROOT / name}"

    @field_validator("demo_sign_in")
    @classmethod
    def _never_in_production(cls, is_on: bool, info: ValidationInfo) -> bool:  # noqa: FBT001  # pydantic hands it over
        if is_on and info.data.get("environment") == "production":
            raise ValueError("lets anybody be anybody, so it is refused in production")
        return is_on

    @field_validator("signing_key_path")
    @classmethod
    def _given_with_certificate(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if (path is None) != (info.data.get("signing_certificate_path") is None):
            raise ValueError("and signing_certificate_path are given together or not at all")
        return path

    @field_validator("stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret")
    @classmethod
    def _given_with_stripe(
        cls, key: SecretStr | str | None, info: ValidationInfo
    ) -> SecretStr | str | None:
        if key is None and info.data.get("payment_gateway") == "stripe":
            raise ValueError("is needed when payment_gateway is stripe")
        return key


def _ensure_address(url: str) -> None:
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        # What SQLAlchemy says repeats the address, with the password in it.
        raise ValueError("is no address of a database; see docs/settings.md") from None


def load_settings(
    environment: str, *, environ: Mapping[str, str] | None = None, **given: Any
) -> Settings:
    """Read `config/<environment>.toml`, then GRANTENGINE_… variables, then what is given.

    Raises:
        SettingsError: names the first setting that is unknown, missing or wrong.
    """
    values: dict[str, Any] = {"environment": environment}
    values |= _from_file(ROOT / "config" / f"{environment}.toml")
    values |= _from_environ(os.environ if environ is None else environ)
    values |= given
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(setting=name, reason=_reason_of(first)) from None


def _reason_of(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "there is none of that name; docs/settings.md lists them all"
    return error["msg"].removeprefix("Value error, ")


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise SettingsError(setting="environment", reason=f"no file config/{path.name}")
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(setting=f"config/{path.name}", reason=str(error)) from None


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in _NOT_OURS
    }
