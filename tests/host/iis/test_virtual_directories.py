"""The virtual directories of a server: whose they are, and under which address."""

from __future__ import annotations

from webshellhunt.host.iis.virtual_directories import iter_virtual_directories
from webshellhunt.host.iis.xml_tree import parse_xml


def test_the_address_is_that_of_the_application_and_of_the_directory() -> None:
    sites = parse_xml(
        b'<sites><site name="A"><application path="/"><virtualDirectory path="/" physicalPath="1" />'
        b'<virtualDirectory path="/x" physicalPath="2" /></application><application path="/owa/">'
        b'<virtualDirectory path="/" physicalPath="3" /><virtualDirectory path="/y/" physicalPath="4" /></application>'
        b"</site><site /></sites>",
        "applicationHost.config",
    )
    found = [(site, address, each.get("physicalPath")) for site, address, each in iter_virtual_directories(sites)]
    assert found == [("A", "/", "1"), ("A", "/x", "2"), ("A", "/owa", "3"), ("A", "/owa/y", "4")]
