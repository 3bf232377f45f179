"""Parse XML from outside: no document type, no entity, no network, no giant."""

from xml.parsers import expat

from lxml import etree

from grantengine.disbursements.errors import (
    EmptyStatementFileError,
    StatementDoctypeError,
    StatementFileTooLargeError,
    StatementNotXMLError,
)


class _RootSeenError(Exception):
    """The prologue is over and held no document type."""


def parse(content: bytes, *, max_bytes: int) -> etree._Element:
    """Parse a file that a person uploaded and return its root.

    Raises:
        EmptyStatementFileError: there is nothing but white space.
        StatementFileTooLargeError: the file is past `max_bytes`.
        StatementDoctypeError: the file declares a document type, harmless or not.
        StatementNotXMLError: the file is not well-formed.
    """
    if len(content) > max_bytes:
        raise StatementFileTooLargeError(size_bytes=len(content), limit_bytes=max_bytes)
    if not content.strip():
        raise EmptyStatementFileError
    _refuse_doctype(content)
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, LookupError) as error:
        raise StatementNotXMLError(line=getattr(error, "lineno", 1) or 1) from error
    # The two parsers could disagree about an exotic encoding, so ask the second one as well.
    if root.getroottree().docinfo.internalDTD is not None:
        raise StatementDoctypeError
    return root


def _refuse_doctype(content: bytes) -> None:
    """Read up to the root element with expat, which stops before the first entity is declared."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _on_doctype
    parser.StartElementHandler = _on_element
    try:
        parser.Parse(content)
    except _RootSeenError:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise StatementNotXMLError(line=getattr(error, "lineno", 1)) from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _on_doctype(*_declaration: object) -> None:
    raise StatementDoctypeError


def _on_element(*_element: object) -> None:
    raise _RootSeenError
