"""Files that people send: recognised by their bytes, named by what they are, kept by their hash."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from grantengine.errors import InvalidInputError
from grantengine.web import uploads

PDF = b"%PDF-1.4 a plan"
PNG = b"\x89PNG\r\n\x1a\n a picture"
JPEG = b"\xff\xd8\xff a photograph"


def keep(app, name, content=PDF):
    with app.app_context():
        return uploads.keep(FileStorage(io.BytesIO(content), filename=name))


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("suunnitelma.pdf", PDF, "suunnitelma.pdf"),
        ("Kuva.PNG", PNG, "Kuva.png"),
        ("foto.jpeg", JPEG, "foto.jpeg"),
        ("page.html", PDF, "page.html.pdf"),
        ("\u202efdp.exe", PDF, "fdp.exe.pdf"),
        ("..\\..\\x.pdf", PDF, "x.pdf"),
        ("../../etc/passwd", JPEG, "passwd.jpg"),
        ("a\r\nb.pdf", PDF, "ab.pdf"),
        ("...", PDF, "file.pdf"),
        (".pdf", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        (None, PNG, "file.png"),
        ("a" * 500 + ".pdf", PDF, "a" * 110 + ".pdf"),
    ],
)
def test_a_name_ends_in_what_the_file_really_is(app, name, content, kept):
    assert keep(app, name, content).name == kept


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (b"<svg/>", "wrong_type"), (b"MZ", "wrong_type")]
)
def test_what_is_no_pdf_or_picture_is_refused_whatever_it_is_called(app, content, reason):
    with pytest.raises(InvalidInputError) as refusal:
        keep(app, "suunnitelma.pdf", content)

    assert refusal.value.details["reason"] == reason


def test_a_file_larger_than_the_setting_is_refused(app, settings):
    with pytest.raises(InvalidInputError) as refusal:
        keep(app, "suunnitelma.pdf", PDF + b"a" * settings.upload_size_max_bytes)

    assert refusal.value.details["reason"] == "too_large"


def test_the_same_file_is_kept_once_and_outside_the_web_root(app, settings):
    first, second = keep(app, "a.pdf"), keep(app, "b.pdf")

    assert first.sha256 == second.sha256
    assert [path.name for path in (settings.var_path / "uploads").iterdir()] == [first.sha256]
