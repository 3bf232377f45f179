"""What the refusals of `reviews` say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "call_closed": (
        409,
        lazy("The call has closed, so this can no longer be submitted. Your draft is kept."),
    ),
    "call_not_open": (409, lazy("The call has not opened yet.")),
    "call_plan": (422, lazy("The call cannot be made like this: check %(field)s.")),
    "call_not_ready": (
        409,
        lazy("Screen every application first; %(waiting)s are still waiting."),
    ),
    "questions": (422, lazy("The questions cannot be asked like this. Nothing was changed.")),
    "questions_published": (
        409,
        lazy("Applicants answer these questions now. Begin a new version to change them."),
    ),
    "stale_questions": (
        409,
        lazy("The questions were changed in another window meanwhile. Nothing was overwritten."),
    ),
    "screening": (422, lazy("The screening lacks something: check %(field)s.")),
    "stale_draft": (
        409,
        lazy("The draft was saved in another window meanwhile. Nothing was overwritten."),
    ),
    "incomplete_application": (
        422,
        lazy("The application does not meet the rules of the call yet. The draft is kept."),
    ),
    "too_many_attachments": (
        422,
        lazy("An application takes at most %(limit)s attachments. Remove one first."),
    ),
    "rubric": (422, lazy("The criteria of this call cannot be used: check their weights.")),
    "score": (422, lazy("Check your scores: one of them cannot be taken.")),
    "conflict_of_interest": (
        403,
        lazy("You take no part in this application because of a conflict of interest."),
    ),
    "conflict_undeclared": (
        403,
        lazy("Say first whether you have a conflict of interest; then you can read and score."),
    ),
    "assignment_input": (
        422,
        lazy("The assignment of reviewers cannot be worked out: check %(item)s."),
    ),
    "ranking_input": (422, lazy("The applications cannot be ranked: check %(item)s.")),
    "draw_input": (422, lazy("Lots cannot be drawn from this: check %(item)s.")),
    "draw_announced": (
        409,
        lazy("A draw has been announced for this call, so its reviews stay as they are."),
    ),
    "draw_time": (
        409,
        lazy("The randomness has to come after the announcement, and the draw after it."),
    ),
    "nothing_to_draw": (
        409,
        lazy(
            "There is nothing to draw lots for: the reviews tell every application "
            "apart, or no place is left."
        ),
    ),
    "reviews_unfinished": (
        409,
        lazy("%(waiting)s reviews of this call are still to come. Wait for them first."),
    ),
    "reviews_missing": (
        409,
        lazy("%(done)s of %(wanted)s reviews are in. A decision can be proposed when all are."),
    ),
    "grants_used_up": (
        409,
        lazy("The envelope has its %(limit)s grants already, so no further one can be awarded."),
    ),
    "nothing_to_sign": (
        409,
        lazy("Nothing is left to sign here: it is signed, or another signing has it."),
    ),
    "selection_rules": (
        422,
        lazy("The call cannot choose by these rules: check %(field)s."),
    ),
    "selection_rules_fixed": (
        409,
        lazy(
            "The call is public, and reviewers are assigned by its rules, so they stay as they are."
        ),
    ),
    "loads_short": (
        409,
        lazy(
            "Not every reviewer can be given as many applications as the call says at least."
            " Nothing was assigned."
        ),
    ),
    "same_person_decides": (
        403,
        lazy("You presented this decision, so somebody else has to sign it."),
    ),
    "already_decided": (409, lazy("The case %(case_number)s has been decided already.")),
    "grounds_missing": (422, lazy("A decision needs its reasons in words.")),
    "award_amount": (
        422,
        lazy("Give a grant above zero and at most what was applied for (%(limit)s)."),
    ),
    "envelope_short": (
        409,
        lazy("The envelope lacks the money for this grant. Nothing was decided."),
    ),
    "payee_account_missing": (
        409,
        lazy(
            "The applicant of %(case_number)s has given no bank account, so no grant can be paid."
        ),
    ),
    "award_condition": (
        422,
        lazy(
            "An award can wait for the crowd only with a goal above zero and a day before the use"
            " of the grant ends, and only from its first version on."
        ),
    ),
    "not_latest_decision": (
        409,
        lazy("A later version of the decision %(case_number)s is in force. Go on from that one."),
    ),
    "correction_reason_missing": (422, lazy("A correction has to say why.")),
    "review_request_text_missing": (
        422,
        lazy("Say in words what is asked and why, or what is answered and why."),
    ),
    "review_request_waiting": (
        409,
        lazy("A request to review %(case_number)s is being handled already."),
    ),
    "review_request_handler": (
        403,
        lazy(
            "Somebody who had no part in the decision %(case_number)s and has no conflict of interest answers its review."
        ),
    ),
    "review_request_outcome": (
        422,
        lazy("The request arrived in time, so it has to be examined."),
    ),
}
