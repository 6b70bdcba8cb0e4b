"""Configuration of IIS and ASP.NET: web.config, applicationHost.config, compiled markers, and the settings."""

from __future__ import annotations

from collections.abc import Iterator

from tests.builders.inert import live
from tests.builders.servers import application_host
from tests.fuzz.door import Door
from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.application_host import parse_application_host
from webshellhunt.host.iis.compiled_markers import read_compiled_marker
from webshellhunt.host.iis.web_config import ChainLink, effective_settings, parse_web_config
from webshellhunt.host.iis.xml_tree import salvage_xml

_CONFIG = live(
    "<configuration><configSections><sectionGroup name='system.webServer'><section name='handlers' "
    "overrideModeDefault='Deny'/></sectionGroup></configSections><system.webServer><handlers><clear/><add name='x' "
    "path='*.png' modules='Isapi·Module' scriptProcessor='%windir%\\system32\\inetsrv\\a·sp.dll'/><remove name='y'/>"
    "</handlers></system.webServer><location path='a/b.aspx' inheritInChildApplications='false'><system.web>"
    "<compilation defaultLanguage='c#'><buildProviders><add extension='.txt' "
    "type='System.Web.Compilation.PageBuild·Provider'/></buildProviders></compilation>"
    "<globalization fileEncoding='utf-7'/></system.web></location></configuration>"
)
_MARKER = (
    b'<?xml version="1.0"?><preserve resultType="3" virtualPath="/owa/x.aspx" assembly="App_Web_a, V" type="ASP.x"/>'
)
_WORDS = [
    b"<add ",
    b"<remove ",
    b"<clear/>",
    b"<location path='",
    b"<handlers>",
    b"</handlers>",
    b"<system.webServer>",
    b"<system.web>",
    b"<httpHandlers>",
    b"configSource='a'",
    b" lockItem='true'",
    b"<!DOCTYPE a [",
    b"<!ENTITY a '",
    b"&a;",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"*.",
    b"&#x41;",
    b"xmlns='a'",
]


def _configs() -> Iterator[bytes]:
    yield _CONFIG.encode()
    yield _CONFIG.encode("utf-16")
    yield application_host(("/x", "C:\\ProgramData\\COM1"))
    yield _MARKER


def _read(data: bytes) -> object:
    found: list[object] = []
    server = None
    try:
        server = parse_application_host(data, "applicationHost.config")
        found += [server.sites, sorted(server.virtual_directories.items())]
    except ConfigError as error:
        found.append(str(error))
    for salvage in (False, True):
        try:
            config = parse_web_config(data, "web.config", salvage=salvage)
        except ConfigError as error:
            found.append(str(error))
            continue
        for below in ("", "a", "Default Web Site/owa/auth"):
            for host in (None, server):
                found.append(effective_settings(host, "Default Web Site/owa/auth", [ChainLink(config, below)]))
    try:
        found.append(read_compiled_marker(data, "x.compiled"))
    except ConfigError as error:
        found.append(str(error))
    tree, problem = salvage_xml(data, "x")
    found += [None if tree is None else [(each.tag, each.line) for each in tree.iter()], str(problem)]
    return found


DOORS = (Door("configuration", _configs, _read, ("host.iis",), _WORDS, steps=20_000, shown=2_000, first_shown=100_000),)
