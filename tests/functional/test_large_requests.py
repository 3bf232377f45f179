"""What is too large is refused in a sentence that arrives, and by the name of the file where it can be."""

from contextlib import contextmanager
from http.client import HTTPConnection
from io import BytesIO
from threading import Thread

import pytest
from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.serving import make_server
from werkzeug.test import encode_multipart

from tests.support.visitor import LANGUAGES

FORM = "/applications/app_1/edit"
SENTENCES = {
    "fi": "Lähetys on yhteensä yli 63 megatavua.",
    "sv": "Det du skickade är sammanlagt större än 63 megabyte.",
    "en": "What was sent is larger than 63 MB together.",
}


@contextmanager
def served(app):
    """The application behind a socket, as it is for a browser; gives a connection to it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield HTTPConnection("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def in_memory(file=None, **fields):
    """A form with a file as bytes: the client would put it into a file that it never closes."""
    if file is not None:
        fields["file"] = FileStorage(BytesIO(file), "file.pdf")
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_beyond_every_limit_gets_a_page_that_says_the_limit_and_leads_back(app, language):
    kind = "multipart/form-data; boundary=x"
    body = bytes(3 * app.config["MAX_CONTENT_LENGTH"] + 1)

    with served(app) as connection:
        connection.request("POST", f"/{language}{FORM}", body, {"Content-Type": kind})
        answer = connection.getresponse()
        words = answer.read().decode()
        connection.close()

    assert answer.status == 413
    assert SENTENCES[language] in words
    assert f'href="/{language}{FORM}"' in words


def test_of_a_file_too_large_one_byte_more_is_kept_than_any_may_have(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    limit = app.config["FILE_SIZE_MAX"]
    sent = in_memory(title="Kyläkyyti", file=bytes(limit + 5_000_000))

    with app.test_request_context(FORM, method="POST", **sent):
        app.preprocess_request()
        kept = request.files["file"].stream.read()

        assert len(kept) == limit + 1
        assert request.form["title"] == "Kyläkyyti"


@pytest.mark.parametrize("size", [0, 1, 600_000])
def test_a_file_within_the_limit_is_kept_byte_by_byte(app, size):
    content = bytes(each % 251 for each in range(size))

    with app.test_request_context("/", method="POST", **in_memory(file=content)):
        assert request.files["file"].stream.read() == content


def test_a_text_beyond_every_limit_is_refused_without_a_word_about_files(client, app):
    text = "a" * (app.config["MAX_FORM_MEMORY_SIZE"] + 1)

    answer = client.post(f"/en{FORM}", **in_memory(title=text))

    assert answer.status_code == 413
    assert "A text or a file in it is too large." in answer.get_data(as_text=True)
