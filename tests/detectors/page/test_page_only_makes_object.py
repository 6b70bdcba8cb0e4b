"""A page whose only code creates an object."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

SCRIPT = "page_only_makes_object/csharp-script"
LINE = "Outside.Part.Door door = new Outside.Part.Door"


def test_a_fact_names_the_class() -> None:
    assert finding(SCRIPT, "WSH2004").facts == {"class": "Outside.Part.Door"}


@pytest.mark.parametrize("line", ["new Outside.Part.Door", "var door = new Door", "static object door = new Door"])
def test_any_syntax_that_creates_an_object_counts(line: str) -> None:
    assert findings(changed(SCRIPT, (LINE, line)), "WSH2004")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINE, "Door door = new System.Xml.XmlDocument"),
        (LINE, "int x = 1; Door door = new Door"),
        (LINE, "Door door = Door.Open"),
        ("</script>", "</script><p>"),
        ("<script", '<%@ Page Inherits="Site.Start" %><script'),
        ("</script>", "</script>" + " " * 2_000),
    ],
)
def test_any_other_content_makes_it_no_finding(old: str, new: str) -> None:
    assert findings(changed(SCRIPT, (old, new)), "WSH2004") == []


@pytest.mark.parametrize("path", ["inetpub/wwwroot/page.ascx", "inetpub/wwwroot/page.txt", "inetpub/wwwroot/page.asp"])
def test_only_a_served_page_counts(path: str) -> None:
    assert findings(changed(SCRIPT, path=path), "WSH2004") == []
