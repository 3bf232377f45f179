"""What Stripe's published request schemas refuse, our stand-in refuses as well."""

import json
import re
from functools import cache

from tests.support.cases import case_path

_PIECE = re.compile(r"\[([^\]]*)\]")


class RefusedRequestError(Exception):
    """The published schema has no such request; names the parameter."""


def decoded(pairs):
    """Build the nested parameters that `a[b]=1&c[0]=2` stands for."""
    tree = {}
    for name, value in pairs:
        head, _bracket, _rest = name.partition("[")
        path = [head, *_PIECE.findall(name)]
        place = tree
        for piece in path[:-1]:
            place = place.setdefault(piece, {})
        place[path[-1]] = value
    return _with_lists(tree)


def check(method, path, params):
    """Refuse what the schema of a path refuses; a path that was not published passes.

    Raises:
        RefusedRequestError: an unknown, missing or wrong parameter.
    """
    schema = _schema_of(method, path)
    if schema is not None:
        _check(schema, params, where="")


@cache
def _published():
    text = case_path("stripe-fixtures/spec3-2022-04-12-requests.json").read_text("utf-8")
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), methods)
        for path, methods in json.loads(text)["paths"].items()
    ]


def _schema_of(method, path):
    for pattern, methods in _published():
        if pattern.fullmatch(path) and method.lower() in methods:
            return _query_schema(methods["get"]) if method == "GET" else _body_schema(methods)
    return None


def _body_schema(methods):
    content = methods["post"].get("requestBody", {}).get("content", {})
    return content.get("application/x-www-form-urlencoded", {}).get("schema")


def _query_schema(operation):
    asked = [each for each in operation["parameters"] if each["in"] == "query"]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {each["name"]: each["schema"] for each in asked},
        "required": [each["name"] for each in asked if each.get("required")],
    }


def _check(schema, value, *, where):
    if "anyOf" in schema:
        return _check_any(schema["anyOf"], value, where=where)
    kind = schema.get("type")
    if kind == "object":
        return _check_object(schema, value, where=where)
    if kind == "array":
        if not isinstance(value, list):
            raise RefusedRequestError(f"{where}: no list")
        for each in value:
            _check(schema["items"], each, where=f"{where}[]")
        return None
    return _check_text(schema, value, where=where)


def _check_any(schemas, value, *, where):
    for schema in schemas:
        try:
            return _check(schema, value, where=where)
        except RefusedRequestError:
            continue
    raise RefusedRequestError(f"{where}: none of what is allowed")


def _check_object(schema, value, *, where):
    if not isinstance(value, dict):
        raise RefusedRequestError(f"{where}: no object")
    for name in schema.get("required", ()):
        if name not in value:
            raise RefusedRequestError(f"{where}{name}: missing")
    others = schema.get("additionalProperties", True)
    for name, each in value.items():
        known = schema.get("properties", {}).get(name, others)
        if known is False:
            raise RefusedRequestError(f"{where}{name}: unknown")
        if isinstance(known, dict):
            _check(known, each, where=f"{where}{name}.")


def _check_text(schema, value, *, where):
    if not isinstance(value, str):
        raise RefusedRequestError(f"{where}: no plain value")
    if schema.get("type") == "integer" and not re.fullmatch(r"-?\d+", value):
        raise RefusedRequestError(f"{where}: no whole number")
    if schema.get("type") == "boolean" and value not in ("true", "false"):
        raise RefusedRequestError(f"{where}: neither true nor false")
    if "enum" in schema and value not in schema["enum"]:
        raise RefusedRequestError(f"{where}: not one of {schema['enum']}")
    if len(value) > schema.get("maxLength", len(value)):
        raise RefusedRequestError(f"{where}: too long")


def _with_lists(tree):
    if not isinstance(tree, dict):
        return tree
    plain = {name: _with_lists(each) for name, each in tree.items()}
    if plain and all(re.fullmatch(r"\d*", name) for name in plain):
        return list(plain.values())
    return plain
