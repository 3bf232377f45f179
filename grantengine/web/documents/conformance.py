"""What WeasyPrint leaves to do before a PDF may claim to be PDF/A-3 and PDF/UA-1 at once.

Works on the objects of a PDF that is about to be written. Sources: ISO 14289-1 (7.1 artifacts,
7.5 headers of tables, 7.18 annotations), ISO 19005-3 (6.6.2 extension schemas of metadata).
"""

from collections.abc import Iterator
from typing import Any, Final

import pydyf

SIGNATURE_FIELD: Final = "Signature"

# ISO 19005-3 knows no PDF/UA, so the property has to be described where it is used.
_CLAIM: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


def conform(pdf: pydyf.PDF, *, signature_label: str | None) -> None:
    """Make the objects of a tagged PDF/A-3 follow PDF/UA-1 too, and claim it.

    Args:
        pdf: as WeasyPrint made it, before it is written.
        signature_label: says what the empty field is for that a signature will fill; None for
            a document that nobody signs.
    """
    _give_headers_their_scope(pdf)
    _take_page_margins_out_of_the_text(pdf)
    if signature_label is not None:
        _add_signature_field(pdf, signature_label)
    _name_each_attachment_once(pdf)
    _claim(pdf)


def _give_headers_their_scope(pdf: pydyf.PDF) -> None:
    for element in _elements(pdf):
        if element["S"] == "/TH":
            row = _at(pdf, element["P"])
            is_on_top = _at(pdf, row["P"])["S"] == "/THead"
            attributes = element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
            attributes["Scope"] = "/Column" if is_on_top else "/Row"


def _take_page_margins_out_of_the_text(pdf: pydyf.PDF) -> None:
    """Mark as artifacts what is in no branch of the tree: the heads of pages and their numbers."""
    tree = _at(pdf, pdf.catalog["StructTreeRoot"])
    read = set(_references_below(pdf, tree["K"][0]))
    numbers = _at(pdf, tree["ParentTree"])["Nums"]
    for page_number, page in enumerate(_pages(pdf)):
        owners = numbers[page_number * 2 + 1]
        unread = {mcid for mcid, owner in enumerate(owners) if owner not in read}
        owners[:] = ["null" if owner not in read else owner for owner in owners]
        content = _at(pdf, page["Contents"]).stream
        for at, part in enumerate(content):
            is_marked = isinstance(part, pydyf.Dictionary) and part.get("MCID") in unread
            if is_marked and content[at + 1] == b"BDC":
                content[at - 1 : at + 2] = ["/Artifact", b"", b"BMC"]


def _add_signature_field(pdf: pydyf.PDF, label: str) -> None:
    """Put an empty field without an appearance on the last page, and name it in the tree."""
    page_reference = pdf.page_references[-1]
    page = list(_pages(pdf))[-1]
    tree = _at(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _at(pdf, tree["ParentTree"])["Nums"]
    key = max(numbers[::2]) + 1
    field = _added(
        pdf,
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(SIGNATURE_FIELD),
            "TU": pydyf.String(label),
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "F": 132,  # Printed and locked, as PDF/A asks.
            "P": page_reference,
            "StructParent": key,
        },
    )
    inside = _added(pdf, {"Type": "/OBJR", "Obj": field.reference, "Pg": page_reference})
    document = _at(pdf, tree["K"][0])
    form = _added(
        pdf,
        {
            "Type": "/StructElem",
            "S": "/Form",
            "K": pydyf.Array([inside.reference]),
            "Pg": page_reference,
            "P": document.reference,
        },
    )
    document["K"].append(form.reference)
    numbers.extend([key, form.reference])
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([field.reference]), "SigFlags": 3}
    )


def _name_each_attachment_once(pdf: pydyf.PDF) -> None:
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _claim(pdf: pydyf.PDF) -> None:
    metadata = _at(pdf, pdf.catalog["Metadata"])
    (packet,) = metadata.stream
    before, end, after = packet.rpartition(b"</rdf:RDF>")
    assert end, "the metadata hold no RDF"
    metadata.stream = [before + _CLAIM.lstrip() + after]


def _added(pdf: pydyf.PDF, values: dict[str, Any]) -> pydyf.Dictionary:
    made = pydyf.Dictionary(values)
    pdf.add_object(made)
    return made


def _at(pdf: pydyf.PDF, reference: Any) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _pages(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    return (_at(pdf, reference) for reference in pdf.page_references)


def _elements(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for each in pdf.objects:
        if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/StructElem":
            yield each


def _references_below(pdf: pydyf.PDF, reference: Any) -> Iterator[Any]:
    waiting = [reference]
    while waiting:
        at = waiting.pop()
        yield at
        kids = _at(pdf, at).get("K", [])
        waiting += [kid for kid in kids if not isinstance(kid, int)]
