"""A request whose transaction met another's is begun again, unseen by whoever asked."""

from itertools import chain

from flask import Flask, request
from flask.typing import ResponseReturnValue

from grantengine.db import commit_count
from grantengine.faults import DatabaseBusyError, repeated
from grantengine.web.database import db
from grantengine.web.runtime import runtime


class RepeatingFlask(Flask):
    """Flask that lets a view begin again after a deadlock or a serialization failure.

    Only a view that has committed nothing may: then it is as if it had never been called. What
    it asked of a provider was asked under a key, and the same key gets the same answer.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view of this request, several times if others are in the way."""
        begun = commit_count()

        def may_repeat(error: DatabaseBusyError) -> bool:
            if commit_count() != begun:
                return False
            db.session.rollback()  # What was read is read anew.
            for file in chain.from_iterable(request.files.listvalues()):
                file.seek(0)
            return runtime().database.count_repeat(error)

        return repeated(super().dispatch_request, may_repeat=may_repeat)
