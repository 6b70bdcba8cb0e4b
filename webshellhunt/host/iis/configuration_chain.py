r"""Configuration chain: the configuration files in force for a directory, and the resulting settings.

A directory inherits along its *virtual* path: an application at ``/owa`` inherits from the folder of its site, even if
its files are elsewhere. A directory that no site serves inherits from its parent folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.application_host import ServerConfig
from webshellhunt.host.iis.sections import ReadExternal
from webshellhunt.host.iis.web_config import ChainLink, DirectoryConfig, effective_settings, parse_web_config
from webshellhunt.host.iis.xml_tree import salvage_xml
from webshellhunt.host.machine.paths import fold, split_server_path
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.settings import PageSettings

_WEB_CONFIG = "WEB.CONFIG"
_FRAMEWORK = ("Windows", "Microsoft.NET")
_FRAMEWORK_FOLDERS = (("Framework64", "v4.0.30319"), ("Framework", "v4.0.30319"))
_FRAMEWORK_FILES = ("machine.config", "web.config")
_MOST_TWINS = 8
_LONGEST_NAME = 120
_MOST_SHOWN = 3
_WITHOUT_CODE = frozenset({"connectionstrings"})


class Chain(NamedTuple):
    """The configurations in force for one directory.

    ``names`` is the path from the start of the chain to the directory, and is its IIS location if a site serves it
    (``located``). ``configs`` pairs each configuration with the length of its path. ``twins`` are the chains of further
    sites or applications that serve the same directory.
    """

    names: tuple[str, ...] = ()
    located: bool = False
    configs: tuple[tuple[DirectoryConfig, int], ...] = ()
    twins: tuple[Chain, ...] = ()

    def step(self, name: str) -> Chain:
        """Return the chain of a directory below this one."""
        return self._replace(names=(*self.names, name), twins=tuple(twin.step(name) for twin in self.twins))

    def with_config(self, config: DirectoryConfig) -> Chain:
        """Return the chain with the directory's own configuration."""
        twins = tuple(twin.with_config(config) for twin in self.twins)
        return self._replace(configs=(*self.configs, (config, len(self.names))), twins=twins)


@dataclass
class HostConfiguration:
    """All configuration files of a host, for the settings of its directories; each file is parsed once.

    Attributes:
        server: The content of applicationHost.config, if the source contains it.
        served: Directory inside the source by IIS location, as the server configuration maps them.
    """

    paths: HostPaths
    limits: Limits = field(default_factory=Limits)
    server: ServerConfig | None = None
    served: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._gaps: list[Gap] = []
        self._parsed: dict[str, DirectoryConfig | None] = {}
        self._folded = {fold(location): path for location, path in self.served.items()}
        self._locations: dict[str, list[str]] = {}
        for location, path in self.served.items():
            self._locations.setdefault(path, []).append(location)
        self._framework: tuple[DirectoryConfig, ...] | None = None
        self._same: dict[PageSettings, PageSettings] = {}

    def chain_above(self, path: str) -> Chain:
        """Return the chain of a directory without its own configuration, which ``extend`` adds."""
        chain = self._start(())
        above = ""
        for name in path.split("/") if path else ():
            chain = self.chain_at(above, chain)
            chain = self._with_config_of(chain, above)
            above = f"{above}/{name}" if above else name
            chain = chain.step(name)
        return self.chain_at(path, chain)

    def chain_at(self, path: str, inherited: Chain) -> Chain:
        """Return the chain of a directory by the sites that serve it, or the inherited chain if none does."""
        locations = self._locations.get(path)
        if locations is None:
            return inherited
        first, *others = (self._virtual_chain(location) for location in locations[: 1 + _MOST_TWINS])
        return first._replace(twins=tuple(others))

    def extend(self, chain: Chain, path: str, entries: Iterable[Entry]) -> tuple[Chain, list[Gap]]:
        """Return a directory's chain with its own configuration, and the gaps of all files read since the last call."""
        for entry in entries:
            if entry.kind is EntryKind.FILE and len(entry.name) == len(_WEB_CONFIG) and fold(entry.name) == _WEB_CONFIG:
                config = self._read(entry, path)
                chain = chain if config is None else chain.with_config(config)
        gaps, self._gaps = self._gaps, []
        return chain, gaps

    def chain_in(self, path: str) -> Chain:
        """Return the chain of a directory with its own configuration."""
        return self.extend(self.chain_above(path), path, self.paths.lookup.entries(path))[0]

    def settings(self, chain: Chain) -> PageSettings:
        """Return the settings at the end of a chain; equal settings share one object.

        If a directory has several addresses, a section is locked only if it is locked at each of them.
        """
        settings = self._settings_of(chain)
        for twin in chain.twins:
            other = self._settings_of(twin)
            more = tuple(m for m in other.mappings if m not in settings.mappings)
            locked = settings.locked_sections & other.locked_sections
            settings = settings._replace(mappings=settings.mappings + more, locked_sections=locked)
        return self._same.setdefault(settings, settings)

    def _settings_of(self, chain: Chain) -> PageSettings:
        if not chain.configs and self.server is None:
            return PageSettings()
        links = [ChainLink(config, "/".join(chain.names[depth:])) for config, depth in chain.configs]
        return effective_settings(self.server, "/".join(chain.names) if chain.located else None, links)

    def _start(self, names: tuple[str, ...], *, located: bool = False) -> Chain:
        if self._framework is None:
            self._framework = tuple(self._read_framework())
        return Chain(names, located, tuple((config, 0) for config in self._framework))

    def _virtual_chain(self, location: str) -> Chain:
        site, *names = location.split("/")
        chain = self._start((site,), located=True)
        directory = self._folded.get(fold(site))
        for index, name in enumerate(names):
            if directory is not None:
                chain = self._with_config_of(chain, directory)
            mapped = self._folded.get(fold("/".join((site, *names[: index + 1]))))
            if mapped is None and directory is not None:
                entry = self.paths.lookup.find(directory, (name,))
                mapped = entry.path if entry is not None and entry.kind is EntryKind.DIRECTORY else None
            directory = mapped
            chain = chain.step(name)
        return chain

    def _with_config_of(self, chain: Chain, directory: str) -> Chain:
        entry = self.paths.lookup.find(directory, ("web.config",))
        if entry is None or entry.kind is not EntryKind.FILE:
            return chain
        config = self._read(entry, directory)
        return chain if config is None else chain.with_config(config)

    def _read_framework(self) -> Sequence[DirectoryConfig]:
        for volume in self.paths.volumes:
            for folder in _FRAMEWORK_FOLDERS:
                names = (*_FRAMEWORK, *folder, "Config")
                entries = [self.paths.lookup.find(volume.top, (*names, file)) for file in _FRAMEWORK_FILES]
                files = [entry for entry in entries if entry is not None and entry.kind is EntryKind.FILE]
                if files:
                    read = [self._read(entry, entry.path.rpartition("/")[0]) for entry in files]
                    return [config for config in read if config is not None]
        return []

    def _read(self, entry: Entry, directory: str) -> DirectoryConfig | None:
        if entry.path not in self._parsed:
            self._parsed[entry.path] = self._parse(entry, directory)
        return self._parsed[entry.path]

    def _parse(self, entry: Entry, directory: str) -> DirectoryConfig | None:
        display_path = self.paths.display_path(entry.path)
        try:
            data = read_config(self.paths, entry, self.limits)
        except SourceError as error:
            self._gaps.append(Gap("unreadable", "walk", display_path, error.message, matters=True))
            return None
        self._gaps += unread_sources(self.paths, entry, data, "walk")
        try:
            return parse_web_config(
                data, display_path, read_external=external_reader(self.paths, directory, self.limits)
            )
        except ConfigError as error:
            self._gaps.append(broken_config(error, display_path, "walk", "its settings are not applied"))
        try:
            return parse_web_config(data, display_path, salvage=True)
        except ConfigError:
            return None  # already a gap


def read_config(paths: HostPaths, entry: Entry, limits: Limits) -> bytes:
    """Return the bytes of a configuration file, at most one more than the limit, so that the parser rejects the file.

    Raises:
        SourceError: The file can't be read.
    """
    return paths.lookup.source.read(entry.path, limits.config_bytes + 1)


def external_reader(paths: HostPaths, directory: str, limits: Limits) -> ReadExternal:
    """Return a function that reads the files in the ``configSource`` attributes of a configuration in a directory."""

    def read(name: str) -> bytes | None:
        entry = paths.lookup.find(directory, split_server_path(name).names)
        if entry is None or entry.kind is not EntryKind.FILE:
            return None
        try:
            return read_config(paths, entry, limits)
        except SourceError:
            return None

    return read


def unread_sources(paths: HostPaths, entry: Entry, data: bytes, stage: str) -> list[Gap]:
    """Return the gap for sections whose ``configSource`` names no file of the evidence, or the configuration itself."""
    if b"configsource" not in data.replace(b"\0", b"").lower():
        return []
    directory, display_path = entry.path.rpartition("/")[0], paths.display_path(entry.path)
    root, _ = salvage_xml(data, display_path)
    unread: dict[str, None] = {}
    for element in () if root is None else root.iter():
        source = element.get("configSource")[:_LONGEST_NAME]
        if not source or element.tag.lower() in _WITHOUT_CODE:
            continue
        names = split_server_path(source).names
        found = paths.lookup.find(directory, names) if names and ":" not in source and ".." not in names else None
        if found is None or found.kind is not EntryKind.FILE:
            unread[f"<{element.tag[:_LONGEST_NAME]}> is in {source}, which is not there"] = None
        elif found.path == entry.path:
            unread[f"<{element.tag[:_LONGEST_NAME]}> is in {source}, which is this file itself"] = None
    if not unread:
        return []
    more = f"; and {len(unread) - _MOST_SHOWN:,} more" if len(unread) > _MOST_SHOWN else ""
    reason = f"by its configSource, {'; '.join([*unread][:_MOST_SHOWN])}{more}; those settings were not read"
    return [Gap("broken-config", stage, display_path, reason, matters=True)]


def broken_config(error: ConfigError, display_path: str, stage: str, consequence: str) -> Gap:
    """Return the gap for a configuration file that can't be parsed, with the line of the error."""
    where = f" (line {error.line})" if error.line is not None else ""
    return Gap("broken-config", stage, display_path, f"{error.message}{where}; {consequence}", matters=True)
