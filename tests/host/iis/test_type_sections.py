"""The elements of a section that add a type."""

from __future__ import annotations

from webshellhunt.host.iis.named_sections import NamedSection
from webshellhunt.host.iis.type_sections import TYPED_SECTIONS, iter_typed
from webshellhunt.host.iis.xml_tree import parse_xml


def test_only_what_adds_a_type_counts() -> None:
    root = parse_xml(
        b"<modules><add name='a' type='A, B'/><ADD type='C'/><add name='b'/><remove type='D'/></modules>", "x"
    )
    section = NamedSection("system.webserver/modules", "", root)
    assert [element.get("type") for element in iter_typed(section)] == ["A, B", "C"]


def test_sections_are_named_in_lower_case() -> None:
    assert all(name == name.lower() for name in TYPED_SECTIONS)
