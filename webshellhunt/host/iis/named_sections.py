"""Sections of a configuration with their full names and locations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.host.iis.sections import SECTIONS, normalize_location
from webshellhunt.host.iis.xml_tree import Element

_DEEPEST = 4
_GROUPS = {section: group for group, _, section in (name.partition("/") for name in SECTIONS)}


class NamedSection(NamedTuple):
    """One section: its lower-case name (``system.webserver/modules``), its ``<location path>``, and its element."""

    name: str
    location: str
    element: Element


def iter_sections(root: Element, *names: str) -> Iterator[NamedSection]:
    """Yield the sections of these names, also inside ``<location>``; none if the root is not ``<configuration>``."""
    if root.tag.lower() != "configuration" or not any(root.named(name.rpartition("/")[2]) for name in names):
        return
    waiting = [(root, "", "", 0)]
    while waiting:
        element, location, above, depth = waiting.pop()
        for child in reversed(element.children):
            tag = child.tag.lower()
            if tag == "location":
                if depth <= _DEEPEST:
                    inner = f"{location}/{child.get('path')}" if location else child.get("path")
                    waiting.append((child, normalize_location(inner), "", depth + 1))
                continue
            name = f"{above}/{tag}" if above else tag
            if any(wanted.startswith(f"{name}/") for wanted in names):
                waiting.append((child, location, name, depth))
            elif name in names:
                yield NamedSection(name, location, child)


def as_configuration(root: Element) -> Element:
    """Return a configuration with the section that is the root of a file of its own, as ``configSource`` names one.

    Any other root is returned as it is.
    """
    group = _GROUPS.get(root.tag.lower())
    for tag in (group, "configuration") if group else ():
        root = Element(tag, {}, root.line, root.offset, [root])
    return root
