"""Sent twice, made once: a form that makes something carries the id of what it will make."""

from flask import current_app, request
from itsdangerous import BadSignature, Signer

from grantengine.ids import new_id
from grantengine.web.identity import signed_in
from grantengine.web.runtime import now

FIELD = "made_as"


def kept_id(prefix: str) -> str:
    """Give a new id, signed for the person who reads the page, to put into a form.

    Args:
        prefix: that of the kind of thing the form makes, such as `cal`.
    """
    return _signer(prefix).sign(new_id(prefix, now())).decode()


def id_sent(prefix: str) -> str:
    """Take the id out of the form that was sent; a new one where it holds none of this person's.

    Whoever makes the thing looks first whether it is there.
    """
    try:
        return _signer(prefix).unsign(request.form.get(FIELD, "")).decode()
    except BadSignature:
        return new_id(prefix, now())


def _signer(prefix: str) -> Signer:
    # Salted by person, so that nobody can send a form made for somebody else.
    return Signer(current_app.secret_key or "", salt=f"made_as {prefix} {signed_in().id}")
