"""What the programme can refuse."""

from grantengine.errors import GrantEngineError


class DuplicatePersonError(GrantEngineError):
    """Somebody with this e-mail address is known already (email)."""

    code = "duplicate_person"


class UnknownEnvelopeError(GrantEngineError):
    """The programme has no such envelope (envelope)."""

    code = "unknown_envelope"


class FundingSpentError(GrantEngineError):
    """More would go back to a funder than its envelope has free (envelope, available, wanted)."""

    code = "funding_spent"


class GoalMissingError(GrantEngineError):
    """An experiment links to no goal, and needs at least one."""

    code = "goal_missing"
