"""What people write in Markdown can be read by others and harm nobody."""

import pytest

from grantengine.web.prose import markdown, plain_text


def test_raw_html_is_shown_not_obeyed():
    assert markdown("<script>alert(1)</script>") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_link_to_something_that_runs_is_no_link(address):
    assert "<a" not in markdown(f"[press]({address})")


def test_link_vouches_for_nothing():
    assert 'rel="nofollow noopener ugc"' in markdown("[site](https://example.org)")


def test_picture_from_elsewhere_becomes_a_link():
    rendered = markdown("![our village](https://example.org/village.png)")

    assert "<img" not in rendered
    assert '<a href="https://example.org/village.png"' in rendered


def test_headings_stand_below_those_of_the_page_and_leave_no_level_out():
    assert markdown("# Plan\n\n##### Detail") == "<h3>Plan</h3>\n<h4>Detail</h4>\n"
    assert markdown("## Plan\n\n# Money") == "<h3>Plan</h3>\n<h3>Money</h3>\n"


def test_nothing_renders_as_nothing():
    assert markdown(None) == ""
    assert plain_text(None) == ""


def test_plain_text_is_cut_at_a_word():
    assert plain_text("**Bees** & trees, all over the town", length=20) == "Bees & trees, all…"


def test_plain_text_keeps_the_points_after_what_is_emphasised():
    assert plain_text("It weighs **400 kg**. See [here](/x), or *there*.") == (
        "It weighs 400 kg. See here, or there."
    )
