"""Documents are drawn with our own files and nothing else."""

from datetime import date

import pytest

from grantengine.web.documents.attachments import AttachedFile
from grantengine.web.documents.rendering import render_pdf
from grantengine.web.documents.typesetting import OwnFilesOnly
from tests.support.source import PACKAGE

SECRET = (PACKAGE / "web" / "assets.py").as_uri()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        SECRET,
        "http://127.0.0.1/font.woff2",
        "https://kokeilu.example/style.css",
        "ftp://127.0.0.1/",
        "static:../assets.py",
        "static:/etc/passwd",
        "static:fonts/../../../settings.py",
        "fonts/source-sans-3-400.woff2",
        "//127.0.0.1/",
    ],
)
def test_address_outside_of_our_files_is_refused(address):
    with pytest.raises(ValueError, match=r"disallowed|outside|absolute"):
        OwnFilesOnly().fetch(address)


def test_data_address_is_read():
    response = OwnFilesOnly().fetch("data:text/plain;base64,aGVp")

    assert response.read() == b"hei"


@pytest.mark.parametrize("font", ["source-sans-3-400", "source-serif-4-600"])
def test_own_font_is_unpacked(font):
    response = OwnFilesOnly().fetch(f"static:fonts/{font}.woff2")

    assert response.read(4) in {b"\x00\x01\x00\x00", b"OTTO"}


def test_unknown_own_file_is_refused():
    with pytest.raises(FileNotFoundError):
        OwnFilesOnly().fetch("static:fonts/comic.woff2")


def test_bytes_depend_on_the_arguments_alone():
    note = AttachedFile("note.txt", b"hei", "Huomautus", date(2026, 11, 17))
    arguments = {
        "language": "fi",
        "title": "Koe",
        "identifier": "doc_1",
        "attachments": (note,),
        "created": date(2026, 11, 17),
    }

    first, second = (render_pdf("documents/base.html", **arguments) for _ in range(2))
    other = render_pdf("documents/base.html", **{**arguments, "identifier": "doc_2"})

    assert first == second
    assert first != other
