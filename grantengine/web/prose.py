"""Text written by people in Markdown, made into HTML that cannot do harm."""

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from html import unescape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

# The page has an h1 and its sections h2: what an applicant calls a heading starts below.
HEADING_SHIFT: Final = 2
LARGEST_HEADING: Final = 6
_WITHIN_A_LINE: Final = re.compile(r"</?(?:a|code|em|s|strong)\b[^>]*>")


@lru_cache(maxsize=512)
def markdown(text: str | None) -> Markup:
    """Render Markdown: no raw HTML, no pictures from elsewhere, links that vouch for nothing.

    Args:
        text: what a person wrote; None and empty give nothing.
    """
    if not text:
        return Markup("")
    return Markup(_PARSER.render(text))  # noqa: S704 - html is off, so the parser escapes it


@lru_cache(maxsize=512)
def plain_text(text: str | None, length: int = 200) -> str:
    """Take the words of a Markdown text for a card or a description, cut at a word.

    Args:
        text: what a person wrote.
        length: most characters to give, the ellipsis included.
    """
    # What is emphasised or linked within a sentence stays part of it.
    unmarked = _WITHIN_A_LINE.sub("", str(markdown(text)))
    words = " ".join(re.sub(r"<[^>]+>", " ", unmarked).split())
    plain = unescape(words)
    if len(plain) <= length:
        return plain
    return plain[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )
    # A picture would be fetched from a third party; its text and link are kept instead.
    parser.disable("image")
    parser.add_render_rule("link_open", _link_open)
    parser.core.ruler.push("nested_headings", _nest_headings)
    return parser


def _link_open(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    tokens[index].attrSet("rel", "nofollow noopener ugc")
    return str(renderer.renderToken(tokens, index, options, env))  # type: ignore[attr-defined]


def _nest_headings(state: StateCore) -> None:
    """Number headings by how deep they stand, whatever sizes their writer liked.

    Somebody who listens to the page would otherwise look for the level that was left out.
    """
    outer: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            written = int(token.tag[1:])
            outer = [*(level for level in outer if level < written), written]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(len(outer) + HEADING_SHIFT, LARGEST_HEADING)}"


_PARSER: Final = _parser()
