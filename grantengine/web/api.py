"""The API: /api/v1 and its OpenAPI document."""

from http import HTTPStatus
from threading import Lock

import flask_smorest
from flask import Flask, Response
from flask_smorest.utils import prepare_response
from flask_wtf.csrf import CSRFProtect

from grantengine.web.routes import api as routes
from grantengine.web.routes import api_pledges
from grantengine.web.schemas.base import ProblemSchema

_PROBLEM = "application/problem+json"


class _Api(flask_smorest.Api):  # type: ignore[misc]  # flask_smorest ships no types
    """Flask-smorest that leaves the answering of errors to `problems` and documents its shape.

    It writes the document when somebody first asks for it: that takes as long as all else that an
    application does at its start.
    """

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[flask_smorest.Blueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: flask_smorest.Blueprint) -> None:
        """Register what a blueprint answers."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def _openapi_json(self) -> Response:
        with self._describing:
            while self._undescribed:
                self._describe(self._undescribed.pop(0))
        answer: Response = super()._openapi_json()
        return answer

    def _describe(self, blueprint: flask_smorest.Blueprint) -> None:
        blueprint.register_views_in_doc(
            self, self._app, self.spec, name=blueprint.name, parameters=None
        )
        self.spec.tag({"name": blueprint.name, "description": blueprint.description})

    def _register_error_handlers(self) -> None:
        """Register none: pages and the API are answered in one place."""

    def _register_responses(self) -> None:
        for status in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
            self._register_problem(status.name, status.phrase)
        self._register_problem(self.DEFAULT_ERROR_RESPONSE_NAME, "Any other refusal")

    def _register_problem(self, name: str, description: str) -> None:
        response = {"description": description, "schema": ProblemSchema}
        prepare_response(response, self.spec, _PROBLEM)
        self.spec.components.response(name, response, lazy=True)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Register the API."""
    app.config.update(
        API_TITLE="grantengine",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
    )
    api = _Api(app)
    api.register_blueprint(routes.bp)
    api.register_blueprint(api_pledges.bp)
    # Programs send no cookie of ours, so there is no session to ride on.
    csrf.exempt(routes.bp)
    csrf.exempt(api_pledges.bp)
