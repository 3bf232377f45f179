"""Reading a PDF as its reader and its reader's software do."""

import re
from collections import Counter
from io import BytesIO

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

# One line of the table from glyphs to the letters that they stand for.
_MEANING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n")


def opened(pdf):
    """Open the bytes of a PDF."""
    return PdfReader(BytesIO(pdf))


def text_of(pdf):
    """Give all text, every run of spaces, line ends and hard spaces as one space."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).split())


def tags_of(pdf):
    """Count the tags of the structure tree: {"H1": 5, …}."""
    return Counter(str(node["/S"])[1:] for node in _nodes(pdf))


def alternatives_of(pdf):
    """List the alternative texts of the pictures."""
    return [node.get("/Alt") for node in _nodes(pdf) if node["/S"] == "/Figure"]


def fonts_of(pdf):
    """List the font families in use, and whether each is embedded."""
    return {
        str(font["/BaseFont"]).partition("+")[2]: _program_of(font) is not None
        for font in _fonts(pdf)
    }


def drawn_letters_of(pdf):
    """Give the letters that a font inside has an outline for; an empty box stands for none."""
    drawn = set()
    for font in _fonts(pdf):
        program = TTFont(BytesIO(_program_of(font)))
        outlines, names = program.getGlyphSet(), program.getGlyphOrder()
        for glyph, letters in _MEANING.findall(font["/ToUnicode"].get_object().get_data()):
            pen = BoundsPen(outlines)
            if int(glyph, 16) < len(names):
                outlines[names[int(glyph, 16)]].draw(pen)
            if pen.bounds:
                drawn.update(bytes.fromhex(letters.decode()).decode("utf-16-be"))
    return drawn


def _fonts(pdf):
    for page in opened(pdf).pages:
        for reference in page["/Resources"]["/Font"].values():
            yield reference.get_object()


def _program_of(font):
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    for key in ("/FontFile2", "/FontFile3"):
        if key in descriptor:
            return descriptor[key].get_object().get_data()
    return None


def _nodes(pdf):
    waiting = [opened(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting.append(node["/K"])
