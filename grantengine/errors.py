"""The root of every error that the domain raises."""

from typing import Any


class GrantEngineError(Exception):
    """A rule of the domain said no.

    Every subclass sets a stable `code`, which the web layer turns into a status and a
    sentence in the reader's language. Whatever is worth saying in that sentence is kept in
    `details`; nothing here is prose.
    """

    code = "grantengine_error"

    def __init__(self, **details: Any) -> None:
        """Keep the facts of the refusal, each under its own name."""
        self.details: dict[str, Any] = details
        super().__init__(self.code, details)

    def __str__(self) -> str:
        """Name the code and the facts, for logs and tracebacks."""
        facts = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}: {facts}" if facts else self.code


class NotFoundError(GrantEngineError):
    """What was asked for does not exist, or not for this reader (kind, id)."""

    code = "not_found"


class InvalidInputError(GrantEngineError):
    """A value from outside breaks a rule (field, reason, and what the rule needs)."""

    code = "invalid_input"


class NotAllowedError(GrantEngineError):
    """The person's role does not permit this (action)."""

    code = "not_allowed"


class InvalidReferenceError(GrantEngineError):
    """A payment reference breaks its standard (reference, reason)."""

    code = "invalid_reference"
