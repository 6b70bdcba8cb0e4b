"""Elements of LINQ to XML: their content by names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

MADE = 'var e = new XElement("a", new XAttribute("b", VISITOR), new XElement("c", "d"), "f");'


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('e.Attribute("b").Value', "<tainted>"),
        ('e.Element("c").Value', "d"),
        ("e.Value", "df"),
        ("e.ToString()", "<tainted>"),
    ],
)
def test_elements(code: str, arrives: Any) -> None:
    assert seen(f"{MADE} SINK({code});", "c#") == [arrives]
