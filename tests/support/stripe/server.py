"""A stateful stand-in for Stripe on loopback, over real HTTP.

It does what `localstripe` does not: an idempotency key gives one answer, that of a failure too;
what is refunded is bounded; disputes open and close; events are signed, and sent by the test in
the order and as often as it likes; a call can fail before or after it was done.
"""

import hashlib
import hmac
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.support.stripe.requests import RefusedRequestError, check, decoded
from tests.support.stripe.state import State, StripeError

WEBHOOK_SECRET = "whsec_of_the_tests"
SECRET_KEY = "sk_test_of_the_tests"

_MADE = {"customers", "payment_methods", "setup_intents", "payment_intents", "refunds", "payouts"}
_SILENCE = ("unanswered", "slow")
_KINDS = {
    "setup_intents": "setup_intent",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "balance_transactions": "balance_transaction",
    "refunds": "refund",
    "disputes": "dispute",
    "payouts": "payout",
}


class FakeStripe:
    """The server, and what a test does to it."""

    def __init__(self):
        self.state = State()
        # What was asked: (method, path), in order.
        self.asked = []
        self._answers = {}
        self._faults = []
        self._lock = threading.Lock()
        self._closes = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._closes.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, when, path):
        """Let the next POST to a path fail `before` or `after` it is done, or go `unanswered`.

        A `slow` one is done too, and its answer comes when nobody waits for it any more.
        """
        self._faults.append((when, path))

    def forget_keys(self):
        """Let a day pass, after which Stripe knows no idempotency key any more."""
        self._answers.clear()

    def signed(self, event, **signing):
        """Give the body and the headers with which an event is sent."""
        body = json.dumps(event)
        return body, self.signature_of(body, **signing)

    def signature_of(self, body, *, secret=WEBHOOK_SECRET, at=None):
        """Give the headers that say that Stripe sent a body, now or at another second."""
        stamp = int(time.time() if at is None else at)
        digest = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
        return {"Stripe-Signature": f"t={stamp},v1={digest.hexdigest()}"}

    def answer(self, method, path, params, key):
        """Answer one request: status and JSON; None for silence after it was done."""
        with self._lock:
            self.asked.append((method, path))
            if key in self._answers and method == "POST":
                asked, status, body = self._answers[key]
                if asked != (path, params):
                    return 400, {"error": {"type": "idempotency_error"}}
                return status, body
            status, body, is_kept = self._answer_once(method, path, params)
            if method == "POST" and key and is_kept:
                self._answers[key] = ((path, params), status, body)
        if status == "slow":
            self._closes.wait()
        return (None, None) if status in _SILENCE else (status, body)

    def _answer_once(self, method, path, params):
        fault = self._fault(method, path)
        if fault == "before":
            return 500, {"error": {"type": "api_error"}}, True
        try:
            check(method, path, params)
        except RefusedRequestError as error:
            # Stripe keeps no answer to what it could not read.
            told = {"type": "invalid_request_error", "message": str(error)}
            return 400, {"error": told}, False
        try:
            body = json.loads(json.dumps(self._do(method, path, params)))
            status = 200
        except StripeError as error:
            status, body = error.status, {"error": json.loads(json.dumps(error.error))}
        if fault == "after":
            return 500, {"error": {"type": "api_error"}}, True
        # A broken connection leaves the answer at Stripe, under its key.
        return (fault if fault in _SILENCE else status), body, fault not in _SILENCE

    def _fault(self, method, path):
        for index, (when, wanted) in enumerate(self._faults):
            if method == "POST" and wanted == path:
                del self._faults[index]
                return when
        return None

    def _do(self, method, path, params):
        if path == "/v1/balance":
            return self.state.balance()
        _empty, _version, name, *rest = path.split("/")
        if method == "POST":
            return self._expanded(self._post(name, rest, params), params)
        if rest:
            return self._expanded(self.state.get(_KINDS[name], rest[0]), params)
        return self._page(name, params)

    def _post(self, name, rest, params):
        state = self.state
        if not rest and name in _MADE:
            return getattr(state, name)(params)
        match (name, rest):
            case ("payment_methods", [method, "attach"]):
                return state.attach(method, params)
            case ("setup_intents", [intent, "confirm"]):
                return state.confirm_setup(intent, params)
            case ("payment_intents", [intent, "cancel"]):
                return state.cancel(intent)
        raise StripeError(404, code="url_invalid")

    def _page(self, name, params):
        found = self.state.of_kind(_KINDS[name])
        for field in ("customer", "payment_intent"):
            if field in params:
                found = [each for each in found if each[field] == params[field]]
        since = int(params.get("created", {}).get("gte", 0))
        found = [each for each in found if each["created"] >= since]
        if "starting_after" in params:
            ids = [each["id"] for each in found]
            found = found[ids.index(params["starting_after"]) + 1 :]
        size = int(params.get("limit", 10))
        expand = [each.removeprefix("data.") for each in params.get("expand", [])]
        data = [self._expanded(each, {"expand": expand}) for each in found[:size]]
        return {
            "object": "list",
            "url": f"/v1/{name}",
            "has_more": len(found) > size,
            "data": data,
        }

    def _expanded(self, thing, params):
        for path in params.get("expand", []):
            thing = self._expand(thing, path.split("."))
        return thing

    def _expand(self, thing, path):
        name, *rest = path
        inner = thing.get(name)
        if isinstance(inner, str):
            inner = self.state.things[inner]
        if isinstance(inner, dict) and rest:
            inner = self._expand(inner, rest)
        return {**thing, name: inner}


def _handler_of(stripe):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._answer("GET", urlsplit(self.path).query)

        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            self._answer("POST", self.rfile.read(length).decode())

        def _answer(self, method, encoded):
            path = urlsplit(self.path).path
            if not re.fullmatch(f"(Bearer|Basic) .*{SECRET_KEY}.*", self.headers["Authorization"]):
                self._send(401, {"error": {"type": "invalid_request_error"}})
                return
            params = decoded(parse_qsl(encoded, keep_blank_values=True))
            key = self.headers.get("Idempotency-Key")
            status, body = stripe.answer(method, path, params, key)
            if status is None:
                self.close_connection = True
                return
            self._send(status, body)

        def _send(self, status, body):
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_line):
            pass

    return Handler
