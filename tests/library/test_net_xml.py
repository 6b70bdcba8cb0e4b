"""XML of .NET: nodes that code makes are known."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'var d = new System.Xml.XmlDocument(); var e = d.CreateElement("a"); e.SetAttribute("b", "c"); '
            'e.InnerText = "t"; d.AppendChild(e); '
            'Run(d.DocumentElement.GetAttribute("b") + d.SelectSingleNode("/a").InnerText);',
            ["ct"],
        ),
        (
            'var e = new System.Xml.Linq.XElement("a", new System.Xml.Linq.XAttribute("b", "c"), new '
            'System.Xml.Linq.XElement("d", "t")); '
            'Run(e.Attribute("b").Value + e.Element("d").Value + e.Name.LocalName + (e.Element("z") == null));',
            ["ctaTrue"],
        ),
        (
            'var e = new System.Xml.Linq.XElement("a", new System.Xml.Linq.XElement("b", "1"), new '
            'System.Xml.Linq.XElement("b", "2")); foreach (var b in e.Elements("b")) Run(b.Value);',
            ["1", "2"],
        ),
    ],
)
def test_a_node_has_what_was_stored(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


def test_what_was_loaded_is_the_text_of_whom_it_was_loaded_from() -> None:
    code = 'var d = new System.Xml.XmlDocument(); d.LoadXml({}); Run(d.SelectSingleNode("/a").InnerText + "!");'
    assert shown_of("|" + code.format('"<a>b</a>"')) == shown_of("|" + code.format("x")) == []
