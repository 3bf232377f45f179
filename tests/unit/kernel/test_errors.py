"""A refusal carries a code and its facts, and no prose."""

from grantengine.errors import GrantEngineError, NotFoundError


def test_a_refusal_keeps_its_facts_under_their_names():
    refusal = NotFoundError(kind="grant", id="grt_01")

    assert refusal.code == "not_found"
    assert refusal.details == {"kind": "grant", "id": "grt_01"}


def test_a_refusal_names_its_code_and_facts_in_a_traceback():
    assert str(NotFoundError(kind="grant", id="grt_01")) == "not_found: kind=grant, id=grt_01"
    assert str(GrantEngineError()) == "grantengine_error"
