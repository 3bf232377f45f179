"""Nobody in the demonstration is one of the people whom the source documents name."""

import hashlib
import re
from itertools import pairwise

import pytest
import sqlalchemy as sa

from grantengine.db import Base
from tests.support.demonstration import a_runtime
from tests.support.source import PACKAGE

# The first half of the SHA-256 of first and last name, in small letters: a list of hashes, so
# that the names themselves stand nowhere in the project.
REAL_PEOPLE = {
    "887492b58e1984e8",
    "a6e4a2b174f55597",
    "21c048b572c3a7ba",
    "5f66d3ff1da58bd4",
    "d0781f1d21d279f5",
    "afb721d1f7acc445",
    "3a6249f6e3e956ff",
    "5fcd15b1bed57264",
}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\w/-])(?:\+358|0[1-9]\d?)[ -]\d{3,}[ -]?\d{2,}")


@pytest.fixture(scope="module")
def texts(demonstration, tmp_path_factory):
    """Every text of the demonstration: its own files, and all that they became."""
    folder = PACKAGE / "web" / "demonstration"
    files = [
        path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".toml")
    ]
    url, var = demonstration.copied_to(tmp_path_factory.mktemp("names"))
    with a_runtime(url, var) as runtime, runtime.database.reading() as session:
        rows = [
            str(value)
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
            for value in row
            if isinstance(value, str | dict | list)
        ]
    return files + rows


def digest(words):
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def test_no_name_is_that_of_a_real_person(texts):
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        assert not {digest(pair) for pair in pairwise(words)} & REAL_PEOPLE


def test_every_address_is_an_example(texts):
    addresses = {address for text in texts for address in EMAIL.findall(text)}

    assert len(addresses) > 100
    assert {each for each in addresses if not each.endswith(("example.fi", ".example.fi"))} == set()


def test_no_telephone_number_could_be_answered(texts):
    assert {number for text in texts for number in TELEPHONE.findall(text)} == set()
