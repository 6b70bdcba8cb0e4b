"""The virtual directories of applicationHost.config, each with its site and address."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.host.iis.xml_tree import Element


def iter_virtual_directories(sites: Element) -> Iterator[tuple[str, str, Element]]:
    """Yield the site name, the address (``/owa``) and the element of each virtual directory below ``<sites>``."""
    for site in sites.find_all("site"):
        for application in site.find_all("application"):
            for directory in application.find_all("virtualDirectory"):
                address = f"{application.get('path').rstrip('/')}{directory.get('path').rstrip('/')}"
                yield site.get("name"), address or "/", directory
