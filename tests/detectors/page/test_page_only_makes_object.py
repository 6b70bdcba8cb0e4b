"""A page that consists of one object being made."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

SCRIPT = "page_only_makes_object/csharp-script"
LINE = "Outside.Part.Door door = new Outside.Part.Door"


def test_the_class_is_told() -> None:
    assert finding(SCRIPT, "WSH2004").facts == {"class": "Outside.Part.Door"}


@pytest.mark.parametrize("line", ["new Outside.Part.Door", "var door = new Door", "static object door = new Door"])
def test_any_way_to_make_it_counts(line: str) -> None:
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
def test_anything_beside_it_makes_it_a_page(old: str, new: str) -> None:
    assert findings(changed(SCRIPT, (old, new)), "WSH2004") == []


@pytest.mark.parametrize("path", ["inetpub/wwwroot/page.ascx", "inetpub/wwwroot/page.txt", "inetpub/wwwroot/page.asp"])
def test_only_a_page_that_answers_counts(path: str) -> None:
    assert findings(changed(SCRIPT, path=path), "WSH2004") == []
