"""Hidden constants that are executed, unless another rule reports their content."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings

CHARACTERS = "hidden_constant_executed/vbscript-characters"


def test_the_message_does_not_quote_the_hidden_text() -> None:
    found = finding(CHARACTERS, "WSH1006")
    assert "executes code that a constant hides" in found.message
    assert found.facts == {}


def test_a_decoder_of_the_page_hides_its_argument() -> None:
    unknown = changed("hidden_constant_executed/vbscript-own-decoder", ("- 7)", '- Session("seed"))'))
    (found,) = findings(unknown, "WSH1006")
    assert "decodes text of its own" in found.message


def test_a_decoding_that_can_be_computed_is_read() -> None:
    found = finding("hidden_constant_executed/vbscript-own-decoder", "WSH1006")
    assert "executes code that a constant hides" in found.message


def test_a_readable_constant_is_no_finding() -> None:
    readable = changed("hidden_constant_executed/vbscript-reversed-twin", ("total = 2 * 21", "CopyFile a, b: x = 1"))
    assert findings(readable, "WSH1006") == []
