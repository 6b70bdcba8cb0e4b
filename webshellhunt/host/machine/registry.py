r"""The values of a registry about Windows and Exchange, from a SOFTWARE hive or from the running system.

Source: ``ExchangeServer\v15\Setup`` and the uninstall keys name the cumulative update; ``Microsoft\Updates`` the
security updates on it, by article (CSS-Exchange, Get-ExchangeUpdates).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Key, Registry, open_hive
from webshellhunt.host.machine.registry_live import LiveRegistry
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.sources.source import Source

_HIVE = ("Windows", "System32", "config", "SOFTWARE")
_WINDOWS = ("Microsoft\\Windows NT\\CurrentVersion", "SystemRoot")
_PROGRAMS = ("Microsoft\\Windows\\CurrentVersion", "ProgramFilesDir")
_EXCHANGE = "Microsoft\\ExchangeServer"
_INSTALL_PATH = "MsiInstallPath"
_MOST_VERSIONS = 64
MOST_KEYS = 2_048
_MOST_WITNESSES = 256
_UPDATES = "Microsoft\\Updates"
_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
_PARTS = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
_UNSEEN = "defaults are used instead, and its tasks, programs that start with Windows and COM servers were not examined"
_ARTICLE = lazy_pattern(r"KB\d{6,8}", re.ASCII | re.IGNORECASE)


class RegistryFacts(NamedTuple):
    r"""The values from the registry of one Windows.

    ``found`` is true if there is a readable registry, ``broken`` if there is one that can't be read. ``exchange_paths``
    maps a key (``ExchangeServer\v15\Setup``) to the install path in it; ``witnesses`` show which builds of Exchange
    were installed.
    """

    found: bool = False
    broken: bool = False
    system_root: str | None = None
    program_files: str | None = None
    exchange_paths: Mapping[str, str] = MappingProxyType({})
    witnesses: tuple[Witness, ...] = ()


class Registries:
    """Reads the registry of each Windows in a source once; ``gaps`` has the registries that can't be read."""

    def __init__(self, source: Source, lookup: Lookup, *, live_module: str = "winreg") -> None:
        self.gaps: list[Gap] = []
        self.lookup = lookup
        self._source = source
        self._live_module = live_module
        self._known: dict[str, RegistryFacts] = {}

    def facts(self, top: str) -> RegistryFacts:
        """Return the registry values of the Windows whose drive is at ``top``."""
        if top not in self._known:
            live = self._source.live and not top
            self._known[top] = self._read_live() if live else self._read_hive(top)
        return self._known[top]

    def _read_live(self) -> RegistryFacts:
        try:
            return read_live(importlib.import_module(self._live_module))
        except ImportError:
            reason = f"the registry of this machine can't be read: Python's winreg module is missing; {_UNSEEN}"
            self.gaps.append(Gap("broken-registry", "survey", "HKLM\\SOFTWARE", reason, matters=True))
            return RegistryFacts(broken=True)

    def _read_hive(self, top: str) -> RegistryFacts:
        entry = self.lookup.find(top, _HIVE)
        if entry is None or entry.kind is not EntryKind.FILE:
            return RegistryFacts()
        try:
            return read_facts(open_hive(self.lookup, entry))
        except SourceError as error:
            self.lookup.broken.add(entry.path)
            where = f" (byte {error.offset})" if isinstance(error, UnreadableError) and error.offset else ""
            reason = f"the SOFTWARE hive can't be read: {error.message}{where}; {_UNSEEN}"
            self.gaps.append(Gap("broken-registry", "survey", entry.path, reason, matters=True))
            return RegistryFacts(broken=True)


def read_live(winreg: ModuleType) -> RegistryFacts:
    """Return the values of the running system's registry; ``winreg`` is Python's module or a substitute."""
    return read_facts(LiveRegistry(winreg, winreg.HKEY_LOCAL_MACHINE, "SOFTWARE"))


def read_facts(software: Registry) -> RegistryFacts:
    """Return the values of a SOFTWARE hive; a damaged part of it is left out.

    Raises:
        SourceError: The hive has more cells than are read.
    """

    def text(path: str, name: str) -> str | None:
        key = software.find(path)
        return (software.find_text(key, name) or None) if key is not None else None

    paths: dict[str, str] = {}
    # The newest version first: an upgraded server may keep the keys of the previous one.
    versions = sorted((key.name for key in _below(software, _EXCHANGE)), key=str.lower, reverse=True)
    for version in versions[:_MOST_VERSIONS]:
        path = text(f"{_EXCHANGE}\\{version}\\Setup", _INSTALL_PATH)
        if path is not None:
            paths[f"ExchangeServer\\{version}\\Setup"] = path
    return RegistryFacts(
        found=True,
        broken=software.damaged > 0,
        system_root=text(*_WINDOWS),
        program_files=text(*_PROGRAMS),
        exchange_paths=paths,
        witnesses=find_registry_witnesses(software),
    )


def find_registry_witnesses(software: Registry) -> tuple[Witness, ...]:
    """Return the witnesses of builds in a SOFTWARE hive."""
    found = (islice(iterate(software), _MOST_WITNESSES) for iterate in (_iter_setups, _iter_updates, _iter_uninstalls))
    return tuple(chain.from_iterable(found))


def _below(software: Registry, path: str) -> Iterator[Key]:
    key = software.find(path)
    return islice(software.iter_keys(key), MOST_KEYS) if key is not None else iter(())


def _iter_setups(software: Registry) -> Iterator[Witness]:
    for version in _below(software, _EXCHANGE):
        setup = software.find(f"{version.path}\\Setup")
        parts = [software.find_number(setup, part) for part in _PARTS] if setup is not None else [None]
        if setup is not None and None not in parts:
            key = f"ExchangeServer\\{version.name}\\{setup.name}"
            yield Witness(WitnessKind.REGISTRY, key, ".".join(map(str, parts)))


def _iter_updates(software: Registry) -> Iterator[Witness]:
    for product in _below(software, _UPDATES):
        if product.name.lower().startswith(("exchange 20", "exchange server")):
            yield from _iter_articles(software, product, deeper=True)


def _iter_articles(software: Registry, above: Key, *, deeper: bool) -> Iterator[Witness]:
    """Yield the updates below the key of a product or below the keys of its service packs."""
    for key in islice(software.iter_keys(above), MOST_KEYS):
        article = _ARTICLE.search(key.name)
        if article is not None:
            yield Witness(WitnessKind.UPDATE_KEY, key.path, update=article[0].upper())
        elif deeper:
            yield from _iter_articles(software, key, deeper=False)


def _iter_uninstalls(software: Registry) -> Iterator[Witness]:
    for key in _below(software, _UNINSTALL):
        title = software.find_text(key, "DisplayName")
        version = software.find_text(key, "DisplayVersion")
        if title is not None and version is not None and title.lower().startswith("microsoft exchange server"):
            day = software.find_text(key, "InstallDate")
            yield Witness(WitnessKind.UNINSTALL_KEY, key.path, version, _read_day(day))


def _read_day(text: str | None) -> datetime | None:
    if text is None or len(text) != 8:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
