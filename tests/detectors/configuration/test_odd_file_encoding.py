"""Which settings of an encoding hide pages, where they stand, and what Exchange makes of the others."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.detectors.configuration.odd_file_encoding import RULE
from webshellhunt.model.rules import Confidence
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

HERE = "odd_file_encoding/utf-7"
EXCHANGE = "C:/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/web.config"


def set_to(name: str, path: str | None = None) -> list[Confidence]:
    return [found.confidence for found in findings(changed(HERE, ("utf-7", name), path=path), RULE.id)]


def test_the_element_is_told_with_its_line() -> None:
    found = finding("odd_file_encoding/location", RULE.id)
    data = read("odd_file_encoding/location").data
    (evidence,) = found.evidence
    assert found.facts == {"file_encoding": "IBM500"}
    assert "EBCDIC" in found.message
    assert evidence.line == next(n for n, text in enumerate(data.splitlines(), 1) if b"globalization" in text)
    assert data[evidence.span.start :].startswith(b"<globalization")
    assert "fileEncoding" in evidence.excerpt


@pytest.mark.parametrize(
    "name", ["UTF-7", "unicode-1-1-utf-7", "utf-32", "utf-32BE", "IBM037", "cp875", "20424", "500"]
)
def test_what_no_editor_writes_is_sure(name: str) -> None:
    assert set_to(name) == [Confidence.HIGH]


@pytest.mark.parametrize("name", ["utf-16", "unicodeFFFE", "hz-gb-2312", "iso-2022-jp"])
def test_what_pages_hardly_are_written_in_is_less_sure(name: str) -> None:
    assert set_to(name) == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "name", ["utf-8", "gb2312", "GB18030", "shift_jis", "big5", "iso-8859-15", "windows-1251", "", "?"]
)
def test_the_code_page_of_a_region_is_not_told(name: str) -> None:
    assert set_to(name) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("utf-8", []),
        ("UTF8", []),
        ("shift_jis", [Confidence.MEDIUM]),
        ("?", [Confidence.MEDIUM]),
        ("utf-7", [Confidence.HIGH]),
    ],
)
def test_exchange_needs_no_other_than_utf_8(name: str, expected: list[Confidence]) -> None:
    assert set_to(name, EXCHANGE) == expected


def test_one_setting_of_a_region_in_exchange_is_a_question_only() -> None:
    fixture = changed(HERE, ("utf-7", "shift_jis"), path=EXCHANGE)
    assert examine(fixture.data, path=fixture.path).disposition is Disposition.UNEXPLAINED


def test_only_the_sources_count() -> None:
    assert findings(changed(HERE, ("fileEncoding", "responseEncoding")), RULE.id) == []


def test_another_kind_of_file_says_nothing_of_pages() -> None:
    assert (
        findings(changed(HERE, ("<configuration>", "<settings>"), ("</configuration>", "</settings>")), RULE.id) == []
    )
