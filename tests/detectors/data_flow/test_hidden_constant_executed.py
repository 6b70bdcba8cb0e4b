"""What hides, and whether another rule tells it already."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings

CHARACTERS = "hidden_constant_executed/vbscript-characters"


def test_a_hidden_constant_is_told_without_its_text() -> None:
    found = finding(CHARACTERS, "WSH1006")
    assert "a constant that hides code is run" in found.message
    assert found.facts == {}


def test_a_decoder_of_the_page_hides_what_it_is_given() -> None:
    unknown = changed("hidden_constant_executed/vbscript-own-decoder", ("- 7)", "- seed())"))
    (found,) = findings(unknown, "WSH1006")
    assert "decodes for itself" in found.message


def test_what_a_decoder_hides_is_read_where_it_can_be_worked_out() -> None:
    found = finding("hidden_constant_executed/vbscript-own-decoder", "WSH1006")
    assert "a constant that hides code is run" in found.message


def test_a_constant_that_is_readable_hides_nothing() -> None:
    readable = changed("hidden_constant_executed/vbscript-reversed-twin", ("total = 2 * 21", "CopyFile a, b: x = 1"))
    assert findings(readable, "WSH1006") == []
