"""The configuration of the server, applicationHost.config: sites, their directories, and locked sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from webshellhunt.host.iis.sections import MAX_LOCATION, ReadExternal, Settings, normalize_location, read_settings
from webshellhunt.host.iis.xml_tree import Element, parse_xml

DEFAULT_LOG_DIRECTORY: Final = "%SystemDrive%\\inetpub\\logs\\LogFiles"


class VirtualDirectory(NamedTuple):
    """A path of an application and its physical folder, environment variables not expanded."""

    path: str
    physical_path: str
    line: int
    allow_sub_dir_config: bool = True


class Application(NamedTuple):
    """An application of a site: its path, its pool, and its virtual directories."""

    path: str
    pool: str
    virtual_directories: tuple[VirtualDirectory, ...]
    line: int


class Binding(NamedTuple):
    """A protocol and address on which a site listens, such as ``https`` and ``*:443:``."""

    protocol: str
    information: str


class Site(NamedTuple):
    """A site.

    If ``auto_start`` is false, the site stays stopped after a restart; the file has no other information on its state.
    ``log_directory`` is as written; the server adds ``W3SVC<id>`` to it.
    """

    name: str
    id: int | None
    bindings: tuple[Binding, ...]
    applications: tuple[Application, ...]
    log_directory: str
    auto_start: bool
    line: int


class MappedDirectory(NamedTuple):
    """An IIS location (``Default Web Site/owa``) and its physical folder, variables not expanded."""

    location: str
    physical_path: str
    site: Site
    application: Application
    line: int


class ServerConfig(NamedTuple):
    """The content of applicationHost.config. Locations are compared without case.

    ``settings`` has the global settings and those of each ``<location path>``; ``section_rules`` maps a section to its
    ``overrideModeDefault`` and ``allowDefinition`` in ``<configSections>``, both in lower case.
    """

    path: str
    sites: tuple[Site, ...] = ()
    settings: Settings = Settings()
    section_rules: Mapping[str, tuple[str, str]] = MappingProxyType({})
    log_directory: str = DEFAULT_LOG_DIRECTORY
    applications: frozenset[str] = frozenset()
    virtual_directories: Mapping[str, bool] = MappingProxyType({})

    def mapped_directories(self) -> Iterator[MappedDirectory]:
        """Yield every virtual directory with its location, in the order of the file."""
        for site in self.sites:
            for application in site.applications:
                for directory in application.virtual_directories:
                    location = normalize_location(f"{site.name}/{application.path}/{directory.path}")
                    yield MappedDirectory(location, directory.physical_path, site, application, directory.line)

    def application_depth(self, location: tuple[str, ...]) -> int | None:
        """Return the number of parts of a location that form its application, or ``None`` for an unknown site."""
        depths = range(len(location), 0, -1)
        return next((depth for depth in depths if "/".join(location[:depth]) in self.applications), None)

    def locks(self, section: str, location: tuple[str, ...]) -> bool:
        """Return True if a web.config at a location must not set a section.

        The nearest ``<location>`` with an override mode and the section decides, otherwise ``overrideModeDefault``;
        ``allowDefinition`` and ``allowSubDirConfig`` can lock the section as well. An unregistered section is unlocked.
        """
        mode, definition = self.section_rules.get(section, ("allow", "everywhere"))
        application = self.application_depth(location)
        below_application = application is not None and application < len(location)
        if definition == "machinetoapplication" and below_application:
            return True
        if definition not in ("everywhere", "machinetoapplication") or self._ignores_web_config(location):
            return True
        allowed = mode != "deny"
        for block, file_name in self.settings.applying_to(location):
            if block.override is not None and file_name is None and section in block.sections:
                allowed = block.override
        return not allowed

    def _ignores_web_config(self, location: tuple[str, ...]) -> bool:
        depths = range(len(location), 0, -1)
        root = next((depth for depth in depths if "/".join(location[:depth]) in self.virtual_directories), None)
        if root is None or root == len(location):
            return False
        return not self.virtual_directories["/".join(location[:root])]


def parse_application_host(data: bytes, path: str, read_external: ReadExternal | None = None) -> ServerConfig:
    """Read applicationHost.config.

    Raises:
        ConfigError: The file is not acceptable XML, or is not a server configuration.
    """
    root = parse_xml(data, path)
    settings = read_settings(root, path, read_external)
    sites = tuple(_sites(root))
    mapped = list(ServerConfig(path, sites).mapped_directories())
    return ServerConfig(
        path=path,
        sites=sites,
        settings=settings,
        section_rules=dict(_section_rules(root)),
        log_directory=_log_directory(root.find("system.applicationHost/sites/siteDefaults"), DEFAULT_LOG_DIRECTORY),
        applications=frozenset(
            normalize_location(f"{site.name}/{application.path}").lower()
            for site in sites
            for application in site.applications
        ),
        virtual_directories={
            directory.location.lower(): virtual.allow_sub_dir_config
            for directory, virtual in zip(mapped, _all_virtual_directories(sites), strict=True)
        },
    )


def _all_virtual_directories(sites: tuple[Site, ...]) -> Iterator[VirtualDirectory]:
    for site in sites:
        for application in site.applications:
            yield from application.virtual_directories


def _sites(root: Element) -> Iterator[Site]:
    for sites in root.find_all("system.applicationHost/sites"):
        log_directory = _log_directory(sites.find("siteDefaults"), DEFAULT_LOG_DIRECTORY)
        pool = _attribute(sites.find("applicationDefaults"), "applicationPool")
        for site in sites.find_all("site"):
            number = site.get("id")
            yield Site(
                name=site.get("name")[:MAX_LOCATION],
                id=int(number) if number.isascii() and number.isdigit() and len(number) <= 10 else None,
                bindings=tuple(
                    Binding(each.get("protocol"), each.get("bindingInformation"))
                    for each in site.find_all("bindings/binding")
                ),
                applications=tuple(_applications(site, sites, pool)),
                log_directory=_log_directory(site, log_directory),
                auto_start=site.get("serverAutoStart").lower() != "false",
                line=site.line,
            )


def _applications(site: Element, sites: Element, pool: str) -> Iterator[Application]:
    site_pool = _attribute(site.find("applicationDefaults"), "applicationPool") or pool
    allowed = _allowed(site) or _allowed(sites)
    for application in site.find_all("application"):
        yield Application(
            path=application.get("path", "/")[:MAX_LOCATION],
            pool=application.get("applicationPool") or site_pool,
            virtual_directories=tuple(_virtual_directories(application, allowed)),
            line=application.line,
        )


def _allowed(level: Element) -> str:
    return _attribute(level.find("virtualDirectoryDefaults"), "allowSubDirConfig")


def _virtual_directories(application: Element, allowed: str) -> Iterator[VirtualDirectory]:
    default = _allowed(application) or allowed or "true"
    for directory in application.find_all("virtualDirectory"):
        allow = directory.get("allowSubDirConfig") or default
        yield VirtualDirectory(
            path=directory.get("path", "/")[:MAX_LOCATION],
            physical_path=directory.get("physicalPath"),
            line=directory.line,
            allow_sub_dir_config=allow.lower() != "false",
        )


def _attribute(element: Element | None, name: str) -> str:
    return "" if element is None else element.get(name)


def _log_directory(element: Element | None, default: str) -> str:
    """Return the log directory of a site, or of the defaults of all sites."""
    return _attribute(element.find("logFile") if element is not None else None, "directory") or default


def _section_rules(root: Element) -> Iterator[tuple[str, tuple[str, str]]]:
    waiting = [(group, "") for group in root.find_all("configSections")]
    while waiting:
        group, prefix = waiting.pop()
        for element in group.children:
            name = (prefix + element.get("name").lower())[:MAX_LOCATION]
            if element.tag.lower() == "sectiongroup":
                waiting.append((element, f"{name}/"))
            elif element.tag.lower() == "section":
                mode = element.get("overrideModeDefault").lower() or "allow"
                yield name, (mode, element.get("allowDefinition").lower() or "everywhere")
