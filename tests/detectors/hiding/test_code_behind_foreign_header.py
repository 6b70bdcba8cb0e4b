"""Headers of other formats before code, with and without a signature of their own."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.detectors.hiding.code_behind_foreign_header import RULE
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

DOCUMENT = "code_behind_foreign_header/document"
HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
PAGE = read(DOCUMENT).data.removeprefix(HEADER)


def behind(header: bytes) -> list[tuple[object, Severity]]:
    fixture = read(DOCUMENT)._replace(data=header + PAGE)
    return [(found.facts["begins_as"], found.severity) for found in findings(fixture, RULE.id)]


def test_the_evidence_is_the_code_and_the_message_names_the_format() -> None:
    found = finding(DOCUMENT, RULE.id)
    assert found.message == "the file begins as a PDF document and contains server code"
    assert found.evidence[0].span.start == len(HEADER)
    assert found.evidence[0].excerpt == PAGE.decode().splitlines()[0]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"PK\3\4", "ZIP archive"),
        (b"Rar!\x1a\x07\0", "RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"\x1f\x8b\x08\0", "gzip file"),
        (b"MSCF\0\0", "cabinet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE document"),
        (b"MZ\x90\0\3", "executable"),
        (b"RIFF\x24\0\0\0WAVE", "RIFF media"),
    ],
)
def test_a_format_without_a_signature_has_medium_severity(header: bytes, name: str) -> None:
    assert behind(header) == [(name, Severity.MEDIUM)]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"GIF89a;", "GIF image"),
        (b"\xff\xd8\xff\xe0", "JPEG image"),
        (b"\0\1\0\0Standard Jet DB\0", "Jet database"),
        (b"\0\1\0\0Standard ACE DB\0", "Access database"),
    ],
)
def test_a_format_with_a_signature_has_low_severity(header: bytes, name: str) -> None:
    assert behind(header) == [(name, Severity.LOW)]
    verdict = examine(header + PAGE, path="inetpub/wwwroot/page.aspx")
    assert verdict.disposition is Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    "header", [b"", b"\xef\xbb\xbf", b" \n", b"BM, a page\n", b"MZ is a word\n", b"\0\0\0\0\0\0\0\0\0\0"]
)
def test_an_unknown_header_is_no_finding(header: bytes) -> None:
    assert behind(header) == []


def test_a_database_whose_tag_opens_no_code_is_no_finding() -> None:
    data = b"\0\1\0\0Standard Jet DB\0" + b"\0" * 64 + b"<%" + b"\0\1\2\3" * 64
    assert findings(read(DOCUMENT)._replace(data=data), RULE.id) == []


@pytest.mark.parametrize("name", ["page.pdf", "page.txt"])
def test_a_static_file_is_no_finding(name: str) -> None:
    assert findings(changed(DOCUMENT, path=f"site/{name}"), RULE.id) == []
