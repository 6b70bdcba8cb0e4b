"""A constant with the text of a page is examined as a page."""

from __future__ import annotations

import base64

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.defang import Fixture

HANDLER = "page_plants_page/csharp-handler"


def packed() -> Fixture:
    """Return the handler with the text that it writes in base64."""
    text = read(HANDLER).data.decode()
    start, end = text.index('"<%@ Page') + 1, text.index(' %>");') + 3
    plain = text[start:end].replace('\\"', '"').encode()
    return changed(HANDLER, (text[start:end], base64.b64encode(plain).decode()))


def test_the_evidence_is_the_text_and_the_name() -> None:
    found = finding(HANDLER, "WSH1025")
    assert found.facts == {"planted_as": "other.aspx"}
    assert "file.Write" in found.evidence[0].excerpt
    assert "MapPath" in found.evidence[1].excerpt


def test_a_text_in_base64_is_decoded() -> None:
    assert findings(packed(), "WSH1025")


@pytest.mark.parametrize(
    ("old", "new"),
    [("other.aspx", "other.txt"), ("File.CreateText", "Path.Combine"), ("Process.Start", "Process.Stop")],
)
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(HANDLER, (old, new)), "WSH1025") == []


@pytest.mark.parametrize("name", ["other.aspx", "other.ashx", "other.asmx", "other.ASPX"])
def test_any_extension_of_a_page_is_enough(name: str) -> None:
    assert findings(changed(HANDLER, ("other.aspx", name)), "WSH1025")
