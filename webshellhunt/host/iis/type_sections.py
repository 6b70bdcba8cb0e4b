"""The sections of a configuration with .NET types that the server loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.host.iis.named_sections import NamedSection
from webshellhunt.host.iis.xml_tree import Element

TYPED_SECTIONS: Final = {
    "system.webserver/modules": "the module",
    "system.webserver/handlers": "the handler",
    "system.web/httpmodules": "the module",
    "system.web/httphandlers": "the handler",
    "system.web/compilation/buildproviders": "the build provider",
    "system.applicationhost/serviceautostartproviders": "the preloaded type",
}
"""Each section with the description of its elements."""


def iter_typed(section: NamedSection) -> Iterator[Element]:
    """Yield the elements of a section that add a type."""
    for element in section.element.children:
        if element.tag.lower() == "add" and element.get("type"):
            yield element
