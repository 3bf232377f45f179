"""What our documents claim of themselves, and the tags that they claim it for."""

from io import BytesIO

import pikepdf
import pytest

from tests.support.documents import an_award


@pytest.fixture(scope="module")
def award(printed):
    """An award, opened by another library than the one that made it."""
    with pikepdf.open(BytesIO(printed(an_award("fi")))) as opened:
        yield opened


def elements(node, role):
    """List the elements of a role below a node of the tree."""
    found = [node] if node.get("/S") == role else []
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary):
            found += elements(kid, role)
    return found


def marks_of(page):
    """Yield every mark of a page's content with the operators that stand in it."""
    for operands, operator in pikepdf.parse_content_stream(page):
        yield str(operator), operands


def test_both_standards_are_claimed_and_the_claim_is_described(award):
    packet = award.Root.Metadata.read_bytes().decode()

    assert 'pdfaid:part="3"' in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in packet
    with award.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_head_of_a_table_says_what_it_heads(award):
    heads = elements(award.Root.StructTreeRoot.K[0], "/TH")

    assert {str(each.A.Scope) for each in heads} == {"/Row", "/Column"}
    assert all("/Scope" in each.A for each in heads)


def test_the_head_of_each_page_is_no_part_of_the_text(award):
    tree = award.Root.StructTreeRoot
    read = {each.objgen for each in elements(tree.K[0], "/Span")}
    owners = tree.ParentTree.Nums
    for number, page in enumerate(award.pages):
        marked = {
            int(operands[1]["/MCID"]) for operator, operands in marks_of(page) if operator == "BDC"
        }
        known = [owner for owner in owners[2 * number + 1] if owner is not None]
        assert len(marked) == len(known)
        assert all(owner.objgen in read or owner.S != "/Span" for owner in known)


def test_the_field_of_the_signature_is_named_and_tagged(award):
    (field,) = award.Root.AcroForm.Fields
    (form,) = elements(award.Root.StructTreeRoot.K[0], "/Form")

    assert str(field.TU) == "Viranomaisen sähköinen allekirjoitus"
    assert form.K[0].Obj.objgen == field.objgen
    assert award.pages[-1].Tabs == "/S"


def test_the_attachment_is_named_once_as_data(award):
    (attached,) = award.Root.AF

    assert attached.AFRelationship == "/Data"
    assert str(attached.UF) == "decision.json"
