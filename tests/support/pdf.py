"""Reading a PDF as its reader and its reader's software do."""

from collections import Counter
from io import BytesIO

from pypdf import PdfReader


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
    fonts = {}
    for page in opened(pdf).pages:
        for reference in page["/Resources"]["/Font"].values():
            descendant = reference.get_object()["/DescendantFonts"][0].get_object()
            family = str(descendant["/BaseFont"]).partition("+")[2]
            fonts[family] = "/FontFile2" in descendant["/FontDescriptor"].get_object()
    return fonts


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
