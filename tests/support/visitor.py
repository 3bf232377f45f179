"""What a visitor does with pages: read them as a tree, fill in forms, sign in."""

from contextlib import contextmanager

import sqlalchemy as sa
from lxml import html

from grantengine.web import identity

LANGUAGES = ("fi", "sv", "en")


def page(client, path, *, status=200):
    """Fetch a page and read it as a tree."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.fromstring(answer.get_data(as_text=True))


def text_of(tree):
    """Give the words of a page in the order they are read, single-spaced."""
    return " ".join(" ".join(tree.itertext()).split())


def send(client, path, *, to=None, **fields):
    """Fill in the form of the page at `path` and send it, with what it hides; give the answer.

    Args:
        client: the visitor's browser.
        path: page that holds the form.
        to: where the form goes; the page itself when None.
        fields: what is typed.
    """
    tree = page(client, path)
    token = tree.xpath("//input[@name='csrf_token']/@value")[0]
    hidden = tree.xpath("//form[@class='form']//input[@type='hidden']")
    kept = {each.name: each.value for each in hidden}
    return client.post(to or path, data={**kept, "csrf_token": token, **fields})


def sign_in(client, person):
    """Come back as somebody who has signed in before, which other tests do on its page."""
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(identity.cookie_of(person))


@contextmanager
def counted_queries():
    """Count the SELECTs that the application sends while the block runs, in a list of statements."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().startswith(("SELECT", "WITH")):
            statements.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
