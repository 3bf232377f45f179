"""What the learnings can refuse."""

from grantengine.errors import GrantEngineError


class LearningPublishedError(GrantEngineError):
    """The learning is public already and stands as it was told (experiment)."""

    code = "learning_published"


class LearningIncompleteError(GrantEngineError):
    """Something that a public learning needs is missing (missing: names of fields)."""

    code = "learning_incomplete"


class LearningStaleError(GrantEngineError):
    """The draft was saved elsewhere meanwhile (saved_version, known_version)."""

    code = "learning_stale"


class LearningLockedError(GrantEngineError):
    """The experiment is not running, so it has nothing to tell yet or any more (status)."""

    code = "learning_locked"
