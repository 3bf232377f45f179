"""What reviews can refuse."""

from grantengine.errors import GrantEngineError


class CallClosedError(GrantEngineError):
    """The call does not take applications now (closes_at, slug)."""

    code = "call_closed"


class CallNotOpenError(GrantEngineError):
    """The call has not opened yet (opens_at, slug)."""

    code = "call_not_open"


class CallPlanError(GrantEngineError):
    """A call cannot be made as it is planned (field, reason)."""

    code = "call_plan"


class QuestionsError(GrantEngineError):
    """A set of questions cannot be asked as it is (key, reason, limit)."""

    code = "questions"


class QuestionsPublishedError(GrantEngineError):
    """The version is in use, so that it changes only as a new one (call, number)."""

    code = "questions_published"


class StaleQuestionsError(GrantEngineError):
    """The questions were changed elsewhere meanwhile (call, saved_revision, known_revision)."""

    code = "stale_questions"


class ScreeningError(GrantEngineError):
    """A finding or a reply of screening lacks what it needs (field, reason)."""

    code = "screening"


class CallNotReadyError(GrantEngineError):
    """The call cannot go on: applications wait for something (waiting, reason)."""

    code = "call_not_ready"


class StaleDraftError(GrantEngineError):
    """The draft was saved elsewhere meanwhile (application, saved_version, known_version)."""

    code = "stale_draft"


class IncompleteApplicationError(GrantEngineError):
    """The application breaks rules of its call (problems: field, reason, facts of each)."""

    code = "incomplete_application"


class TooManyAttachmentsError(GrantEngineError):
    """The application has as many attachments as it may (limit)."""

    code = "too_many_attachments"


class RubricError(GrantEngineError):
    """A rubric cannot be used (reason)."""

    code = "rubric"


class ScoreError(GrantEngineError):
    """A score cannot be taken (criterion, reason)."""

    code = "score"


class ConflictOfInterestError(GrantEngineError):
    """The reviewer or official may not touch this application (application, source)."""

    code = "conflict_of_interest"


class ConflictUndeclaredError(GrantEngineError):
    """The reviewer has to say first whether there is a conflict (review)."""

    code = "conflict_undeclared"


class ReviewsMissingError(GrantEngineError):
    """Not every reviewer has answered yet (application, done, wanted)."""

    code = "reviews_missing"


class SamePersonDecidesError(GrantEngineError):
    """The presenter cannot also be the decision-maker (decision)."""

    code = "same_person_decides"


class AlreadyDecidedError(GrantEngineError):
    """The decision has been signed (decision, case_number)."""

    code = "already_decided"


class GroundsMissingError(GrantEngineError):
    """A decision needs its grounds in words (criterion)."""

    code = "grounds_missing"


class AwardAmountError(GrantEngineError):
    """The amount cannot be awarded, or stands beside a refusal (wanted, limit, reason)."""

    code = "award_amount"


class EnvelopeShortError(GrantEngineError):
    """The envelope lacks the money for the award (envelope, available, wanted)."""

    code = "envelope_short"


class GrantsUsedUpError(GrantEngineError):
    """The envelope has as many grants as it may have (envelope, limit)."""

    code = "grants_used_up"


class SelectionRulesError(GrantEngineError):
    """The rules by which a call chooses cannot be kept (field)."""

    code = "selection_rules"


class SelectionRulesFixedError(GrantEngineError):
    """The call is public, so the rules by which it chooses stay as they are (call)."""

    code = "selection_rules_fixed"


class LoadsShortError(GrantEngineError):
    """Reviewers cannot be given their fewest applications (call, missing by person id)."""

    code = "loads_short"


class NothingToSignError(GrantEngineError):
    """No proposal of the call waits for a signature, or another batch has them (call)."""

    code = "nothing_to_sign"


class PayeeAccountMissingError(GrantEngineError):
    """The applicant has not given the account that a grant is paid to (case_number)."""

    code = "payee_account_missing"


class AssignmentInputError(GrantEngineError):
    """An assignment of reviewers cannot be worked out from what was given (reason, item)."""

    code = "assignment_input"


class RankingInputError(GrantEngineError):
    """Applications cannot be ranked by what was given (reason, item)."""

    code = "ranking_input"


class DrawInputError(GrantEngineError):
    """Lots cannot be drawn from what was given (reason, item)."""

    code = "draw_input"


class ReviewsUnfinishedError(GrantEngineError):
    """Reviews of the call are still to come, so nobody knows yet who is at the line (waiting)."""

    code = "reviews_unfinished"


class NothingToDrawError(GrantEngineError):
    """The reviews tell every application apart at the funding line (call)."""

    code = "nothing_to_draw"


class DrawAnnouncedError(GrantEngineError):
    """A draw of the call is public, so what it rests on stays as it is (call)."""

    code = "draw_announced"


class DrawTimeError(GrantEngineError):
    """The randomness has to come after the announcement, and the draw after it (randomness_at)."""

    code = "draw_time"


class AwardConditionError(GrantEngineError):
    """The condition of an award cannot be set like this (field, reason)."""

    code = "award_condition"


class NotLatestDecisionError(GrantEngineError):
    """A later version of the decision stands, or it is not signed (decision, case_number)."""

    code = "not_latest_decision"


class CorrectionReasonMissingError(GrantEngineError):
    """A correction has to say why the decision is corrected (decision)."""

    code = "correction_reason_missing"


class ReviewRequestTextMissingError(GrantEngineError):
    """A request for review, or its answer, lacks words (field)."""

    code = "review_request_text_missing"


class ReviewRequestWaitingError(GrantEngineError):
    """A request to review the decision waits to be answered already (case_number)."""

    code = "review_request_waiting"


class ReviewRequestHandlerError(GrantEngineError):
    """Who had a part in a decision or has a conflict cannot answer its review (case_number)."""

    code = "review_request_handler"


class ReviewRequestOutcomeError(GrantEngineError):
    """Only a request that came late can be left unexamined (case_number)."""

    code = "review_request_outcome"
